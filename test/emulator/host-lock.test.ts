import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { startS3Proxy } from '../helpers/s3-proxy.ts';
import { prepareWorker } from '../helpers/worker-bed.ts';

const cron = readFileSync(
  fileURLToPath(new URL('../../ansible/roles/worker/templates/cron.j2', import.meta.url)),
  'utf8',
);
const { emulator, worker, makeBed } = await prepareWorker(t);

/** Runs the worker as the cron entry does: below flock. */
function startLocked(lock: string, config: string, endpoint = emulator.endpoint) {
  const env = { ...emulator.env, AWS_ENDPOINT_URL: endpoint };
  const child = spawn('/usr/bin/flock', ['-n', lock, process.execPath, worker, config], {
    env,
    detached: true,
    stdio: 'ignore',
  });
  return { pid: child.pid ?? 0, code: once(child, 'close').then(([code]): unknown => code) };
}

/** A killed process lets go of its lock when the system has buried it, a moment later. */
async function runOnceFree(lock: string, config: string): Promise<unknown> {
  let code: unknown = 1;
  for (let tries = 0; code === 1 && tries < 50; tries += 1) {
    await sleep(20);
    code = await startLocked(lock, config).code;
  }
  return code;
}

/** A run that holds the lock, with one file in hand, and waits for an answer that never comes. */
async function startStuck(t: Test) {
  const bed = await makeBed();
  const lock = join(bed.workDir, 'lock');
  await bed.put('input/a.json', '{}');
  const proxy = await startS3Proxy(t, emulator.endpoint, () => new Promise(() => {}));
  const first = startLocked(lock, bed.config, proxy.endpoint);
  while (proxy.seen.length === 0) await sleep(20);
  return { bed, lock, first };
}

t.test('one run at a time, and a run that was killed holds no lock', async t => {
  t.match(
    cron,
    /\/usr\/bin\/flock -n \{\{ _worker_state \}\}\/lock \{\{ worker_node \}\}/,
    'as cron does it',
  );
  const { bed, lock, first } = await startStuck(t);

  t.equal(await startLocked(lock, bed.config).code, 1, 'the second does not even start');
  t.same(await bed.keys(), ['input/a.json']);

  // The group: flock and the worker below it.
  process.kill(-first.pid, 'SIGKILL');
  await first.code;
  t.equal(await runOnceFree(lock, bed.config), 0);
  t.same(await bed.keys(), ['output/a.json']);
});

t.test('the lock is held as long as the worker lives, whatever becomes of flock', async t => {
  const { bed, lock, first } = await startStuck(t);
  process.kill(first.pid, 'SIGKILL');
  await first.code;
  t.equal(await startLocked(lock, bed.config).code, 1);
  process.kill(-first.pid, 'SIGKILL');
  t.equal(await runOnceFree(lock, bed.config), 0);
  t.same(await bed.keys(), ['output/a.json']);
});
