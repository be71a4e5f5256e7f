import t from 'tap';
import { compareParity } from '../../helpers/parity/compare.ts';
import { drawParityFiles, fixtureFiles } from '../../helpers/parity/files.ts';
import { startTwin } from '../../helpers/parity/twin.ts';

const twin = startTwin(t);
const ends = [
  ...['processed', 'unknown-kind', 'invalid-json', 'invalid-ndjson', 'already-stamped'],
  ...['invalid-csv', 'invalid-gzip'],
];

t.test('the job makes of every shared fixture what the worker makes', async t => {
  const { differences } = await compareParity(twin, fixtureFiles());
  t.same(differences, []);
});

t.test('the job makes of generated files what the worker makes', async t => {
  const { differences, outcomes } = await compareParity(twin, drawParityFiles(1200, 17));
  t.same(differences.slice(0, 5), []);
  for (const end of ends) t.ok((outcomes[end] ?? 0) > 3, `${end}: ${outcomes[end]} files`);
});
