import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import t from 'tap';
import { stampedJson } from '../../worker/shared/stamped-json.ts';
import { testRegion } from '../helpers/emulator.ts';
import { isList, startS3Proxy } from '../helpers/s3-proxy.ts';
import { prepareWorker, sha256 } from '../helpers/worker-bed.ts';

const samples = fileURLToPath(new URL('../../files/samples', import.meta.url));
const { emulator, worker, s3, scratch, makeBed, startWorker, runWorker } = await prepareWorker(t);

t.test('stamps good JSON, passes CSV on, and puts the unreadable aside with its record', async t => {
  const bed = await makeBed(true);
  const orders = readFileSync(join(samples, 'good/orders.json'));
  const customers = readFileSync(join(samples, 'good/customers.json'));
  const products = readFileSync(join(samples, 'good/products.csv'));
  const truncated = readFileSync(join(samples, 'unreadable/truncated.json'));
  await bed.put('input/', '');
  await bed.put('input/orders.json', orders);
  await bed.put('input/deep/er/customers.json', customers);
  await bed.put('input/products.csv', products);
  await bed.put('input/truncated.json', truncated);
  await bed.put('input/empty.json', '');
  await bed.put('input/picture.png', 'png');

  const { code, errors, lines } = await runWorker(bed.config);

  t.equal(code, 0);
  t.equal(errors, '');
  t.same(await bed.keys('input/'), ['input/']);
  t.same(await bed.read('output/orders.json'), stampedJson('orders.json', orders));
  t.same(await bed.read('output/deep/er/customers.json'), customers);
  t.same(await bed.read('output/products.csv'), products);
  t.same(await bed.read('errors/truncated.json'), truncated);
  const record = JSON.parse((await bed.read('errors/truncated.json.error.json')).toString());
  t.match(record, {
    key: 'truncated.json',
    reason: 'invalid-json',
    place: { byte: truncated.length },
    sourceSha256: sha256(truncated),
    etag: /^"[0-9a-f]{32}"$/,
    versionId: /.+/,
    workerVersion: sha256(readFileSync(worker)).slice(0, 12),
  });
  t.match(JSON.parse((await bed.read('errors/empty.json.error.json')).toString()), {
    reason: 'invalid-json',
  });
  t.match(JSON.parse((await bed.read('errors/picture.png.error.json')).toString()), {
    reason: 'unknown-kind',
  });
  const { Metadata } = await s3.send(
    new HeadObjectCommand({ Bucket: bed.bucket, Key: 'output/products.csv' }),
  );
  t.match(Metadata, { 'source-sha256': sha256(products), 'source-etag': /^"/, 'source-version-id': /.+/ });
  const run = lines.at(-1);
  t.match(run, {
    event: 'run',
    outcome: 'done',
    processed: 3,
    rejected: 3,
    left: 0,
    oldestWaitingSeconds: 0,
  });
  t.equal(lines.filter(({ event }) => event === 'file').length, 6);
  t.match(JSON.parse(readFileSync(join(bed.workDir, 'last-run.json'), 'utf8')), {
    processed: 3,
    rejected: 3,
  });
  t.same(readdirSync(join(bed.workDir, 'downloads')), []);
  t.same(readdirSync(join(bed.workDir, 'processed')), []);
});

t.test('an idle run is one LIST and nothing else', async t => {
  const bed = await makeBed();
  const proxy = await startS3Proxy(t, emulator.endpoint);
  const { code } = await runWorker(bed.config, proxy.endpoint);
  t.equal(code, 0);
  t.equal(proxy.seen.length, 1);
  t.ok(proxy.seen.every(isList));
});

t.test('handles more files than one page holds', async t => {
  const bed = await makeBed();
  const total = 1100;
  for (let from = 0; from < total; from += 50) {
    const batch = Array.from({ length: 50 }, (_, at) =>
      bed.put(`input/f${from + at}.json`, `{"n":${from + at}}`),
    );
    await Promise.all(batch);
  }
  const proxy = await startS3Proxy(t, emulator.endpoint);
  const { lines } = await runWorker(bed.config, proxy.endpoint);
  t.match(lines.at(-1), { processed: total, left: 0 });
  t.equal(proxy.seen.filter(isList).length, 2);
  t.equal(proxy.seen.length, 2 + 4 * total, 'four requests for each file');
  t.same(await bed.keys('input/'), []);
});

t.test('says in one line why a run could not work', async t => {
  const missing = await runWorker(join(scratch, 'nothing.json'));
  t.equal(missing.code, 1);
  t.equal(missing.errors, '');
  t.match(missing.lines, [{ event: 'run', outcome: 'failed', cause: /nothing\.json: ENOENT/ }]);

  const bed = await makeBed();
  const config = join(scratch, 'other-bucket.json');
  writeFileSync(config, JSON.stringify({ bucket: 'not-there', region: testRegion, workDir: bed.workDir }));
  const noBucket = await runWorker(config);
  t.equal(noBucket.code, 1);
  t.match(noBucket.lines, [{ event: 'run', outcome: 'failed', cause: /NoSuchBucket/ }]);

  const refused = await runWorker(bed.config, 'http://127.0.0.1:9');
  t.equal(refused.code, 1);
  t.match(refused.lines, [{ event: 'run', outcome: 'failed', cause: /ECONNREFUSED/ }]);
});

t.test('takes its credentials from the instance, asking for a token first', async t => {
  const bed = await makeBed();
  await bed.put('input/a.json', '{}');
  const imds = await startS3Proxy(t, emulator.endpoint);
  const { done } = startWorker(bed.config, {
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.endpoint,
  });
  t.match(await done, { code: 0, errors: '' });
  t.same(await bed.keys(), ['output/a.json']);
  t.same(imds.seen[0], { method: 'PUT', url: '/latest/api/token' });
});
