/**
 * A stand-in for S3 that streams large objects to and from a folder, or memory: what s3a, boto3 and the AWS SDK ask when they read,
 * write (in parts or whole), list, copy and delete, and STS whose credentials they are. No versions, conditions or
 * rights, and signatures are not looked at.
 * Which keys there are lies in memory; a copy shares the bytes of its source.
 * Usage: streaming-s3.ts PORT [FOLDER]. Without a folder bytes are kept in memory, which takes it half the time. Buckets
 * need not be made.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { decodeAwsChunks } from './aws-chunks.ts';
import { type Listed, renderListing } from './listing.ts';

type Piece = {
  readonly size: number;
  readonly read: (range: Range) => Iterable<Buffer> | AsyncIterable<Buffer>;
};
/** First and last byte. */
type Range = { readonly start: number; readonly end: number };
type Stored = Listed & { readonly pieces: readonly Piece[] };

const [port, folder] = process.argv.slice(2);
const objects = new Map<string, Stored>();
const uploads = new Map<string, Map<number, Piece>>();
let count = 0;

createServer((incoming, answer) => {
  handle(incoming, answer).catch(error => {
    process.stderr.write(`${incoming.method} ${incoming.url}: ${error}\n`);
    answer.destroy();
  });
}).listen(Number(port), '127.0.0.1');

async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '', 'http://127.0.0.1');
  const { searchParams: query } = url;
  const name = decodeURIComponent(url.pathname.slice(1));
  const isObject = /^[^/]+\/./.test(name);
  switch (incoming.method) {
    case 'HEAD':
    case 'GET':
      if (isObject) return read(incoming, answer, objects.get(name));
      return reply(answer, renderListing(name.replace(/\/$/, ''), objects, query));
    case 'PUT':
      return isObject ? write(incoming, answer, name, query) : reply(answer, '');
    case 'POST':
      if (name === '') return tellCaller(incoming, answer);
      if (query.has('delete')) return removeMany(incoming, answer, name.replace(/\/$/, ''));
      return query.has('uploads') ? beginUpload(answer, name) : endUpload(incoming, answer, name, query);
    default:
      if (query.has('uploadId')) uploads.delete(query.get('uploadId') ?? '');
      else objects.delete(name);
      answer.writeHead(204).end();
  }
}

