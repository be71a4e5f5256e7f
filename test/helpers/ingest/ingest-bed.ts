import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3';
import { unzipSync } from 'fflate';
import { bundlePrograms } from '../../../scripts/edge/bundle.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import type { FindFault } from '../../../scripts/edge/source-faults.ts';
import { startSourceServer } from '../../../scripts/edge/source-server.ts';
import { startEmulator, testRegion } from '../emulator.ts';

interface TestScope {
  teardown(stop: () => unknown): void;
}
type Variables = Readonly<Record<string, string>>;
const credentials = { accessKeyId: '000000000000', secretAccessKey: 'test' };

/** An emulator with a raw bucket, and the functions' zips as a deploy makes them. */
export async function prepareIngest(test: TestScope) {
  const outDir = mkdtempSync(join(tmpdir(), 'millrace-ingest-'));
  test.teardown(() => rmSync(outDir, { recursive: true }));
  const emulator = await startEmulator(test);
  const { functions } = await bundlePrograms({ root: projectRoot, outDir });
  const s3 = new S3Client({ endpoint: emulator.endpoint, region: testRegion, credentials });
  test.teardown(() => s3.destroy());
  const Bucket = 'raw-of-the-test';
  await s3.send(
    new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: testRegion } }),
  );

  /** One signed-looking call of an API that the product's code never makes itself. */
  async function call(input: {
    readonly method?: string;
    readonly path?: string;
    readonly service: string;
    readonly headers?: Variables;
    readonly body?: object;
  }): Promise<Record<string, unknown>> {
    const { method = 'POST', path = '/', service, headers, body } = input;
    const scope = `${credentials.accessKeyId}/20260101/${testRegion}/${service}/aws4_request`;
    const answer = await fetch(emulator.endpoint + path, {
      method,
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
        'content-type': 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: HTTP ${answer.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  }

  /** One operation of a service whose requests name it in a header. */
  const ask = (service: 'sqs' | 'secretsmanager', operation: string, body: object) =>
    call({
      service,
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${service === 'sqs' ? 'AmazonSQS' : service}.${operation}`,
      },
      body,
    });

  async function createFunction(zip: string, name: string, variables: Variables): Promise<string> {
    const { FunctionArn } = await call({
      path: '/2015-03-31/functions',
      service: 'lambda',
      body: {
        FunctionName: name,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::000000000000:role/none',
        Timeout: 300,
        Code: { ZipFile: readFileSync(functions[zip] ?? '').toString('base64') },
        Environment: { Variables: { RAW_BUCKET: Bucket, ...variables } },
      },
    });
    return String(FunctionArn);
  }

  /** @param isEvent whether the answer is not waited for, so that a failure is tried again */
  const invoke = (name: string, event: object = {}, isEvent = false) =>
    call({
      path: `/2015-03-31/functions/${name}/invocations`,
      service: 'lambda',
      headers: { 'x-amz-invocation-type': isEvent ? 'Event' : 'RequestResponse' },
      body: event,
    });

  /** Runs a function's zip in a process of its own, as warm as Lambda keeps it for one call. */
  async function runZip(
    zip: string,
    variables: Variables,
  ): Promise<{ readonly result: unknown; readonly peakMib: number }> {
    const folder = join(outDir, zip);
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of Object.entries(unzipSync(readFileSync(functions[zip] ?? '')))) {
      writeFileSync(join(folder, name), bytes);
    }
    const program = `
      const { handler } = require(${JSON.stringify(join(folder, 'index.js'))});
      handler({}, { functionName: 'here', getRemainingTimeInMillis: () => 600000 }).then(result => {
        const [, peak] = /VmHWM:\\s+(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'));
        process.send({ result, peakMib: Number(peak) / 1024 }, () => process.exit());
      });`;
    const child = spawn(process.execPath, ['-e', program], {
      env: { ...emulator.env, RAW_BUCKET: Bucket, NODE_NO_WARNINGS: '1', ...variables },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new Promise((resolve, reject) => {
      child.once('message', (told: { result: unknown; peakMib: number }) => resolve(told));
      child.once('close', code => reject(new Error(`${zip}: ended with ${code}`)));
    });
  }

  /** A source server, and its address. */
  async function startSource(findFault: FindFault = () => undefined): Promise<string> {
    return urlOf(await startSourceServer(0, { findFault }));
  }

  function urlOf(server: Server): string {
    test.teardown(() => {
      server.close();
      server.closeAllConnections();
    });
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async function read(Key: string): Promise<Buffer> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }
  const keys = async (): Promise<readonly string[]> =>
    ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key = '' }) => Key);
  /** Uploads in parts that have not ended. */
  const pending = async () => (await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? [];

  return {
    emulator,
    s3,
    bucket: Bucket,
    call,
    ask,
    createFunction,
    invoke,
    runZip,
    startSource,
    urlOf,
    read,
    keys,
    pending,
  };
}
