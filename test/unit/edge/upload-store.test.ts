import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import t, { type Test } from 'tap';
import { createS3 } from '../../../scripts/edge/aws.ts';
import { openUploadStore } from '../../../scripts/edge/upload-store.ts';

const accountId = '123456789012';

/** A store over a server that answers by this function and notes what was asked. */
async function openStore(t: Test, answer: (request: IncomingMessage) => string) {
  const seen: { readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers });
    request.resume();
    request.once('end', () => reply(response, answer(request)));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const s3 = createS3({ region: 'us-east-1', local: { endpoint: `http://127.0.0.1:${port}`, accountId } });
  t.teardown(() => {
    s3.destroy();
    server.close();
    server.closeAllConnections();
  });
  const abort = new AbortController();
  return {
    store: openUploadStore({ s3, bucket: 'b-b', accountId, noteDir: t.testdir(), signal: abort.signal }),
    seen,
    abort,
  };
}

function reply(response: ServerResponse, body: string) {
  response.writeHead(body.startsWith('<Error>') ? 403 : 200, { etag: '"e"' }).end(body);
}

const page = (root: string, isTruncated: boolean, inner: string) =>
  `<${root}><IsTruncated>${isTruncated}</IsTruncated>${inner}</${root}>`;

t.test('reads every page of a listing, keys as they are', async t => {
  const { store, seen } = await openStore(t, ({ url = '' }) => {
    const isLast = url.includes('start-after=p%2Fa%20b%2B');
    const key = isLast ? 'p/%C3%A9%0D' : 'p/a+b%2B';
    return page('ListBucketResult', !isLast, `<Contents><Key>${key}</Key><Size>7</Size></Contents>`);
  });
  t.same(
    [...(await store.list('p/'))],
    [
      ['p/a b+', 7],
      ['p/é\r', 7],
    ],
  );
  t.equal(seen.length, 2);
  t.ok(seen.every(({ headers }) => headers['x-amz-expected-bucket-owner'] === accountId));
});

t.test('reads every page of uploads that have begun, the newest first', async t => {
  const one = (key: string, id: string, day: number) =>
    `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>2026-11-0${day}T00:00:00.000Z</Initiated></Upload>`;
  const { store } = await openStore(t, ({ url = '' }) => {
    const isLast = url.includes('key-marker=p%2Fa%20b') && url.includes('upload-id-marker=u2');
    const next = '<NextKeyMarker>p/a+b</NextKeyMarker><NextUploadIdMarker>u2</NextUploadIdMarker>';
    const inner = isLast ? one('p/c', 'u3', 3) : one('p/a+b', 'u1', 1) + one('p/a+b', 'u2', 2) + next;
    return page('ListMultipartUploadsResult', !isLast, inner);
  });
  t.same(await store.listPending('p/'), [
    { key: 'p/c', uploadId: 'u3', begun: Date.UTC(2026, 10, 3) },
    { key: 'p/a b', uploadId: 'u2', begun: Date.UTC(2026, 10, 2) },
    { key: 'p/a b', uploadId: 'u1', begun: Date.UTC(2026, 10, 1) },
  ]);
});

t.test('reads every page of parts, without those that have no checksum', async t => {
  const { store } = await openStore(t, ({ url = '' }) => {
    const isLast = url.includes('part-number-marker=2');
    const part = (number: number, sum: string) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>"${number}"</ETag><Size>5</Size>${sum}</Part>`;
    const inner = isLast
      ? part(3, '<ChecksumSHA256>c</ChecksumSHA256>')
      : `${part(1, '<ChecksumSHA256>a</ChecksumSHA256>')}${part(2, '')}<NextPartNumberMarker>2</NextPartNumberMarker>`;
    return page('ListPartsResult', !isLast, inner);
  });
  t.same(
    [...((await store.listParts({ key: 'k', uploadId: 'u' })) ?? [])],
    [
      [1, { etag: '"1"', bytes: 5, sha256: 'a' }],
      [3, { etag: '"3"', bytes: 5, sha256: 'c' }],
    ],
  );
});

t.test('sends a body with its SHA-256, and signs it with the same', async t => {
  const { store, seen } = await openStore(t, () => '');
  const sha256 = 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='; // of abc
  const body = { bytes: Buffer.from('abc'), sha256 };
  await store.put('k', body);
  t.strictSame(await store.putPart({ key: 'k', uploadId: 'u' }, 1, body), { etag: '"e"', bytes: 3, sha256 });
  for (const { headers } of seen)
    t.match(headers, {
      'content-length': '3',
      'x-amz-checksum-sha256': sha256,
      'x-amz-content-sha256': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      'x-amz-expected-bucket-owner': accountId,
    });
});

t.test('ends its requests when it is told to', async t => {
  const { store, abort } = await openStore(t, () => '');
  abort.abort();
  await t.rejects(store.begin('k'), { name: 'AbortError' });
});

t.test('names the right that a refused request lacks, unless the keys themselves are wrong', async t => {
  let code = 'AccessDenied';
  const { store } = await openStore(t, () => `<Error><Code>${code}</Code><Message>no</Message></Error>`);
  const pending = { key: 'k', uploadId: 'u' };
  const body = { bytes: Buffer.from('abc'), sha256: 'ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=' };
  const put =
    "s3:PutObject on arn:aws:s3:::b-b/k, or kms:GenerateDataKey and kms:Decrypt on the bucket's key";
  const calls: readonly (readonly [right: string, call: () => Promise<unknown>])[] = [
    ['s3:ListBucket on arn:aws:s3:::b-b', () => store.list('p/')],
    ['s3:ListBucketMultipartUploads on arn:aws:s3:::b-b', () => store.listPending('p/')],
    ["s3:GetObject on arn:aws:s3:::b-b/k, or kms:Decrypt on the bucket's key", () => store.readChecksum('k')],
    [put, () => store.put('k', body)],
    [put, () => store.begin('k')],
    [put, () => store.putPart(pending, 1, body)],
    [put, () => store.complete(pending, [])],
    ['s3:ListMultipartUploadParts on arn:aws:s3:::b-b/k', () => store.listParts(pending)],
    ['s3:AbortMultipartUpload on arn:aws:s3:::b-b/k', () => store.abort(pending)],
  ];
  for (const [right, call] of calls) {
    const error = await call().catch((thrown: unknown) => thrown);
    t.match(error, { name: 'Failure', message: `bucket b-b: these credentials lack ${right} (` });
  }
  code = 'SignatureDoesNotMatch';
  await t.rejects(store.begin('k'), { name: 'SignatureDoesNotMatch' });
});
