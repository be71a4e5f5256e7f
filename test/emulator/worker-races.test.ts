import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { stampedJson } from '../../worker/shared/stamped-json.ts';
import { type SeenRequest, startS3Proxy, type Verdict } from '../helpers/s3-proxy.ts';
import { prepareWorker } from '../helpers/worker-bed.ts';

const { emulator, makeBed, startWorker, runWorker } = await prepareWorker(t);

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
  const names = Array.from({ length: 60 }, (_, at) => `${at}.json`);
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

t.test('accepts its own write when the answer was lost', async t => {
  const bed = await makeBed();
  await bed.put('input/a.json', '{}');
  const proxy = await startS3Proxy(t, emulator.endpoint, ({ method, url }) =>
    method === 'PUT' && url.includes('/output/') ? 'lose' : 'pass',
  );
  t.match((await runWorker(bed.config, proxy.endpoint)).lines[0], { outcome: 'processed' });
  t.same(await bed.keys(), ['output/a.json']);
});

t.test('finishes after kill -9 at any request', async t => {
  const moments: readonly (readonly [string, (seen: SeenRequest) => boolean])[] = [
    ['HEAD output', ({ method }) => method === 'HEAD'],
    ['GET input', ({ method, url }) => method === 'GET' && url.includes('/input/')],
    ['PUT output', ({ method }) => method === 'PUT'],
    ['DELETE input', ({ method }) => method === 'DELETE'],
  ];
  for (const [name, isMoment] of moments) {
    for (const verdict of ['drop', 'lose'] as const) {
      const bed = await makeBed();
      await bed.put('input/a.json', '{"v":1}');
      await bed.put('input/b.csv', 'a,b\n1,2\n');
      const proxy = await startS3Proxy(t, emulator.endpoint, seen => {
        if (!isMoment(seen)) return 'pass';
        setTimeout(() => victim.child.kill('SIGKILL'), verdict === 'lose' ? 50 : 0);
        return verdict === 'drop' ? new Promise(() => {}) : 'lose';
      });
      const victim = startWorker(bed.config, { AWS_ENDPOINT_URL: proxy.endpoint });
      await victim.done;
      const { code } = await runWorker(bed.config);
      t.equal(code, 0, name);
      t.same(await bed.keys(), ['output/a.json', 'output/b.csv'], `${name}, ${verdict}`);
      t.same(await bed.read('output/a.json'), stampedJson('a.json', Buffer.from('{"v":1}')));
      t.same(readdirSync(join(bed.workDir, 'downloads')), []);
    }
  }
});
