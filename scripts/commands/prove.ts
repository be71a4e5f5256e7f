import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../../worker/shared/keys.ts';
import { stampedJson } from '../../worker/shared/stamped-json.ts';
import {
  buildProofItems,
  ingestPrefixes,
  isNewerThan,
  isProofDone,
  judgeProcessed,
  judgeRejected,
  listProofFaults,
  type ProofItem,
  proofPrefixes,
  type Verdict,
} from '../core/proof.ts';
import type { Verification } from '../core/report.ts';
import { copyObject, deleteObjects, listObjects, readObject } from '../edge/objects.ts';
import type { RunContext } from './run-context.ts';

/** Cron wakes each minute: two firings, and some seconds for the work. */
const limitMs = 150_000;
const pauseMs = 1_000;

export type Proof = { readonly verification: Verification; readonly faults: readonly string[] };

/**
 * Puts the samples into input/ under keys that only this run has, waits for cron to have worked them off, and for the
 * schedule to have brought an object into raw since the run began; then compares every result, byte by byte.
 * Nothing here runs the worker or the function: when they do not run by themselves, the proof does not hold.
 */
export async function prove(run: RunContext, workerBucket: string): Promise<Proof> {
  const { s3, workspace, runId, progress } = run;
  const began = progress.seconds();
  const items = buildProofItems(readSampleNames(workspace.root), runId);
  await removeProofFiles(run, workerBucket, () => true);
  for (const item of items) await copyObject(s3, workerBucket, item.sampleKey, item.key);

  const end = Date.now() + limitMs;
  let state = await look(run, workerBucket, items);
  const { needsIngested, keepFiles } = workspace.config.proof;
  while (!isProofDone(items, state, needsIngested) && Date.now() < end && !run.interrupt.isRequested()) {
    await sleep(pauseMs);
    state = await look(run, workerBucket, items);
  }
  const verdicts = await Promise.all(items.map(item => examine(run, workerBucket, item)));
  const faults = listProofFaults(verdicts, state, { needsIngested, seconds: progress.seconds() - began });
  if (faults.length === 0 && !keepFiles)
    await removeProofFiles(run, workerBucket, key => key.includes(runId));
  return {
    faults,
    verification: {
      processed: verdicts.flatMap(({ item, outcome }) =>
        outcome === 'processed' ? [{ key: item.key, outputKey: item.outputKey }] : [],
      ),
      rejected: verdicts.flatMap(({ item, outcome, reason }) =>
        outcome === 'rejected' ? [{ key: item.key, errorKey: item.errorKey, reason }] : [],
      ),
      ingested: [...state.ingested],
      waiting: [...state.waiting],
      othersWaiting: state.othersWaiting,
      seconds: Math.round((progress.seconds() - began) * 10) / 10,
    },
  };
}

/** Files of the proofs: the samples' copies and what came of them. */
async function removeProofFiles(
  run: RunContext,
  bucket: string,
  isOurs: (key: string) => boolean,
): Promise<void> {
  const listed = await Promise.all(proofPrefixes.map(prefix => listObjects(run.s3, bucket, prefix)));
  await deleteObjects(
    run.s3,
    bucket,
    listed
      .flat()
      .map(({ key }) => key)
      .filter(isOurs),
  );
}

/** Where things stand: what waits, what has arrived. Reads listings only. */
async function look(run: RunContext, bucket: string, items: readonly ProofItem[]) {
  const { s3, workspace, runId, storeStart } = run;
  const [input, output, errors, raw] = await Promise.all([
    listObjects(s3, bucket, 'input/'),
    listObjects(s3, bucket, `output/millrace-proof/${runId}/`),
    listObjects(s3, bucket, `errors/millrace-proof/${runId}/`),
    Promise.all(
      recentPrefixes(new Date(), workspace.config.ingest.lagHours).map(prefix =>
        listObjects(s3, workspace.names.layerBuckets.raw, prefix),
      ),
    ),
  ]);
  const ours = new Set(items.map(item => item.key));
  const arrived = new Set([...output, ...errors].map(({ key }) => key));
  const waiting = input.filter(({ key }) => ours.has(key)).map(({ key }) => key);
  const ingested = raw
    .flat()
    .filter(({ lastModified }) => isNewerThan(lastModified, storeStart))
    .map(({ key }) => key);
  // An empty object `folder/` only shows a folder in a browser: the worker leaves it where it is.
  const others = input.filter(({ key }) => !ours.has(key) && !key.endsWith('/'));
  return { waiting, ingested, arrived, othersWaiting: others.length };
}

/** The days that the functions may write to about now; a listing of all that was ever ingested would cost. */
function recentPrefixes(now: Date, lagHours: number): readonly string[] {
  const days = [0, 1, lagHours, lagHours + 1].map(hours =>
    new Date(now.getTime() - hours * 3_600_000).toISOString().slice(0, 10),
  );
  return ingestPrefixes.flatMap(prefix => [...new Set(days)].map(day => `${prefix}dt=${day}/`));
}

async function examine(run: RunContext, bucket: string, item: ProofItem): Promise<Verdict> {
  const sample = readFileSync(join(run.workspace.root, 'files', item.sampleKey));
  const sourceSha256 = sha256(sample);
  const read = (key: string) => readObject(run.s3, bucket, key);
  if (item.kind === 'good') {
    const isJson = item.key.toLowerCase().endsWith('.json');
    const body = isJson ? stampedJson(item.key.replace(/^input\//, ''), sample) : sample;
    return judgeProcessed(item, { body, sourceSha256 }, await read(item.outputKey));
  }
  const [rejected, note] = await Promise.all([read(item.errorKey), read(`${item.errorKey}.error.json`)]);
  return judgeRejected(item, { body: sample, sourceSha256 }, rejected, note);
}

function readSampleNames(root: string): readonly string[] {
  return ['good', 'unreadable'].flatMap(kind =>
    readdirSync(join(root, 'files/samples', kind))
      .sort()
      .map(name => `${kind}/${name}`),
  );
}
