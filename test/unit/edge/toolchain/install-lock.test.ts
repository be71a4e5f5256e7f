import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { withInstallLock } from '../../../../scripts/edge/toolchain/install-lock.ts';

t.test('lets one work at a time, and lets the next in after a failure', async t => {
  const file = join(t.testdir(), 'new/lock');
  const events: string[] = [];
  const work = (name: string, fails = false) =>
    withInstallLock(file, async () => {
      events.push(`${name} begins`);
      t.equal(Number(readFileSync(file, 'utf8')), process.pid);
      await sleep(50);
      events.push(`${name} ends`);
      if (fails) throw new Error('no');
      return name;
    });
  const results = await Promise.allSettled([work('a', true), work('b'), work('c')]);
  t.match(results, [{ status: 'rejected' }, { value: 'b' }, { value: 'c' }]);
  t.equal(events.length, 6);
  for (let at = 0; at < 6; at += 2) t.equal(events[at + 1], events[at]?.replace('begins', 'ends'));
  t.notOk(existsSync(file));
});

t.test('takes over the lock of a program that has ended', async t => {
  const file = join(t.testdir(), 'lock');
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  writeFileSync(file, `${pid}\n`);
  t.equal(await withInstallLock(file, async () => 'done'), 'done');
});
