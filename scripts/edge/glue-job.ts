/** A job's run on Glue: started, followed, judged by its state. */
import { setTimeout as sleep } from 'node:timers/promises';
import { showLines } from '../core/cell-text.ts';
import { Failure, showValue } from '../core/failure.ts';
import {
  cliCall,
  type GlueJob,
  type GlueRun,
  hasEnded,
  outputLogGroup,
  requireSuccess,
} from '../core/glue-run.ts';
import { buildGlueName } from '../core/job-names.ts';
import { type AwsAccess, createGlue, createLogs } from './aws.ts';
import { readJob, readRun, startRun } from './glue.ts';
import { createLogReader, type LogReader } from './job-log.ts';
import { type JobRun, type JobRunner, jobMissing } from './job-runner.ts';
import type { Workspace } from './workspace.ts';

type Clients = { readonly glue: ReturnType<typeof createGlue>; readonly logs: ReturnType<typeof createLogs> };

/** Polls in a row that may fail for the network's sake: the run goes on meanwhile. */
const maxMisses = 10;

/** @param pollMs between two looks at a run, in milliseconds */
export function createGlueRunner(workspace: Workspace, access: AwsAccess, pollMs = 5_000): JobRunner {
  return async run => {
    const clients = { glue: createGlue(access), logs: createLogs(access) };
    try {
      const name = buildGlueName(workspace.names, run.job);
      const job = await readJob(clients.glue, name);
      if (job === undefined) throw jobMissing(workspace, run.job);
      if (run.isInterrupted()) throw notStarted(job);
      const since = Date.now() - 60_000; // this machine's clock may be ahead of theirs
      const id = await startRun(clients.glue, job, run.given);
      run.say(`  ${name}: run ${id}`);
      const log = createLogReader({
        client: clients.logs,
        group: outputLogGroup(job, run.given),
        streamPrefix: id,
        since,
      });
      requireSuccess(job, await follow({ clients, job, id, log, run, pollMs }));
    } finally {
      clients.glue.destroy();
      clients.logs.destroy();
    }
  };
}

type Following = {
  readonly clients: Clients;
  readonly job: GlueJob;
  readonly id: string;
  readonly log: LogReader;
  readonly run: JobRun;
  readonly pollMs: number;
};

async function follow({ clients, job, id, log, run, pollMs }: Following): Promise<GlueRun> {
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
      if (!isReadable) say(`  Its log cannot be read: ${describe(error)}`);
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

function lostSight(job: GlueJob, id: string, cause: unknown): Failure {
  return new Failure({
    where: `job ${job.name}`,
    what: `run ${id} cannot be followed any more: ${describe(cause)}`,
    hint: `It goes on. See: ${cliCall(job, 'get-job-run')} --run-id ${id}`,
    cause,
  });
}

/** An answer that says no, unlike a network that fails or a service that is busy. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof Error &&
    '$fault' in error &&
    error.$fault === 'client' &&
    !/Throttl|TooManyRequests/.test(error.name)
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : showValue(error);
}
