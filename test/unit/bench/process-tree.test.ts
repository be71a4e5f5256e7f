import { test } from 'tap';
import { descendantsOf, parseStat, watchMemory } from '../../../bench/harness/process-tree.ts';
import { cleanEnvironment } from '../../../scripts/edge/environment.ts';
import { hasSucceeded, runProcess } from '../../../scripts/edge/process.ts';

test('reads parent and resident pages behind a name with spaces and brackets', async t => {
  const rest = ['S', '7', ...Array.from({ length: 19 }, () => '0'), '512', '0'].join(' ');
  t.same(parseStat(`12 (a (b) c) ${rest}`), { parent: 7, residentPages: 512 });
  t.equal(parseStat('no such line'), undefined);
});

test('finds children and their children, not their siblings', async t => {
  const entry = (parent: number) => ({ parent, residentPages: 1 });
  const processes = new Map([
    [1, entry(0)],
    [10, entry(1)],
    [11, entry(10)],
    [12, entry(11)],
    [20, entry(1)],
  ]);
  t.same(
    descendantsOf(10, processes).map(([pid]) => pid),
    [11, 12],
  );
});

test('sees what a grandchild holds', async t => {
  const memory = watchMemory();
  const hold = 'const b = Buffer.alloc(120 * 1024 ** 2, 1); setTimeout(() => b.length, 400)';
  const result = await runProcess({
    file: 'sh',
    args: ['-c', '"$1" -e "$2"; :', 'sh', process.execPath, hold],
    env: cleanEnvironment(),
  });
  t.ok(hasSucceeded(result));
  const peak = memory.stop();
  t.ok(peak > 120 && peak < 400, `${peak} MiB`);
});
