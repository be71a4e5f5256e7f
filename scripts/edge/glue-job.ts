/** A job's run on Glue: started, followed, judged by its state. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { GlueClient } from '@aws-sdk/client-glue';
import { showLines } from '../core/cell-text.ts';
import { Failure } from '../core/failure.ts';
import {
  cliCall,
  describeEnd,
  findRetry,
  type GlueJob,
  type GlueRun,
  hasEnded,
  mayBeRetried,
  outputLogGroup,
  requireSuccess,
} from '../core/glue-run.ts';
import { buildGlueName } from '../core/job-names.ts';
import { type AwsAccess, createGlue, createLogs } from './aws.ts';
import { readJob, readRun, readRuns, startRun } from './glue.ts';
import { createLogReader, type LogReader } from './job-log.ts';
import { type JobRun, type JobRunner, jobMissing } from './job-runner.ts';
import { describeError, isRefusal } from './refusal.ts';
import type { Workspace } from './workspace.ts';

type Clients = { readonly glue: GlueClient; readonly logs: CloudWatchLogsClient };

/** Polls in a row that may fail for the network's sake: the run goes on meanwhile. */
const maxMisses = 10;
/** Looks for a retry, which shows up some seconds after a run has failed: two minutes of them. */
const maxRetryLooks = 24;

/** @param pollMs between two looks at a run, in milliseconds */
export function createGlueRunner(workspace: Workspace, access: AwsAccess, pollMs = 5_000): JobRunner {
  return async run => {
    const clients = { glue: await createGlue(access), logs: await createLogs(access) };
    try {
      const name = buildGlueName(workspace.names, run.job);
      const job = await readJob(clients.glue, name);
      if (job === undefined) throw jobMissing(workspace, run.job);
      if (run.isInterrupted()) throw notStarted(job);
      const since = Date.now() - 60_000; // this machine's clock may be ahead of theirs
      const id = await startRun(clients.glue, job, run.given);
      requireSuccess(job, await followAttempts({ clients, job, run, since, pollMs }, id));
    } finally {
      clients.glue.destroy();
      clients.logs.destroy();
    }
  };
}

type Following = {
  readonly clients: Clients;
  readonly job: GlueJob;
  readonly run: JobRun;
  /** Milliseconds since 1970: log lines before are none of the run's. */
  readonly since: number;
  readonly pollMs: number;
};

/** Follows a run, and those by which Glue tries it again. Gives the last of them. */
async function followAttempts(following: Following, first: string): Promise<GlueRun> {
  const { job, run } = following;
  const ids = [first];
  for (let id = first; ; ) {
    run.say(`  ${job.name}: run ${id}`);
    const ended = await follow(following, id);
    if (!mayBeRetried(job, ended)) return ended;
    run.say(`  ${job.name}: ${describeEnd(ended)}`);
    run.say(`  ${job.name}: waiting for Glue to try it again`);
    const retry = await waitForRetry(following, ids);
    if (retry === undefined) return ended;
    id = retry.id;
    ids.push(id);
  }
}

/** @returns undefined when no retry has shown up, which is said */
async function waitForRetry(
  { clients, job, run, pollMs }: Following,
  ids: readonly string[],
): Promise<GlueRun | undefined> {
  for (let look = 0; look < maxRetryLooks; look += 1) {
    if (run.isInterrupted()) throw retryLeftAlone(job, ids);
    try {
      const retry = findRetry(await readRuns(clients.glue, job.name), ids);
      if (retry !== undefined) return retry;
    } catch (error) {
      if (isRefusal(error)) {
        run.say(`  ${job.name}: its other runs cannot be seen: ${describeError(error)}`);
        return undefined;
      }
    }
    await pause(pollMs, run.isInterrupted);
  }
  run.say(`  ${job.name}: no retry has shown up`);
  return undefined;
}

async function follow({ clients, job, run, since, pollMs }: Following, id: string): Promise<GlueRun> {
  const group = outputLogGroup(job, run.given);
  const log = createLogReader({ client: clients.logs, group, streamPrefix: id, since });
  const sayLog = tellLog(log, run.say);
  let state = '';
  let misses = 0;
  for (;;) {
    if (run.isInterrupted()) throw leftAlone(job, id);
    const seen = await readRun(clients.glue, job.name, id).catch((error: unknown) => {
      misses += 1;
      if (isRefusal(error) || misses > maxMisses) throw lostSight(job, id, error);
      return undefined;
    });
    if (seen !== undefined) {
      misses = 0;
      if (seen.state !== state) run.say(`  ${job.name}: ${seen.state}`);
      state = seen.state;
      await sayLog();
      if (hasEnded(seen)) {
        await sleep(pollMs); // the last lines come late
        await sayLog();
        return seen;
      }
    }
    await pause(pollMs, run.isInterrupted);
  }
}

/** Log lines are a comfort: where they cannot be read it is said once, and the run is followed without. */
function tellLog(log: LogReader, say: (line: string) => void): () => Promise<void> {
  let isReadable = true;
  return async () => {
    if (!isReadable) return;
    try {
      for (const line of await log.read()) say(showLines(line));
    } catch (error) {
      isReadable = !isRefusal(error);
      if (!isReadable) say(`  Its log cannot be read: ${describeError(error)}`);
    }
  };
}

/** Sleeps in small pieces, so that a Ctrl-C is answered at once. */
async function pause(ms: number, isInterrupted: () => boolean): Promise<void> {
  const until = Date.now() + ms;
  while (Date.now() < until && !isInterrupted()) await sleep(Math.min(100, ms));
}

function notStarted({ name }: GlueJob): Failure {
  return new Failure({ where: `job ${name}`, what: 'was interrupted before a run was started' });
}

function leftAlone(job: GlueJob, id: string): Failure {
  return new Failure({
    where: `job ${job.name}`,
    what: `is no longer followed; run ${id} goes on`,
    hint: `To stop it: ${cliCall(job, 'batch-stop-job-run')} --job-run-ids ${id}`,
  });
}

function retryLeftAlone(job: GlueJob, ids: readonly string[]): Failure {
  return new Failure({
    where: `job ${job.name}`,
    what: `is no longer followed; run ${ids.at(-1)} has failed, and Glue may try it again`,
    hint: `See: ${cliCall(job, 'get-job-runs')} --max-results 5`,
  });
}

function lostSight(job: GlueJob, id: string, cause: unknown): Failure {
  return new Failure({
    where: `job ${job.name}`,
    what: `run ${id} cannot be followed any more: ${describeError(cause)}`,
    hint: `It goes on. See: ${cliCall(job, 'get-job-run')} --run-id ${id}`,
    cause,
  });
}
