import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { type RedriveInput, redriveFiles } from '../../../scripts/commands/redrive-files.ts';
import type { Values } from '../../../scripts/core/command-line.ts';
import { transitFolder } from '../../../scripts/core/redrive.ts';
import { parseSelection } from '../../../scripts/core/redrive-selection.ts';
import { createS3 } from '../../../scripts/edge/aws.ts';
import { openRedriveStore } from '../../../scripts/edge/redrive-store.ts';
import { faultReasons } from '../../../worker/shared/fault-reasons.ts';
import { testRegion } from '../emulator.ts';
import { readCall, type SeenRequest, type StoreCall } from '../s3-proxy.ts';
import { type Bed, prepareWorker } from '../worker-bed.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export type Choice = { readonly values?: Values; readonly endpoint?: string } & Partial<RedriveInput>;

/** What `prepareWorker` gives, and redrive beside it. */
export async function prepareRedrive(test: { teardown(stop: () => unknown): void }) {
  const prepared = await prepareWorker(test);
  const { emulator, s3, makeBed, runWorker } = prepared;

  /** Redrives as the command does, in this process. */
  async function redrive(bed: Bed, { values = { all: true }, endpoint, ...rest }: Choice = {}) {
    const client = createS3({
      region: testRegion,
      local: { endpoint: endpoint ?? emulator.endpoint, accountId: '000000000000' },
    });
    try {
      const { result, error } = await redriveFiles({
        store: openRedriveStore(client, bed.bucket),
        selection: parseSelection(values, faultReasons),
        now: new Date(),
        isDryRun: false,
        isInterrupted: () => false,
        say: () => {},
        ...rest,
      });
      return { ...result, error: error?.message };
    } finally {
      client.destroy();
    }
  }

  async function metadataOf(bed: Bed, Key: string) {
    const { Metadata } = await s3.send(new HeadObjectCommand({ Bucket: bed.bucket, Key }));
    return Metadata ?? {};
  }

  /** A bucket with one refused file. */
  async function bedWithRefused(key = 'a.json', body = '{"v":') {
    const bed = await makeBed();
    await bed.put(`input/${key}`, body);
    await runWorker(bed.config);
    return bed;
  }

  /** The same as a process of its own, which can be killed. */
  function startRedrive(bed: Bed, endpoint: string): ChildProcess {
    const program = `
      await import('./scripts/edge/typescript.mjs');
      const { redriveFiles } = await import('./scripts/commands/redrive-files.ts');
      const { createS3 } = await import('./scripts/edge/aws.ts');
      const { openRedriveStore } = await import('./scripts/edge/redrive-store.ts');
      const [endpoint, bucket, region] = process.argv.slice(1);
      const s3 = createS3({ region, local: { endpoint, accountId: '000000000000' } });
      const selection = { keys: [], prefix: undefined, reason: undefined, olderThanMs: undefined, newerThanMs: undefined };
      await redriveFiles({
        store: openRedriveStore(s3, bucket), selection, now: new Date(),
        isDryRun: false, isInterrupted: () => false, say: () => {},
      });`;
    const args = ['--input-type=module', '-e', program, endpoint, bed.bucket, testRegion];
    return spawn(process.execPath, args, {
      cwd: root,
      env: emulator.env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }

  return { ...prepared, redrive, startRedrive, metadataOf, bedWithRefused };
}

/** Whether a request is this operation on this object, or on one in this folder. */
export function calls(operation: StoreCall['operation'], objectKey: string): (seen: SeenRequest) => boolean {
  return seen => {
    const call = readCall(seen);
    if (call.operation !== operation) return false;
    return objectKey.endsWith('/') ? call.objectKey.startsWith(objectKey) : call.objectKey === objectKey;
  };
}

export const putInput = calls('put', 'input/a.json');
export const deleteRecord = calls('delete', 'errors/a.json.error.json');
export const deleteCopy = calls('delete', transitFolder);
