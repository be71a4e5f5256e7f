import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import t, { type Test } from 'tap';
import { type SeenRequest, startS3Proxy, type Verdict } from '../helpers/s3-proxy.ts';
import { prepareUpload } from '../helpers/upload/upload-bed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { emulator, s3, newBucket, upload, startUpload, read, keys, pending, storedParts } =
  await prepareUpload(t);
const mib = 1024 ** 2;
const isPart = ({ method, url }: SeenRequest) => method === 'PUT' && url.includes('partNumber=');
const isWhole = ({ method, url }: SeenRequest) => method === 'PUT' && !url.includes('partNumber=');
const keyOf = (dataset: string, file: string) => `Raw/Local/CSV/${dataset}/2026/11/20/${file}`;
const bigKey = keyOf('Big', 'big.csv');

/** A folder of the test's own with these files. */
function folderOf(t: Test, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-upload-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

t.test('puts the datasets in their places byte for byte, and passes them over the next time', async t => {
  const bucket = await newBucket();
  const first = await upload(bucket, [join(root, 'files/datasets')]);
  t.match(first, { skipped: [], failed: [], error: undefined });
  t.same(
    first.uploaded.map(({ key }) => key),
    [keyOf('Movies', 'movies.csv'), keyOf('Series', 'series.csv')],
  );
  t.same(await keys(bucket), [keyOf('Movies', 'movies.csv'), keyOf('Series', 'series.csv')]);
  for (const { key, file, sha256 } of first.uploaded) {
    const bytes = readFileSync(file);
    t.ok((await read(bucket, key)).equals(bytes));
    t.equal(sha256, createHash('sha256').update(bytes).digest('base64'));
  }
  const proxy = await startS3Proxy(t, emulator.endpoint);
  const second = await upload(bucket, [join(root, 'files/datasets')], { endpoint: proxy.endpoint });
  t.strictSame(second, { ...first, uploaded: [], skipped: first.uploaded });
  t.same(proxy.seen.filter(isWhole), []);
});

t.test('replaces what differs, of the same length too, and takes an empty file', async t => {
  const bucket = await newBucket();
  const folder = folderOf(t, { 'a.csv': 'id\n1\n', 'empty.csv': '' });
  await upload(bucket, [folder]);
  t.equal((await read(bucket, keyOf('Empty', 'empty.csv'))).length, 0);
  writeFileSync(join(folder, 'a.csv'), 'id\n2\n');
  const { uploaded, skipped } = await upload(bucket, [folder]);
  t.match(
    [uploaded, skipped],
    [[{ key: keyOf('A', 'a.csv') }], [{ key: keyOf('Empty', 'empty.csv'), bytes: 0 }]],
  );
  t.equal((await read(bucket, keyOf('A', 'a.csv'))).toString(), 'id\n2\n');
});

t.test('an object of another making with no checksum is written anew', async t => {
  const bucket = await newBucket();
  const folder = folderOf(t, { 'a.csv': 'id\n1\n' });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf('A', 'a.csv'), Body: 'id\n1\n' }));
  t.match(await upload(bucket, [folder]), { uploaded: [{ bytes: 5 }], skipped: [] });
  t.match(await upload(bucket, [folder]), { uploaded: [], skipped: [{ bytes: 5 }] });
});

t.test('a dry run tells the same and changes nothing', async t => {
  const bucket = await newBucket();
  const folder = folderOf(t, { 'a.csv': 'id\n1\n', 'big.csv': randomBytes(9 * mib) });
  const planned = await upload(bucket, [folder], { isDryRun: true });
  t.same([await keys(bucket), await pending(bucket)], [[], []]);
  t.strictSame(await upload(bucket, [folder]), planned);
  const again = await upload(bucket, [folder], { isDryRun: true });
  t.match(again, { uploaded: [], skipped: [{ file: /a\.csv$/ }, { file: /big\.csv$/ }] });
});

