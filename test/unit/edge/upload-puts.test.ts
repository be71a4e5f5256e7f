import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import t, { type Test } from 'tap';
import { createS3 } from '../../../scripts/edge/aws.ts';
import { openPuts } from '../../../scripts/edge/upload-puts.ts';

const accountId = '123456789012';
const region = 'us-east-1';
const signal = new AbortController().signal;
const keys = ['p/a.csv', "p/a b+c%2F&=é'()*!~.csv", 'p/🚀.csv', 'p/line\nbreak.csv', 'p/a//b/../.csv'];

type Seen = { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string };

/** Puts over a server that answers by this function, and what it was asked. */
async function openBed(t: Test, answer: (request: Seen) => number | 'cut' = () => 200) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const one = { url: `${request.method} ${request.url}`, headers: request.headers, body };
    seen.push(one);
    const status = answer(one);
    if (status === 'cut') request.socket.destroy();
    else
      response.writeHead(status, { etag: '"e"' }).end(status === 200 ? '' : '<Error><Code>X</Code></Error>');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const s3 = createS3({ region, local: { endpoint: `http://127.0.0.1:${port}`, accountId } });
  t.teardown(() => {
    s3.destroy();
    server.close();
    server.closeAllConnections();
  });
  const put = openPuts(s3, { Bucket: 'b-b', ExpectedBucketOwner: accountId });
  return {
    s3,
    seen,
    put: (key: string, text: string, ended = signal) => {
      const sha256 = createHash('sha256').update(text).digest('base64');
      return put({ key, bytes: Buffer.from(text), sha256 }, ended);
    },
  };
}

/** The SDK alone numbers its attempts. */
const isBySdk = ({ headers }: Seen) => headers['amz-sdk-request'] !== undefined;

/** What is asked, apart from the SDK's count of attempts, the time, and the signature over both. */
function contentOf({ url, headers, body }: Seen) {
  const { host, authorization, 'x-amz-date': date, ...others } = headers;
  const { 'amz-sdk-invocation-id': id, 'amz-sdk-request': attempt, ...kept } = others;
  return { url, body, headers: kept };
}

t.test('makes the request that the SDK makes', async t => {
  const { put, seen } = await openBed(t);
  await put('first', '');
  for (const key of keys) await put(key, `of ${key}`);
  t.same(seen.map(isBySdk), [true, false, false, false, false, false]);
  for (const [at, key] of keys.entries()) {
    const own = await openBed(t);
    await own.put(key, `of ${key}`);
    const [sdk, ours] = [own.seen[0], seen[at + 1]];
    if (sdk === undefined || ours === undefined) throw new Error('expected a request of either');
    t.ok(isBySdk(sdk));
    t.strictSame(contentOf(ours), contentOf(sdk), key);
  }
});

t.test('signs all that it sends', async t => {
  const { put, seen, s3 } = await openBed(t);
  for (const key of ['first', ...keys]) await put(key, 'abc');
  const signer = await s3.config.signer();
  for (const { url, headers } of seen.slice(1)) {
    const { authorization, connection, 'x-amz-date': date = '', ...others } = headers;
    const [method = '', target = ''] = url.split(' ');
    const { hostname, searchParams } = new URL(`http://${headers.host}${target}`);
    const { headers: signed } = await signer.sign(
      {
        method,
        protocol: 'http:',
        hostname,
        path: target.split('?')[0] ?? '',
        query: Object.fromEntries(searchParams),
        headers: Object.fromEntries(Object.entries(others).map(([name, value]) => [name, String(value)])),
      },
      { signingDate: new Date(String(date).replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:')) },
    );
    t.equal(authorization, signed['authorization'], target);
    t.match(authorization, /SignedHeaders=content-length;content-type;host;x-amz-checksum-sha256;/);
  }
});

t.test('leaves to the SDK what is not taken at once', async t => {
  for (const fault of [500, 403, 301, 'cut'] as const) {
    let isDue = false;
    const { put, seen } = await openBed(t, () => {
      if (!isDue) return 200;
      isDue = false;
      return fault;
    });
    await put('first', 'a');
    isDue = true;
    await put('second', 'b');
    await put('third', 'c');
    t.same(
      seen.map(one => [one.url, one.body, isBySdk(one)]),
      [
        ['PUT /b-b/first?x-id=PutObject', 'a', true],
        ['PUT /b-b/second?x-id=PutObject', 'b', false],
        ['PUT /b-b/second?x-id=PutObject', 'b', true],
        ['PUT /b-b/third?x-id=PutObject', 'c', false],
      ],
      String(fault),
    );
  }
});

t.test('is taught by no request that fails', async t => {
  const { put, seen } = await openBed(t, () => 403);
  for (const key of ['first', 'second']) await t.rejects(put(key, 'a'), { name: 'X' });
  t.same(seen.map(isBySdk), [true, true]);
});

t.test('leaves large bodies to the SDK', async t => {
  const { put, seen } = await openBed(t);
  for (const text of ['a', 'x'.repeat(3 * 1024 ** 2), 'b']) await put('k', text);
  t.same(seen.map(isBySdk), [true, true, false]);
});

t.test('ends when it is told to', async t => {
  const { put } = await openBed(t);
  await put('first', 'a');
  await t.rejects(put('second', 'b', AbortSignal.abort()), { name: 'AbortError' });
});
