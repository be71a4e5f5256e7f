import t from 'tap';
import { stepNames } from '../../worker/host/protocol.ts';
import { crashMatrix, describeCell } from '../helpers/worker/crash.ts';
import { kinds } from '../helpers/worker/kinds.ts';
import { moments } from '../helpers/worker/moments.ts';
import { prepareWorker } from '../helpers/worker-bed.ts';

const bench = await prepareWorker(t);

t.test('every step of the protocol has its moments, and every moment its kinds', async t => {
  t.same(Object.keys(moments), stepNames);
  for (const step of stepNames) t.ok(moments[step].length > 0, step);
  for (const moment of Object.values(moments).flat()) {
    t.ok('folder' in moment || kinds.some(kind => moment.concerns(kind)), moment.name);
  }
});

t.test('finishes small files of every kind after kill -9 at every step', async t => {
  const samples = kinds.map(kind => ({ kind, source: kind.make(300) }));
  for await (const cell of crashMatrix({ test: t, bench, samples }))
    t.same(cell.faults, [], describeCell(cell));
});
