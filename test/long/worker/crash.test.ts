import t from 'tap';
import { crashMatrix, describeCell } from '../../helpers/worker/crash.ts';
import { kinds } from '../../helpers/worker/kinds.ts';
import { prepareWorker } from '../../helpers/worker-bed.ts';

const bench = await prepareWorker(t);
// Past every buffer on the way, and past what the worker keeps in memory.
const largeBytes = 3 * 1024 * 1024;

// Small files go through the same matrix in test/emulator/worker-crash.test.ts.
t.test('finishes large files of every kind after kill -9 at every step', { timeout: 1_200_000 }, async t => {
  const samples = kinds.map(kind => ({ kind, source: kind.make(largeBytes) }));
  let cells = 0;
  let cutShort = 0;
  for await (const cell of crashMatrix({ test: t, bench, samples })) {
    t.same(cell.faults, [], describeCell(cell));
    cells += 1;
    const { sample, processedBytes = 0 } = cell;
    const isCut = processedBytes < sample.source.length / 2;
    if (cell.step === 'make-bodies' && sample.kind.outcome.kind === 'processed' && isCut) cutShort += 1;
  }
  t.comment(`${cells} cells`);
  t.ok(cutShort > 0, `killed while the output was being written: ${cutShort} times`);
});
