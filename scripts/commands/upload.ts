import { join } from 'node:path';
import { listOf } from '../core/command-line.ts';
import { Failure, renderFailure } from '../core/failure.ts';
import { redact } from '../core/redact.ts';
import { renderUpload, type UploadReport, uploadExitCode } from '../core/upload.ts';
import { requireBucketName } from '../core/upload-bucket.ts';
import { parseDataset, parseUploadDay } from '../core/upload-key.ts';
import { type PlannedFile, planUpload } from '../core/upload-plan.ts';
import { type AwsAccess, createS3, localKeys, requireAccount, withCredentials } from '../edge/aws.ts';
import type { Command } from '../edge/entry.ts';
import { watchInterrupts } from '../edge/interrupt.ts';
import { createRequestTarget } from '../edge/target-choice.ts';
import { completeBucket, createBucket, hasBucket } from '../edge/upload-bucket.ts';
import { readCredentials } from '../edge/upload-credentials.ts';
import { findFiles } from '../edge/upload-files.ts';
import { createUploadProgress } from '../edge/upload-progress.ts';
import { openUploadStore } from '../edge/upload-store.ts';
import { openWorkspace, type Workspace } from '../edge/workspace.ts';
import { uploadFiles } from './upload-files.ts';

/** Uploads files byte for byte. Exit code 0 when all of them are there now, 1 when one failed. */
export const upload: Command = async ({ root, environment, values }) => {
  const { choice, secrets } = await readCredentials(root);
  const named = values['bucket'] === undefined ? undefined : String(values['bucket']);
  if (named !== undefined) requireBucketName(named);
  const dataset = parseDataset(values['dataset']);
  const day = parseUploadDay(values['day'], new Date());
  const files = planUpload({ files: await findFiles(listOf(values, 'operands')), dataset, day });
  const workspace = openWorkspace(root, environment, { needsSamples: false });
  const target = await createRequestTarget(workspace);
  // Nothing is brought up here: an emulator that is not there holds no buckets.
  if (target.findFault() !== undefined) throw notDeployed(workspace);
  await target.start(message => process.stderr.write(`${message}\n`));
  // What a local environment's env.sh sets is no secret, and its parts stand in names and keys.
  const { local } = target.access;
  const open = local === undefined ? [] : Object.values(localKeys(local));
  const hidden = secrets.filter(secret => !open.includes(secret));
  try {
    return await run({
      workspace,
      access: withCredentials(target.access, choice),
      named,
      files,
      isDryRun: values['dry-run'] === true,
      isJson: values['json'] === true,
      clean: text => redact(text, hidden),
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure({ where: 'upload', what: redact(renderFailure(error), hidden), cause: error });
  }
};

type Task = {
  readonly workspace: Workspace;
  readonly access: AwsAccess;
  /** The bucket that was asked for, if one was. */
  readonly named: string | undefined;
  readonly files: readonly PlannedFile[];
  readonly isDryRun: boolean;
  readonly isJson: boolean;
  /** Takes what is secret out of the text of an error. */
  readonly clean: (text: string) => string;
};

async function run(task: Task): Promise<number> {
  const { workspace, access, files, isDryRun } = task;
  const accountId = workspace.config.account.id;
  await requireAccount(access, accountId);
  const s3 = createS3(access);
  const progress = createUploadProgress(process.stderr);
  const interrupt = watchInterrupts(progress.say);
  const abort = new AbortController();
  const watch = setInterval(() => interrupt.isRequested() && abort.abort(), 100);
  try {
    const bucket = task.named ?? workspace.names.layerBuckets.raw;
    const noteDir = join(workspace.buildDir, 'uploads');
    const place = { s3, region: access.region, accountId, noteDir };
    const isThere = await prepareBucket(task, place, bucket);
    const store = openUploadStore({ s3, bucket, accountId, noteDir, signal: abort.signal });
    progress.start({ files: files.length, bytes: files.reduce((sum, file) => sum + file.bytes, 0) });
    const { result, error } = await uploadFiles({
      store,
      files,
      hasBucket: isThere || !isDryRun,
      isDryRun,
      isInterrupted: interrupt.isRequested,
      add: progress.add,
      clean: task.clean,
      say: progress.say,
    });
    if (task.isJson) writeReport(task, { bucket, created: !isThere, ...result });
    progress.say(renderUpload(result, { isDryRun, ms: progress.ms() }));
    if (error !== undefined) progress.say(`error: ${renderFailure(error)}`);
    return error === undefined ? uploadExitCode(result) : 1;
  } finally {
    clearInterval(watch);
    progress.close();
    interrupt.remove();
    s3.destroy();
  }
}

function writeReport(
  { workspace, isDryRun }: Task,
  outcome: Omit<UploadReport, 'schemaVersion' | 'environment' | 'dryRun'>,
): void {
  const { bucket, created, ...result } = outcome;
  const report: UploadReport = {
    schemaVersion: 1,
    environment: workspace.environment,
    bucket,
    created,
    dryRun: isDryRun,
    ...result,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** @returns whether the bucket was there; only one that was asked for is made. */
async function prepareBucket(
  { workspace, named, isDryRun }: Task,
  place: Parameters<typeof createBucket>[0],
  bucket: string,
): Promise<boolean> {
  if (await hasBucket(place, bucket)) {
    if (!isDryRun && (await completeBucket(place, bucket)))
      process.stderr.write(
        `Bucket ${bucket}: an earlier run was cut off while it made it; now it is complete.\n`,
      );
    return true;
  }
  if (named === undefined) throw notDeployed(workspace);
  if (!isDryRun) await createBucket(place, bucket);
  return false;
}

function notDeployed({ environment }: Workspace): Failure {
  return new Failure({
    where: `environment ${environment}`,
    what: 'has no raw bucket yet',
    hint: `Run deploy first: npx zx scripts/deploy.mjs --env ${environment}`,
  });
}