t.test('a large file goes in parts with their checksums, and is known the next time', async t => {
  const bucket = await newBucket();
  const content = randomBytes(20 * mib + 17);
  const folder = folderOf(t, { 'big.csv': content });
  let [open, most] = [0, 0];
  const proxy = await startS3Proxy(t, emulator.endpoint, async (seen): Promise<Verdict> => {
    if (!isPart(seen)) return 'pass';
    most = Math.max(most, ++open);
    await sleep(100);
    open -= 1;
    return 'pass';
  });
  const first = await upload(bucket, [folder], { endpoint: proxy.endpoint });
  t.match(first.uploaded, [{ key: bigKey, bytes: content.length, sha256: /^.{44}-3$/ }]);
  t.ok((await read(bucket, bigKey)).equals(content));
  t.equal(most, 3, 'side by side');
  const head = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: bigKey, ChecksumMode: 'ENABLED' }));
  t.equal(head.ChecksumSHA256, first.uploaded[0]?.sha256);
  t.match(await upload(bucket, [folder]), { uploaded: [], skipped: first.uploaded });
  t.same(await pending(bucket), []);
});

t.test('after kill -9 the next run sends what is missing, and leaves no parts', async t => {
  const bucket = await newBucket();
  const content = randomBytes(64 * mib);
  const folder = folderOf(t, { 'big.csv': content });
  let sent = 0;
  const proxy = await startS3Proxy(t, emulator.endpoint, (seen): Verdict => {
    if (!isPart(seen)) return 'pass';
    sent += 1;
    return sent <= 5 ? 'pass' : { stopAt: 'mid-request', ending: 'hold' };
  });
  const child = startUpload(bucket, join(folder, 'big.csv'), proxy.endpoint);
  while ((await storedParts(bucket)) < 5) await sleep(50);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await proxy.close();
  t.same([await keys(bucket), await pending(bucket)], [[], [bigKey]]);
  const next = await startS3Proxy(t, emulator.endpoint);
  t.match(await upload(bucket, [folder], { endpoint: next.endpoint }), {
    uploaded: [{ key: bigKey }],
    failed: [],
  });
  t.equal(next.seen.filter(isPart).length, 3, 'of 8');
  t.ok((await read(bucket, bigKey)).equals(content));
  t.same([await keys(bucket), await pending(bucket)], [[bigKey], []]);
});

t.test('a third run leaves the parts alone that a second goes on with after kill -9', async t => {
  const bucket = await newBucket();
  const content = randomBytes(33 * mib);
  const folder = folderOf(t, { 'big.csv': content, 'other.csv': 'id\n' });
  const big = join(folder, 'big.csv');
  const proxy = await startS3Proxy(
    t,
    emulator.endpoint,
    (seen): Verdict =>
      isPart(seen) && seen.url.includes('partNumber=5') ? { stopAt: 'before', ending: 'hold' } : 'pass',
  );
  const child = startUpload(bucket, big, proxy.endpoint);
  while ((await storedParts(bucket)) < 4) await sleep(50);
  child.kill('SIGKILL');
  await once(child, 'exit');
  let [isResumed, isThirdOver] = [false, false];
  const next = await startS3Proxy(t, emulator.endpoint, async (seen): Promise<Verdict> => {
    if (!isPart(seen)) return 'pass';
    isResumed = true;
    while (!isThirdOver) await sleep(50);
    return 'pass';
  });
  const second = upload(bucket, [big], { endpoint: next.endpoint });
  while (!isResumed) await sleep(50);
  const said: string[] = [];
  await upload(bucket, [join(folder, 'other.csv')], { say: line => said.push(line) });
  isThirdOver = true;
  t.same(
    said.filter(line => line.startsWith('Parts')),
    [],
  );
  t.match(await second, { uploaded: [{ key: bigKey }], failed: [] });
  t.equal(next.seen.filter(isPart).length, 1, 'of 5');
  t.ok((await read(bucket, bigKey)).equals(content));
  t.same(await pending(bucket), []);
});

t.test('parts that a killed run has sent on another day go, and no others', async t => {
  const bucket = await newBucket();
  const folder = folderOf(t, { 'big.csv': randomBytes(33 * mib) });
  const proxy = await startS3Proxy(
    t,
    emulator.endpoint,
    (seen): Verdict =>
      isPart(seen) && seen.url.includes('partNumber=5') ? { stopAt: 'before', ending: 'hold' } : 'pass',
  );
  const child = startUpload(bucket, join(folder, 'big.csv'), proxy.endpoint, '2026-11-19');
  while ((await storedParts(bucket)) < 4) await sleep(50);
  const yesterday = bigKey.replace('/20/', '/19/');
  await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: yesterday }));
  await upload(bucket, [folder]);
  t.same(await pending(bucket), [yesterday, yesterday], 'while it runs');
  child.kill('SIGKILL');
  await once(child, 'exit');
  await upload(bucket, [folder], { isDryRun: true });
  t.same((await pending(bucket)).length, 2, 'a dry run');
  const said: string[] = [];
  await upload(bucket, [folder], { say: line => said.push(line) });
  t.same(await pending(bucket), [yesterday], "somebody else's stays");
  t.equal(said.at(-1), `Parts that an earlier run has left of ${yesterday}: removed`);
  await upload(bucket, [folder], { say: line => said.push(line) });
  t.equal(said.filter(line => line.startsWith('Parts')).length, 1);
});