async function read(
  incoming: IncomingMessage,
  answer: ServerResponse,
  object: Stored | undefined,
): Promise<void> {
  if (object === undefined) return refuse(answer, 404, 'NoSuchKey');
  const { size, etag, time } = object;
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(incoming.headers.range ?? '') ?? [];
  const start = first === '' ? (last === '' ? 0 : Math.max(0, size - Number(last))) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  const isRange = first !== '' || last !== '';
  if (isRange && start >= size) return refuse(answer, 416, 'InvalidRange');
  answer.writeHead(isRange ? 206 : 200, {
    etag,
    'last-modified': new Date(time).toUTCString(),
    'content-length': end - start + 1,
    ...(isRange ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
  });
  if (incoming.method === 'HEAD' || end < start) return void answer.end();
  // A reader that has had enough closes the connection.
  await pipeline(Readable.from(bytesOf(object, start, end)), answer).catch(() => undefined);
}

async function* bytesOf({ pieces }: Stored, start: number, end: number): AsyncGenerator<Buffer> {
  let from = 0;
  for (const { size, read } of pieces) {
    const [low, high] = [Math.max(start - from, 0), Math.min(end - from, size - 1)];
    if (low <= high) yield* read({ start: low, end: high });
    from += size;
  }
}

async function write(
  incoming: IncomingMessage,
  answer: ServerResponse,
  name: string,
  query: URLSearchParams,
): Promise<void> {
  const source = incoming.headers['x-amz-copy-source'];
  const upload = uploads.get(query.get('uploadId') ?? '');
  if (typeof source === 'string') {
    const copied = objects.get(decodeURIComponent(source).replace(/^\//, ''));
    if (copied === undefined || upload !== undefined) return refuse(answer, 404, 'NoSuchKey');
    const { etag, time } = keep(name, copied.pieces);
    const when = new Date(time).toISOString();
    return reply(
      answer,
      `<CopyObjectResult><LastModified>${when}</LastModified><ETag>${etag}</ETag></CopyObjectResult>`,
    );
  }
  const piece = await save(incoming);
  // A dash, as in the ETag of an object of several parts: SDKs take one without for the MD5.
  if (upload === undefined) answer.writeHead(200, { etag: keep(name, [piece]).etag });
  else {
    upload.set(Number(query.get('partNumber')), piece);
    answer.writeHead(200, { etag: `"${count}-1"` });
  }
  answer.end();
}

async function save(incoming: IncomingMessage): Promise<Piece> {
  count += 1;
  const isChunked = incoming.headers['x-amz-decoded-content-length'] !== undefined;
  if (folder === undefined) return keepInMemory(isChunked ? decodeAwsChunks(incoming) : incoming);
  const path = join(folder, `${count}`);
  const target = createWriteStream(path, { highWaterMark: 1 << 20 });
  if (isChunked) await pipeline(incoming, decodeAwsChunks, target);
  else await pipeline(incoming, target);
  return {
    size: target.bytesWritten,
    read: range => createReadStream(path, { ...range, highWaterMark: 1 << 18 }),
  };
}

async function keepInMemory(source: AsyncIterable<Buffer>): Promise<Piece> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return {
    size,
    *read({ start, end }) {
      let from = 0;
      for (const chunk of chunks) {
        const part = chunk.subarray(Math.max(0, start - from), Math.max(0, end + 1 - from));
        if (part.length > 0) yield part;
        from += chunk.length;
      }
    },
  };
}

function keep(name: string, pieces: readonly Piece[]): Stored {
  count += 1;
  const size = pieces.reduce((sum, piece) => sum + piece.size, 0);
  const stored = { pieces, size, etag: `"${count}-1"`, time: Date.now() };
  objects.set(name, stored);
  return stored;
}

function beginUpload(answer: ServerResponse, name: string): void {
  count += 1;
  uploads.set(`${count}`, new Map());
  const xml = `<Key>${name.slice(name.indexOf('/') + 1)}</Key><UploadId>${count}</UploadId>`;
  reply(answer, `<InitiateMultipartUploadResult>${xml}</InitiateMultipartUploadResult>`);
}

async function endUpload(
  incoming: IncomingMessage,
  answer: ServerResponse,
  name: string,
  query: URLSearchParams,
): Promise<void> {
  await text(incoming);
  const id = query.get('uploadId') ?? '';
  const parts = uploads.get(id);
  if (parts === undefined) return refuse(answer, 404, 'NoSuchUpload');
  uploads.delete(id);
  const pieces = [...parts].sort(([a], [b]) => a - b).map(([, piece]) => piece);
  const { etag } = keep(name, pieces);
  reply(answer, `<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`);
}

async function removeMany(incoming: IncomingMessage, answer: ServerResponse, bucket: string): Promise<void> {
  for (const [, key = ''] of (await text(incoming)).matchAll(/<Key>([^<]*)<\/Key>/g))
    objects.delete(`${bucket}/${key}`);
  reply(answer, '<DeleteResult></DeleteResult>');
}

async function tellCaller(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  await text(incoming);
  const xml = '<GetCallerIdentityResult><Account>000000000000</Account></GetCallerIdentityResult>';
  reply(answer, `<GetCallerIdentityResponse>${xml}</GetCallerIdentityResponse>`);
}

function reply(answer: ServerResponse, body: string): void {
  answer
    .writeHead(200, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

function refuse(answer: ServerResponse, status: number, code: string): void {
  answer.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
}
