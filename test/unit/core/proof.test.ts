import t from 'tap';
import { buildProofItems, buildRunId, isNewerThan, proofPrefixes } from '../../../scripts/core/proof.ts';

t.test('makes an id of time and chance that a key can hold', async t => {
  t.equal(buildRunId(new Date('2026-11-21T09:08:07.654Z'), 'a1b2'), '20261121t090807z-a1b2');
});

t.test("gives each sample keys of this run's own, by its kind", async t => {
  t.strictSame(buildProofItems(['good/orders.json', 'unreadable/cut.json'], 'run-1'), [
    {
      kind: 'good',
      sampleKey: 'samples/good/orders.json',
      key: 'input/millrace-proof/run-1/orders.json',
      outputKey: 'output/millrace-proof/run-1/orders.json',
      errorKey: 'errors/millrace-proof/run-1/orders.json',
    },
    {
      kind: 'unreadable',
      sampleKey: 'samples/unreadable/cut.json',
      key: 'input/millrace-proof/run-1/cut.json',
      outputKey: 'output/millrace-proof/run-1/cut.json',
      errorKey: 'errors/millrace-proof/run-1/cut.json',
    },
  ]);
});

t.test('leaves nothing outside of the prefixes that a proof cleans', async t => {
  for (const item of buildProofItems(['good/orders.json'], 'run-1')) {
    for (const key of [item.key, item.outputKey, item.errorKey]) {
      t.ok(
        proofPrefixes.some(prefix => key.startsWith(prefix)),
        key,
      );
    }
  }
});

t.test('takes an object for new only from the second after the start on', async t => {
  const start = new Date('2026-11-21T09:08:07.654Z');
  for (const [time, isNew] of [
    ['2026-11-21T09:08:06Z', false],
    ['2026-11-21T09:08:07Z', false],
    ['2026-11-21T09:08:07.999Z', false],
    ['2026-11-21T09:08:08Z', true],
  ] as const) {
    t.equal(isNewerThan(new Date(time), start), isNew, time);
  }
  t.equal(isNewerThan(undefined, start), false);
});