t.test('parts of other bytes, and uploads that have none, are not built upon', async t => {
  const bucket = await newBucket();
  const content = randomBytes(17 * mib);
  const folder = folderOf(t, { 'big.csv': content });
  for (const ChecksumAlgorithm of ['SHA256', undefined, 'CRC32'] as const) {
    const begun = await s3.send(
      new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: bigKey,
        ...(ChecksumAlgorithm && { ChecksumAlgorithm }),
      }),
    );
    const { UploadId } = begun;
    const Body = Buffer.alloc(8 * mib, 'x');
    await s3.send(new UploadPartCommand({ Bucket: bucket, Key: bigKey, UploadId, PartNumber: 2, Body }));
  }
  await s3.send(
    new CreateMultipartUploadCommand({ Bucket: bucket, Key: bigKey, ChecksumAlgorithm: 'SHA256' }),
  );
  t.match(await upload(bucket, [folder]), { uploaded: [{ key: bigKey }], failed: [] });
  t.ok((await read(bucket, bigKey)).equals(content));
  t.same(await pending(bucket), []);
});

t.test('what is left of a large file goes with a smaller one, and with one that is there', async t => {
  const bucket = await newBucket();
  const folder = folderOf(t, { 'big.csv': 'id\n1\n' });
  for (const expected of ['uploaded', 'skipped'] as const) {
    await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: bigKey }));
    await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: `${bigKey}.other` }));
    t.equal((await upload(bucket, [folder]))[expected].length, 1);
    t.notOk((await pending(bucket)).includes(bigKey), expected);
  }
  t.equal((await pending(bucket)).length, 2, 'what belongs to other keys stays');
});

t.test('a part that S3 refuses fails the file, and the next run goes on', async t => {
  const bucket = await newBucket();
  const folder = folderOf(t, { 'big.csv': randomBytes(17 * mib), 'small.csv': 'id\n' });
  const proxy = await startS3Proxy(
    t,
    emulator.endpoint,
    (seen): Verdict =>
      isPart(seen) && seen.url.includes('partNumber=2') ? { status: 500, code: 'InternalError' } : 'pass',
  );
  const first = await upload(bucket, [folder], { endpoint: proxy.endpoint });
  t.match(first, { uploaded: [{ file: /small/ }], failed: [{ key: bigKey, detail: /^InternalError: / }] });
  t.same(await keys(bucket), [keyOf('Small', 'small.csv')]);
  const next = await startS3Proxy(t, emulator.endpoint);
  t.match(await upload(bucket, [folder], { endpoint: next.endpoint }), {
    uploaded: [{ key: bigKey }],
    failed: [],
  });
  t.equal(next.seen.filter(isPart).length, 1);
});

t.test('an answer that is lost after the upload has ended is no failure', async t => {
  const bucket = await newBucket();
  const folder = folderOf(t, { 'big.csv': randomBytes(9 * mib) });
  const proxy = await startS3Proxy(
    t,
    emulator.endpoint,
    ({ method, url }): Verdict => (method === 'POST' && url.includes('uploadId=') ? 'lose' : 'pass'),
  );
  const lost = await upload(bucket, [folder], { endpoint: proxy.endpoint });
  t.same(await keys(bucket), [bigKey]);
  t.same(await pending(bucket), []);
  const again = await upload(bucket, [folder]);
  t.match(
    again.skipped,
    [{ key: bigKey }],
    `after ${lost.uploaded.length} uploaded, ${lost.failed.length} failed`,
  );
});

t.test('two uploads of one file at once both end well', async t => {
  const bucket = await newBucket();
  const content = randomBytes(33 * mib);
  const folder = folderOf(t, { 'big.csv': content });
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ Bucket: bucket, Key: bigKey, ChecksumAlgorithm: 'SHA256' }),
  );
  const Body = content.subarray(0, 8 * mib);
  const part = {
    Bucket: bucket,
    Key: bigKey,
    UploadId,
    PartNumber: 1,
    Body,
    ChecksumAlgorithm: 'SHA256',
  } as const;
  await s3.send(new UploadPartCommand(part));
  const both = await Promise.all([upload(bucket, [folder]), upload(bucket, [folder])]);
  for (const { failed, error } of both) t.match({ failed, error }, { failed: [], error: undefined });
  t.ok((await read(bucket, bigKey)).equals(content));
  t.same(await pending(bucket), []);
});

