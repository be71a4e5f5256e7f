import { spawn } from 'node:child_process';
import { once } from 'node:events';
import t from 'tap';
import { isRunning, nameProcess } from '../../../scripts/edge/process-start.ts';

t.test('tells a process that runs from one that has ended, or has its id from another', async t => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const name = nameProcess(child.pid);
  t.match(name, /^\d+@\d+$/);
  t.ok(isRunning(name));
  t.notOk(isRunning(`${child.pid}@1`), 'another process had this id before');
  child.kill();
  await once(child, 'exit');
  t.notOk(isRunning(name));
  t.ok(isRunning(nameProcess()));
});

t.test('takes no other text for a process', async t => {
  for (const text of ['', '1', '@', `${process.pid}@`, 'x@1']) t.notOk(isRunning(text), text);
});
