import t from 'tap';
import { stampedJson } from '../../../worker/shared/stamped-json.ts';
import { startS3Proxy, type Verdict } from '../../helpers/s3-proxy.ts';
import { prepareWorker } from '../../helpers/worker-bed.ts';

const { emulator, makeBed, startWorker, runWorker } = await prepareWorker(t);

/** Longer than the pause that a worker takes for its own. */
const pauseMs = 22_000;

t.test('a worker that slept writes nothing, even where every ETag is again what it saw', async t => {
  const bed = await makeBed();
  const [x, y] = ['{"v":"x"}', '{"v":"y"}'];
  await bed.put('input/a.json', x);
  await runWorker(bed.config);
  await bed.put('input/a.json', y);

  // The sleeper has seen the result of x and reads y.
  let release = () => {};
  const awake = new Promise<void>(resolve => {
    release = resolve;
  });
  const proxy = await startS3Proxy(t, emulator.endpoint, async ({ method, url }): Promise<Verdict> => {
    if (method === 'GET' && url.includes('/input/a.json')) {
      // The bytes that it asked for reach it, but late.
      sleeper.child.kill('SIGSTOP');
      setTimeout(release, pauseMs);
    }
    return 'pass';
  });
  const sleeper = startWorker(bed.addHost(), { AWS_ENDPOINT_URL: proxy.endpoint });
  await Promise.race([awake, sleeper.done]);
  await runWorker(bed.config);
  await bed.put('input/a.json', x);
  await runWorker(bed.config);
  t.same(await bed.read('output/a.json'), stampedJson('a.json', Buffer.from(x)));

  sleeper.child.kill('SIGCONT');
  const { lines } = await sleeper.done;
  t.match(lines[0], { event: 'file', outcome: 'left', reason: /stood still/ });
  t.same(await bed.read('output/a.json'), stampedJson('a.json', Buffer.from(x)), 'the newest stays');
  t.same(await bed.keys(), ['output/a.json']);
});