t.test('a file that changes while it is read is told, and nothing is written', async t => {
  const changes: Readonly<Record<string, (path: string) => void>> = {
    longer: path => appendFileSync(path, 'x'),
    shorter: path => truncateSync(path, 9 * mib),
    'of the same length and time': path => {
      writeFileSync(path, Buffer.alloc(17 * mib, 'y'));
      utimesSync(path, new Date(0), new Date(0));
    },
    replaced: path => {
      rmSync(path);
      writeFileSync(path, Buffer.alloc(17 * mib, 'x'));
    },
    gone: path => rmSync(path),
  };
  for (const [how, change] of Object.entries(changes)) {
    const bucket = await newBucket();
    const folder = folderOf(t, { 'big.csv': Buffer.alloc(17 * mib, 'x') });
    const path = join(folder, 'big.csv');
    utimesSync(path, new Date(0), new Date(0));
    let isDue = true;
    const proxy = await startS3Proxy(t, emulator.endpoint, (seen): Verdict => {
      if (isPart(seen) && isDue) {
        isDue = false;
        change(path);
      }
      return 'pass';
    });
    const { uploaded, failed } = await upload(bucket, [folder], { endpoint: proxy.endpoint });
    t.match([uploaded, failed], [[], [{ key: bigKey, detail: /was changed while it was read/ }]], how);
    t.same([await keys(bucket), await pending(bucket)], [[], []], how);
  }
});

t.test('an interrupt ends the run, and the next one goes on from there', async t => {
  const bucket = await newBucket();
  const names = Array.from({ length: 40 }, (_, at) => `f${at}.csv`);
  const folder = folderOf(t, {
    ...Object.fromEntries(names.map(name => [name, name])),
    'big.csv': randomBytes(9 * mib),
  });
  let isInterrupted = false;
  const first = await upload(bucket, [folder], {
    isInterrupted: () => isInterrupted,
    say: () => {
      isInterrupted = true;
    },
  });
  t.match(first, { error: 'upload: was interrupted', failed: [] });
  t.ok(first.uploaded.length >= 1 && first.uploaded.length <= 16, `${first.uploaded.length} uploaded`);
  const second = await upload(bucket, [folder]);
  t.equal(first.uploaded.length + second.uploaded.length, 41);
  t.equal(second.skipped.length, first.uploaded.length);
});

t.test('gives up after ten failures in a row', async t => {
  const bucket = await newBucket();
  const folder = folderOf(t, Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`f${at}.csv`, 'x'])));
  const proxy = await startS3Proxy(t, emulator.endpoint, seen =>
    isWhole(seen) ? { status: 403, code: 'AccessDenied' } : 'pass',
  );
  const result = await upload(bucket, [folder], {
    endpoint: proxy.endpoint,
    clean: text => text.replace('by the test', '[redacted]'),
  });
  t.match(result, { uploaded: [], error: 'upload: gave up: 10 files failed in a row' });
  t.ok(result.failed.length >= 10 && result.failed.length <= 26, `${result.failed.length} failed`);
  t.match(
    result.failed[0]?.detail,
    /these credentials lack s3:PutObject on arn:aws:s3:::.*\(AccessDenied: \[redacted\]\)$/,
  );
});

t.test('takes files with odd names, and one that is a link', async t => {
  const bucket = await newBucket();
  const odd = ['a b+c%2F&=é.csv', "q'<&>.csv", '🚀.csv', 'line\nbreak\r.csv', '~x.csv'];
  const folder = folderOf(t, Object.fromEntries(odd.map(name => [name, name])));
  symlinkSync('~x.csv', join(folder, 'link.csv'));
  const first = await upload(bucket, [folder], { dataset: 'movies' });
  t.match(first, { failed: [], error: undefined });
  for (const name of odd) t.equal((await read(bucket, keyOf('Movies', name))).toString(), name);
  t.equal((await read(bucket, keyOf('Movies', 'link.csv'))).toString(), '~x.csv');
  t.equal((await upload(bucket, [folder], { dataset: 'movies' })).skipped.length, 6);
});
