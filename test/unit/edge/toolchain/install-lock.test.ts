import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { nameProcess } from '../../../../scripts/edge/process-start.ts';
import { withInstallLock } from '../../../../scripts/edge/toolchain/install-lock.ts';

t.test('lets one work at a time, and lets the next in after a failure', async t => {
  const file = join(t.testdir(), 'new/lock');
  const events: string[] = [];
  const said: string[] = [];
  const work = (name: string, fails = false) =>
    withInstallLock({ file, report: line => said.push(line) }, async () => {
      events.push(`${name} begins`);
      t.equal(readFileSync(file, 'utf8'), `${nameProcess()}\n`);
      await sleep(50);
      events.push(`${name} ends`);
      if (fails) throw new Error('no');
      return name;
    });
  const results = await Promise.allSettled([work('a', true), work('b'), work('c')]);
  t.match(results, [{ status: 'rejected' }, { value: 'b' }, { value: 'c' }]);
  t.equal(events.length, 6);
  for (let at = 0; at < 6; at += 2) t.equal(events[at + 1], events[at]?.replace('begins', 'ends'));
  t.strictSame(readdirSync(dirname(file)), []);
  const waiting = `waiting for process ${process.pid}, which installs the same (${file})`;
  t.strictSame(said, [waiting, waiting], 'each that waits says it once');
});

t.test('takes over the lock of a program that has ended', async t => {
  const file = join(t.testdir(), 'lock');
  const { pid } = spawnSync(process.execPath, ['-e', '0']);
  // The process that has this one's id by now, and what a machine that went down may leave.
  for (const text of [`${pid}@77\n`, `${process.pid}@1\n`, '', `${process.pid}\n`]) {
    writeFileSync(file, text);
    t.equal(await withInstallLock({ file, report: t.fail }, async () => 'done'), 'done');
  }
});
