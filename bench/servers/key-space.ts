/**
 * A stand-in for S3 with any number of keys waiting: nothing of a waiting object is kept, so a million of them cost no
 * more than a thousand. It answers what the worker asks and nothing else: LIST by start-after, GET, HEAD, PUT and
 * DELETE with their conditions. `POST /-/waiting/N` begins anew with N keys input/0000000.json ...; `GET /-/state` gives
 * {lists, waiting, source: TEXT, outputs: {KEY: TEXT}}, the source being that of every key.
 * Usage: key-space.ts PORT
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

type Stored = {
  readonly body: string;
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
};
type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

const xml = { 'content-type': 'application/xml' };

const pageSize = 1000;
const source = '{"amount":12.50,"note":"a tiny document"}\n';
const etag = etagOf(source);
const time = '2026-01-01T00:00:00.000Z';

let waiting = 0;
let lists = 0;
let done = new Set<number>();
let outputs = new Map<string, Stored>();

createServer((request, response) => {
  answer(request).then(
    ({ status, headers, body = '' }) => {
      // Named on the answer to HEAD too: without a length Node's client gives up the connection.
      const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body) };
      response.writeHead(status, { ...length, ...headers }).end(body);
    },
    error => {
      process.stderr.write(`${request.method} ${request.url}: ${error}\n`);
      response.destroy();
    },
  );
}).listen(Number(process.argv[2]), '127.0.0.1');

async function answer(request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
  const [, bucket, ...rest] = pathname.split('/');
  const key = decodeURIComponent(rest.join('/'));
  if (bucket === '-') return control(key);
  if (searchParams.get('list-type') === '2') return renderPage(searchParams.get('start-after'));
  const index = /^input\/(\d{7})\.json$/.exec(key)?.[1];
  const object = index === undefined ? outputs.get(key) : inputAt(Number(index));
  switch (request.method) {
    case 'HEAD':
    case 'GET':
      return read(request, object);
    case 'PUT':
      return write(request, key, object);
    case 'DELETE':
      if (index === undefined || object === undefined) return refuse(404, 'NoSuchKey');
      if (request.headers['if-match'] !== object.etag) return refuse(412, 'PreconditionFailed');
      done.add(Number(index));
      return { status: 204 };
    default:
      return refuse(501, 'NotImplemented');
  }
}

function control(command: string): Answer {
  const count = /^waiting\/(\d+)$/.exec(command)?.[1];
  if (count !== undefined) {
    [waiting, lists, done, outputs] = [Number(count), 0, new Set(), new Map()];
    return { status: 204 };
  }
  const outputTexts = Object.fromEntries([...outputs].map(([key, stored]) => [key, stored.body]));
  const state = { lists, waiting: waiting - done.size, source, outputs: outputTexts };
  return { status: 200, body: JSON.stringify(state) };
}

function inputAt(index: number): Stored | undefined {
  return index < waiting && !done.has(index) ? { body: source, etag, metadata: {} } : undefined;
}

function renderPage(startAfter: string | null): Answer {
  lists += 1;
  const behind = /(\d{7})\.json$/.exec(startAfter ?? '')?.[1];
  const entries: string[] = [];
  let index = behind === undefined ? 0 : Number(behind) + 1;
  for (; index < waiting && entries.length < pageSize; index += 1) {
    if (done.has(index)) continue;
    const key = `input/${String(index).padStart(7, '0')}.json`;
    entries.push(
      `<Contents><Key>${key}</Key><LastModified>${time}</LastModified><ETag>${etag}</ETag><Size>${source.length}</Size></Contents>`,
    );
  }
  const isTruncated = index < waiting;
  const body = `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${entries.join('')}</ListBucketResult>`;
  return { status: 200, headers: xml, body };
}

function read(request: IncomingMessage, object: Stored | undefined): Answer {
  if (object === undefined) return refuse(404, 'NoSuchKey');
  const expected = request.headers['if-match'];
  if (expected !== undefined && expected !== object.etag) return refuse(412, 'PreconditionFailed');
  const headers = { ...object.metadata, etag: object.etag, 'content-length': `${object.body.length}` };
  return request.method === 'HEAD' ? { status: 200, headers } : { status: 200, headers, body: object.body };
}

async function write(request: IncomingMessage, key: string, object: Stored | undefined): Promise<Answer> {
  const body = await text(request);
  const {
    'if-match': match,
    'if-none-match': noneMatch,
    'x-amz-checksum-sha256': checksum,
  } = request.headers;
  const isMet = match === undefined ? noneMatch === '*' && object === undefined : match === object?.etag;
  if (!isMet) return refuse(412, 'PreconditionFailed');
  if (checksum !== createHash('sha256').update(body).digest('base64')) return refuse(400, 'BadDigest');
  const metadata = Object.entries(request.headers).flatMap(([name, value]) =>
    name.startsWith('x-amz-meta-') && typeof value === 'string' ? [[name, value] as const] : [],
  );
  const etag = etagOf(source);
  outputs.set(key, { body, etag, metadata: Object.fromEntries(metadata) });
  return { status: 200, headers: { etag } };
}

function refuse(status: number, code: string): Answer {
  return { status, headers: xml, body: `<Error><Code>${code}</Code></Error>` };
}

function etagOf(content: string): string {
  return `"${createHash('md5').update(content).digest('hex')}"`;
}
