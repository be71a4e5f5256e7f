import t from 'tap';
import { stampedJson } from '../../worker/shared/stamped-json.ts';
import { startS3Proxy, type Verdict } from '../helpers/s3-proxy.ts';
import { prepareWorker } from '../helpers/worker-bed.ts';

const { emulator, makeBed, runWorker } = await prepareWorker(t);

t.test('leaves an input that was replaced while it was read, and does the new one next', async t => {
  const bed = await makeBed();
  await bed.put('input/a.json', '{"v":1}');
  const proxy = await startS3Proxy(t, emulator.endpoint, async ({ method, url }): Promise<Verdict> => {
    if (method === 'GET' && url.includes('/input/a.json')) await bed.put('input/a.json', '{"v":2}');
    return 'pass';
  });
  t.match((await runWorker(bed.config, proxy.endpoint)).lines[0], { event: 'file', outcome: 'changed' });
  t.same(await bed.keys(), ['input/a.json']);
  await runWorker(bed.config);
  t.same(await bed.keys(), ['output/a.json']);
  t.same(await bed.read('output/a.json'), stampedJson('a.json', Buffer.from('{"v":2}')));
});

t.test('a slow worker cannot bring an old result back', async t => {
  const bed = await makeBed();
  await bed.put('input/a.json', '{"v":1}');
  let held = false;
  const proxy = await startS3Proxy(t, emulator.endpoint, async ({ method, url }): Promise<Verdict> => {
    if (held || method !== 'PUT' || !url.includes('/output/a.json')) return 'pass';
    held = true;
    await bed.put('input/a.json', '{"v":2}');
    await runWorker(bed.addHost());
    return 'pass';
  });
  const { lines } = await runWorker(bed.config, proxy.endpoint);
  t.match(lines[0], { event: 'file', outcome: 'gone' });
  t.same(await bed.read('output/a.json'), stampedJson('a.json', Buffer.from('{"v":2}')));
  t.same(await bed.keys(), ['output/a.json']);
});

t.test('two workers at once give each result once', async t => {
  const bed = await makeBed();
  const names = Array.from({ length: 200 }, (_, at) => `${at}.json`);
  await Promise.all(names.map(name => bed.put(`input/${name}`, `{"n":"${name}"}`)));
  const ends = await Promise.all([runWorker(bed.config), runWorker(bed.addHost())]);
  t.same(
    ends.map(({ code }) => code),
    [0, 0],
  );
  t.same(await bed.keys('input/'), []);
  t.same(await bed.keys('errors/'), []);
  for (const name of names) {
    t.same(await bed.read(`output/${name}`), stampedJson(name, Buffer.from(`{"n":"${name}"}`)));
  }
});
