/**
 * A proxy before s3s-fs that adds what it lacks of S3: If-Match on GET and DELETE, and ETags in listings. Both are
 * asked for by HEAD. Conditions on writes are its own.
 * Usage: s3s-proxy.ts PORT TARGET, with the credentials of the target in the environment.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { forward } from './forward.ts';

const [port, target = ''] = process.argv.slice(2);
const xml = { 'content-type': 'application/xml' };
const s3 = new S3Client({ endpoint: target, region: 'us-east-1' });

createServer((incoming, answer) => {
  handle(incoming, answer).catch(error => {
    process.stderr.write(`${incoming.method} ${incoming.url}: ${error}\n`);
    answer.destroy();
  });
}).listen(Number(port), '127.0.0.1');

async function handle(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '', target);
  const [bucket = '', ...rest] = url.pathname.slice(1).split('/');
  const key = decodeURIComponent(rest.join('/'));
  const condition = incoming.headers['if-match'];
  if (url.searchParams.get('list-type') === '2') {
    answer.writeHead(200, xml).end(await list(bucket, url));
    return;
  }
  const isGuarded = incoming.method === 'GET' || incoming.method === 'DELETE';
  if (condition !== undefined && isGuarded && (await etagOf(bucket, key)) !== condition) {
    answer.writeHead(412, xml);
    answer.end('<Error><Code>PreconditionFailed</Code><Message>The ETag differs.</Message></Error>');
    return;
  }
  forward(incoming, answer, target);
}

async function etagOf(Bucket: string, Key: string): Promise<string | undefined> {
  const { ETag } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  return ETag;
}

/** A listing of a few plain keys, on one page. */
async function list(Bucket: string, url: URL): Promise<string> {
  const Prefix = url.searchParams.get('prefix') ?? '';
  const StartAfter = url.searchParams.get('start-after') ?? '';
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, StartAfter }));
  const entries = Contents.map(async ({ Key = '', Size = 0, LastModified = new Date(0) }) => {
    const etag = await etagOf(Bucket, Key);
    return `<Contents><Key>${Key}</Key><LastModified>${LastModified.toISOString()}</LastModified><ETag>${etag}</ETag><Size>${Size}</Size></Contents>`;
  });
  const contents = (await Promise.all(entries)).join('');
  return `<ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`;
}
