import t from 'tap';
import { createRoom } from '../../../worker/host/room.ts';

/** Takes and writes down when it was let in. */
function enter(room: ReturnType<typeof createRoom>, amount: number, name: string, seen: string[]) {
  return room.take(amount).then(() => void seen.push(name));
}

const settle = () => new Promise(resolve => setImmediate(resolve));

t.test('lets in what fits, in the order in which it came', async t => {
  const room = createRoom(10);
  const seen: string[] = [];
  for (const [name, amount] of [
    ['a', 6],
    ['b', 4],
    ['c', 3],
    ['d', 1],
  ] as const)
    void enter(room, amount, name, seen);
  await settle();
  t.same(seen, ['a', 'b']);
  room.give(4);
  await settle();
  t.same(seen, ['a', 'b', 'c', 'd']);
});

t.test('gives what is too large everything, and nobody else beside it', async t => {
  const room = createRoom(10);
  const seen: string[] = [];
  void enter(room, 1, 'small', seen);
  void enter(room, 99, 'huge', seen);
  void enter(room, 1, 'next', seen);
  await settle();
  t.same(seen, ['small']);
  room.give(1);
  await settle();
  t.same(seen, ['small', 'huge']);
  room.give(99);
  await settle();
  t.same(seen, ['small', 'huge', 'next']);
});

t.test('lets in what needs nothing even where there is nothing', async t => {
  const room = createRoom(0);
  const seen: string[] = [];
  void enter(room, 5, 'a', seen);
  void enter(room, 5, 'b', seen);
  await settle();
  t.same(seen, ['a', 'b'], 'a full disk is for the write to find');
});
