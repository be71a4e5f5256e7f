import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import t from 'tap';
import { bundlePrograms } from '../../scripts/edge/bundle.ts';
import { buildArchive, startSourceServer } from '../../scripts/edge/source-server.ts';
import { startEmulator, testRegion } from '../helpers/emulator.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const outDir = mkdtempSync(join(tmpdir(), 'millrace-batch-'));
t.teardown(() => rmSync(outDir, { recursive: true }));
const emulator = await startEmulator(t);
const { functions } = await bundlePrograms({ root, outDir });
const zip = readFileSync(functions['ingest-batch'] ?? '');
const credentials = { accessKeyId: '000000000000', secretAccessKey: 'test' };
const s3 = new S3Client({ endpoint: emulator.endpoint, region: testRegion, credentials });
t.teardown(() => s3.destroy());

const Bucket = 'raw-of-the-test';
await s3.send(
  new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: testRegion } }),
);

/** One signed-looking call of a REST API that the product's code never makes itself. */
async function call(
  method: string,
  path: string,
  service: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const scope = `${credentials.accessKeyId}/20260101/${testRegion}/${service}/aws4_request`;
  const answer = await fetch(emulator.endpoint + path, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: HTTP ${answer.status} ${text}`);
  return text === '' ? {} : JSON.parse(text);
}

async function createFunction(name: string, archiveUrl: string): Promise<string> {
  const { FunctionArn } = await call('POST', '/2015-03-31/functions', 'lambda', {
    FunctionName: name,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/none',
    Timeout: 60,
    Code: { ZipFile: zip.toString('base64') },
    Environment: { Variables: { ARCHIVE_URL: archiveUrl, RAW_BUCKET: Bucket, LAG_HOURS: '2' } },
  });
  return String(FunctionArn);
}

const invoke = (name: string) => call('POST', `/2015-03-31/functions/${name}/invocations`, 'lambda', {});

function urlOf(server: Server): string {
  const address = server.address();
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** A source that gives every hour the same answer. */
async function serve(status: number, body: Buffer): Promise<string> {
  const server = createServer((_, answer) => {
    answer.writeHead(status);
    answer.end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return urlOf(server);
}

const listRaw = async () => (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? [];

t.test('writes nothing when the hour is missing or damaged', async t => {
  const good = gzipSync('{"id":1}\n');
  const damages: readonly (readonly [string, number, Buffer, RegExp])[] = [
    ['late', 404, Buffer.from(''), /expected HTTP 200, got 404 \(the hour is not published yet\)/],
    ['down', 503, Buffer.from(''), /expected HTTP 200, got 503/],
    ['truncated', 200, good.subarray(0, -4), /unexpected end of file/],
    ['trailing', 200, Buffer.concat([good, Buffer.from('xyz')]), /incorrect header check/],
    ['plain', 200, Buffer.from('{"id":1}\n'), /incorrect header check/],
    ['bad-line', 200, gzipSync('{"id":1}\n[2]\n'), /line 2: expected a JSON object, got \\?"\[2\]/],
    ['empty', 200, gzipSync(''), /expected at least one event/],
  ];
  for (const [name, status, body, expected] of damages) {
    await createFunction(name, await serve(status, body));
    t.match(await invoke(name), { errorMessage: expected }, name);
  }
  t.same(await listRaw(), []);
});

t.test('is fired by a schedule and writes the hour two hours ago', { timeout: 120_000 }, async t => {
  const started = Date.now();
  const functionArn = await createFunction('scheduled', urlOf(await startSourceServer(0)));
  await call('POST', '/schedules/each-minute', 'scheduler', {
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: functionArn, RoleArn: 'arn:aws:iam::000000000000:role/none' },
  });
  let [written] = await listRaw();
  while (written === undefined && Date.now() - started < 100_000) {
    await new Promise(resolve => setTimeout(resolve, 1000));
    [written] = await listRaw();
  }
  const match = /^github\/archive\/dt=(\d{4}-\d\d-\d\d)\/hour=(\d\d)\/archive\.json\.gz$/.exec(
    written?.Key ?? '',
  );
  t.ok(match, `got ${written?.Key}`);
  const hour = new Date(`${match?.[1]}T${match?.[2]}:00:00Z`);
  t.ok(Math.abs(hour.getTime() + 2.5 * 3_600_000 - Date.now()) < 3_600_000, 'the hour two hours ago');

  const read = async () => {
    const { Body, LastModified } = await s3.send(new GetObjectCommand({ Bucket, Key: written?.Key }));
    return { bytes: Buffer.from((await Body?.transformToByteArray()) ?? []), LastModified };
  };
  const first = await read();
  t.same(first.bytes, buildArchive(hour));
  t.match(await invoke('scheduled'), { events: 200, bytes: first.bytes.length });
  t.same((await read()).bytes, first.bytes, 'a second time gives the same bytes');
});
