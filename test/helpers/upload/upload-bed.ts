import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type UploadInput, uploadFiles } from '../../../scripts/commands/upload-files.ts';
import { planUpload } from '../../../scripts/core/upload-plan.ts';
import { createS3 } from '../../../scripts/edge/aws.ts';
import { findFiles } from '../../../scripts/edge/upload-files.ts';
import { openUploadStore } from '../../../scripts/edge/upload-store.ts';
import { startEmulator, testRegion } from '../emulator.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
export const accountId = '000000000000';
export const day = '2026-11-20';

export type UploadChoice = { readonly endpoint?: string; readonly dataset?: string } & Partial<UploadInput>;

/** An emulator, and the upload as the command does it, in this process or in one that can be killed. */
export async function prepareUpload(test: { teardown(stop: () => unknown): void }) {
  const emulator = await startEmulator(test);
  const s3 = new S3Client({
    endpoint: emulator.endpoint,
    region: testRegion,
    credentials: { accessKeyId: accountId, secretAccessKey: 'test' },
  });
  test.teardown(() => s3.destroy());
  let count = 0;
  const noteDir = mkdtempSync(join(tmpdir(), 'millrace-notes-'));
  test.teardown(() => rmSync(noteDir, { recursive: true, force: true }));

  async function newBucket(): Promise<string> {
    count += 1;
    const Bucket = `upload-test-${count}`;
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: testRegion } }),
    );
    return Bucket;
  }

  async function upload(bucket: string, operands: readonly string[], choice: UploadChoice = {}) {
    const { endpoint = emulator.endpoint, dataset, ...rest } = choice;
    const client = createS3({ region: testRegion, local: { endpoint, accountId } });
    const abort = new AbortController();
    try {
      const { result, error } = await uploadFiles({
        store: openUploadStore({ s3: client, bucket, accountId, noteDir, signal: abort.signal }),
        files: planUpload({ files: await findFiles(operands), dataset, day }),
        hasBucket: true,
        isDryRun: false,
        isInterrupted: () => false,
        add: () => {},
        say: () => {},
        clean: text => text,
        ...rest,
      });
      return { ...result, error: error?.message };
    } finally {
      client.destroy();
    }
  }

  /** The same as a process of its own, which can be killed. */
  function startUpload(bucket: string, path: string, endpoint: string, ofDay = day): ChildProcess {
    const program = `
      await import('./scripts/edge/typescript.mjs');
      const { uploadFiles } = await import('./scripts/commands/upload-files.ts');
      const { planUpload } = await import('./scripts/core/upload-plan.ts');
      const { createS3 } = await import('./scripts/edge/aws.ts');
      const { findFiles } = await import('./scripts/edge/upload-files.ts');
      const { openUploadStore } = await import('./scripts/edge/upload-store.ts');
      const [bucket, path, endpoint, region, accountId, day, noteDir] = process.argv.slice(1);
      const s3 = createS3({ region, local: { endpoint, accountId } });
      await uploadFiles({
        store: openUploadStore({ s3, bucket, accountId, noteDir, signal: new AbortController().signal }),
        files: planUpload({ files: await findFiles([path]), day }),
        hasBucket: true, isDryRun: false, isInterrupted: () => false, add: () => {}, say: () => {}, clean: text => text,
      });`;
    return spawn(
      process.execPath,
      ['--input-type=module', '-e', program, bucket, path, endpoint, testRegion, accountId, ofDay, noteDir],
      { cwd: root, env: emulator.env, stdio: ['ignore', 'ignore', 'inherit'] },
    );
  }

  async function read(Bucket: string, Key: string): Promise<Buffer> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }

  async function keys(Bucket: string): Promise<readonly (string | undefined)[]> {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
    return Contents.map(({ Key }) => Key);
  }

  /** Keys with parts of an upload that has not ended. */
  async function pending(Bucket: string): Promise<readonly (string | undefined)[]> {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    return Uploads.map(({ Key }) => Key);
  }

  /** How many parts there are of uploads that have not ended. */
  async function storedParts(Bucket: string): Promise<number> {
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    const counts = Uploads.map(async ({ Key, UploadId }) => {
      const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
      return Parts.length;
    });
    return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0);
  }

  return { emulator, s3, newBucket, upload, startUpload, read, keys, pending, storedParts };
}
