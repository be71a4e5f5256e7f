import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { bundlePrograms } from '../../scripts/edge/bundle.ts';
import { decodeListedKey } from '../../worker/shared/keys.ts';
import { startEmulator, testRegion } from './emulator.ts';

/** A bucket, and a work folder with its configuration for one worker. */
export interface Bed {
  readonly bucket: string;
  readonly workDir: string;
  readonly config: string;
  put(objectKey: string, body: Buffer | string): Promise<unknown>;
  read(objectKey: string, versionId?: string): Promise<Buffer>;
  metadata(objectKey: string): Promise<Readonly<Record<string, string>>>;
  /** In the order of S3. */
  keys(prefix?: string): Promise<readonly string[]>;
  /** Of one key, the newest first, without delete markers. */
  versionIds(objectKey: string): Promise<readonly string[]>;
  /** Removes every object and every version: the emulator holds them all in memory. */
  empty(): Promise<void>;
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

export const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

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

  /** @param settings members of worker.json beside those that name the bucket and the folder */
  async function makeBed(isVersioned = false, settings: object = {}): Promise<Bed> {
    count += 1;
    const Bucket = `worker-bed-${count}`;
    const place = { LocationConstraint: testRegion } as const;
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: place }));
    if (isVersioned) {
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    const workDir = join(scratch, Bucket);
    let hosts = 1;
    return {
      bucket: Bucket,
      workDir,
      config: writeConfig(Bucket, workDir, settings),
      addHost() {
        hosts += 1;
        return writeConfig(Bucket, `${workDir}-host-${hosts}`, settings);
      },
      put: (Key, Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
      async read(Key, VersionId) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      },
      async metadata(Key) {
        const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
        return Metadata ?? {};
      },
      async keys(Prefix = '') {
        const keys: string[] = [];
        // Encoded, because XML cannot carry every key.
        const input = { Bucket, Prefix, EncodingType: 'url' } as const;
        for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, input)) {
          keys.push(...Contents.map(({ Key = '' }) => decodeListedKey(Key)));
        }
        return keys;
      },
      async versionIds(key) {
        const { Versions = [] } = await listVersions(Bucket, key);
        return Versions.flatMap(({ Key = '', VersionId = '' }) =>
          decodeListedKey(Key) === key ? [VersionId] : [],
        );
      },
      async empty() {
        for (;;) {
          const { Versions = [], DeleteMarkers = [] } = await listVersions(Bucket, '');
          const Objects = [...Versions, ...DeleteMarkers].map(({ Key = '', VersionId }) => ({
            Key: decodeListedKey(Key),
            VersionId,
          }));
          if (Objects.length === 0) return;
          await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
        }
      },
    };
  }

  /** The first page of versions. */
  function listVersions(Bucket: string, Prefix: string) {
    return s3.send(new ListObjectVersionsCommand({ Bucket, Prefix, EncodingType: 'url' }));
  }

  function writeConfig(bucket: string, workDir: string, settings: object): string {
    mkdirSync(workDir, { recursive: true });
    const config = `${workDir}.json`;
    writeFileSync(config, JSON.stringify({ bucket, region: testRegion, workDir, ...settings }));
    return config;
  }

  /** @param wrapper words of a command that runs what follows it */
  function startWorker(
    config: string,
    env: Readonly<Record<string, string>> = {},
    wrapper: readonly string[] = [],
  ): RunningWorker {
    const [file = '', ...args] = [...wrapper, process.execPath, worker, config];
    const child = spawn(file, args, { env: { ...emulator.env, ...env } });
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
