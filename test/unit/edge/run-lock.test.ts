import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { spawnDetached } from '../../../scripts/edge/process.ts';
import { takeRunLock } from '../../../scripts/edge/run-lock.ts';

test('is taken once, names its process, and is gone once released', async t => {
  const file = join(t.testdir(), 'build/run.lock');
  const release = takeRunLock(file);
  t.equal(readFileSync(file, 'utf8'), `${process.pid}\n`);
  release();
  t.notOk(existsSync(file));
});

test('is refused while a command of ours holds it, and taken over once that has ended', async t => {
  const dir = t.testdir();
  const file = join(dir, 'run.lock');
  const args = ['-e', 'setTimeout(() => {}, 60_000)', 'scripts/deploy.mjs'];
  const pid = spawnDetached({ file: process.execPath, args, env: {}, logFile: join(dir, 'log') });
  writeFileSync(file, `${pid}\n`);
  t.throws(() => takeRunLock(file), {
    name: 'Failure',
    message: `${file}: another command works on this environment, process ${pid}`,
  });
  process.kill(pid, 'SIGKILL');
  await new Promise(resolve => setTimeout(resolve, 200));
  takeRunLock(file)();
  t.notOk(existsSync(file));
});
