import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { bundlePrograms } from '../../scripts/edge/bundle.ts';
import { startEmulator, testRegion } from './emulator.ts';

/** A bucket, and a work folder with its configuration for one worker. */
export interface Bed {
  readonly bucket: string;
  readonly workDir: string;
  readonly config: string;
  put(objectKey: string, body: Buffer | string): Promise<unknown>;
  read(objectKey: string): Promise<Buffer>;
  /** Up to 1000 keys. */
  keys(prefix?: string): Promise<readonly (string | undefined)[]>;
  /** The configuration of another host over the same bucket. */
  addHost(): string;
}

/** What the real bundled worker left behind as a child process. */
export interface Finished {
  readonly code: number | null;
  readonly errors: string;
  readonly lines: readonly Record<string, unknown>[];
}

export interface RunningWorker {
  readonly child: ChildProcess;
  readonly done: Promise<Finished>;
}

export const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** An emulator of the test file's own, the bundled worker, and as many beds as the tests ask for. */
export async function prepareWorker(test: { teardown(stop: () => unknown): void }) {
  const scratch = mkdtempSync(join(tmpdir(), 'millrace-worker-'));
  test.teardown(() => rmSync(scratch, { recursive: true }));
  const emulator = await startEmulator(test);
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const { worker } = await bundlePrograms({ root, outDir: join(scratch, 'dist') });
  const s3 = new S3Client({
    endpoint: emulator.endpoint,
    region: testRegion,
    credentials: { accessKeyId: '000000000000', secretAccessKey: 'test' },
  });
  test.teardown(() => s3.destroy());
  let count = 0;

  async function makeBed(isVersioned = false): Promise<Bed> {
    count += 1;
    const Bucket = `worker-bed-${count}`;
    const place = { LocationConstraint: testRegion } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: place }));
    if (isVersioned) {
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    const workDir = join(scratch, Bucket);
    return {
      bucket: Bucket,
      workDir,
      config: writeConfig(Bucket, workDir),
      addHost: () => writeConfig(Bucket, `${workDir}-other`),
      put: (Key, Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
      async read(Key) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      },
      async keys(Prefix = '') {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
        return Contents.map(({ Key }) => Key);
      },
    };
  }

  function writeConfig(bucket: string, workDir: string): string {
    mkdirSync(workDir, { recursive: true });
    const config = `${workDir}.json`;
    writeFileSync(config, JSON.stringify({ bucket, region: testRegion, workDir }));
    return config;
  }

  function startWorker(config: string, env: Readonly<Record<string, string>> = {}): RunningWorker {
    const child = spawn(process.execPath, [worker, config], { env: { ...emulator.env, ...env } });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const done = new Promise<Finished>(resolve => {
      child.once('close', code => {
        const lines = Buffer.concat(output)
          .toString()
          .split('\n')
          .filter(line => line !== '');
        resolve({
          code,
          errors: Buffer.concat(errors).toString(),
          lines: lines.map(line => JSON.parse(line)),
        });
      });
    });
    return { child, done };
  }

  /** Runs the worker to its end; `endpoint` puts a proxy in between. */
  function runWorker(config: string, endpoint = emulator.endpoint): Promise<Finished> {
    return startWorker(config, { AWS_ENDPOINT_URL: endpoint }).done;
  }

  return { emulator, worker, s3, scratch, makeBed, startWorker, runWorker };
}
