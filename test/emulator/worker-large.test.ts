import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import t from 'tap';
import { openStore } from '../../worker/host/s3.ts';
import { startEmulator, testRegion } from '../helpers/emulator.ts';
import { startS3Proxy } from '../helpers/s3-proxy.ts';

const Bucket = 'large-puts';
const mib = 1024 ** 2;
const credentials = { accessKeyId: '000000000000', secretAccessKey: 'test' };
const emulator = await startEmulator(t);
const s3 = new S3Client({ endpoint: emulator.endpoint, region: testRegion, credentials });
t.teardown(() => s3.destroy());
await s3.send(
  new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: testRegion } }),
);

// S3's least size of a part that is not the last.
const putLimits = { singlePut: 6 * mib, part: 5 * mib, parts: 10_000 };
const bytes = Buffer.alloc(12 * mib, 'millrace ');
const path = join(t.testdir(), 'large');
writeFileSync(path, bytes);
const sha256 = createHash('sha256').update(bytes).digest('hex');

function openAt(endpoint: string) {
  Object.assign(process.env, { ...emulator.env, AWS_ENDPOINT_URL: endpoint });
  return openStore({ bucket: Bucket, region: testRegion, concurrency: 1, putLimits });
}

function uploadTo(objectKey: string, replaces: string | undefined) {
  const provenance = { sourceSha256: sha256, sourceEtag: '"e"', sourceVersionId: undefined, redrives: 1 };
  return { objectKey, replaces, path, length: bytes.length, sha256, bytes: undefined, provenance };
}

async function read(Key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

t.test('writes in parts what is too large for one PUT, under the same conditions', async t => {
  const proxy = await startS3Proxy(t, emulator.endpoint);
  const store = openAt(proxy.endpoint);
  t.equal(await store.put(uploadTo('output/a', undefined)), 'written');
  t.ok((await read('output/a')).equals(bytes));
  const parts = proxy.seen.filter(({ url }) => url.includes('partNumber='));
  t.equal(parts.length, 3);
  const head = await store.head('output/a');
  t.equal(head?.sourceSha256, sha256);
  t.equal(await store.put(uploadTo('output/a', undefined)), 'changed', 'something stands there');
  t.equal(await store.put(uploadTo('output/a', '"00000000000000000000000000000000"')), 'changed');
  t.equal(await store.put(uploadTo('output/a', head?.etag)), 'written');
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  t.same(Uploads, [], 'no parts are left behind');
});

t.test('leaves nothing when a part fails', async t => {
  const proxy = await startS3Proxy(t, emulator.endpoint, ({ url }) =>
    url.includes('partNumber=2') ? 'drop' : 'pass',
  );
  await t.rejects(openAt(proxy.endpoint).put(uploadTo('output/b', undefined)));
  await t.rejects(read('output/b'), { name: 'NoSuchKey' });
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  t.same(Uploads, []);
});
