import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { createSlots } from '../../../scripts/core/slots.ts';

t.test('runs so many at a time, in the order in which they came', async t => {
  const inSlot = createSlots(2);
  const [running, started]: [Set<number>, number[]] = [new Set(), []];
  let most = 0;
  const work = (index: number) => async () => {
    running.add(index);
    started.push(index);
    most = Math.max(most, running.size);
    await sleep(5);
    running.delete(index);
    return index;
  };
  t.strictSame(await Promise.all([0, 1, 2, 3, 4].map(index => inSlot(work(index)))), [0, 1, 2, 3, 4]);
  t.equal(most, 2);
  t.strictSame(started, [0, 1, 2, 3, 4]);
});

t.test('gives a slot back when the work fails', async t => {
  const inSlot = createSlots(1);
  await t.rejects(
    inSlot(() => Promise.reject(new Error('no'))),
    { message: 'no' },
  );
  t.equal(await inSlot(async () => 'next'), 'next');
});
