/** Glue's jobs and runs behind four calls, each error told as a Failure. */
import {
  GetJobCommand,
  GetJobRunCommand,
  GetJobRunsCommand,
  type GlueClient,
  type JobRun as SdkRun,
  StartJobRunCommand,
} from '@aws-sdk/client-glue';
import { Failure } from '../core/failure.ts';
import { type GlueJob, type GlueRun, type NamedJob, startHint } from '../core/glue-run.ts';
import type { JobArguments } from '../core/job-arguments.ts';

/** @throws Failure when Glue does not answer */
export async function readJob(glue: GlueClient, name: string): Promise<GlueJob | undefined> {
  const region = await glue.config.region();
  try {
    const { Job } = await glue.send(new GetJobCommand({ JobName: name }));
    return {
      name,
      region,
      script: Job?.Command?.ScriptLocation ?? '',
      role: Job?.Role ?? '',
      securityConfiguration: Job?.SecurityConfiguration,
      defaults: Job?.DefaultArguments ?? {},
      maxRetries: Job?.MaxRetries ?? 0,
    };
  } catch (cause) {
    if (nameOf(cause) === 'EntityNotFoundException') return undefined;
    throw glueFailure({ name, region }, 'cannot be read', cause);
  }
}

/**
 * Starts a run and gives its id.
 * @throws Failure when Glue refuses
 */
export async function startRun(glue: GlueClient, job: GlueJob, given: JobArguments): Promise<string> {
  try {
    const { JobRunId } = await glue.send(
      new StartJobRunCommand({ JobName: job.name, Arguments: { ...given } }),
    );
    return JobRunId ?? '';
  } catch (cause) {
    throw glueFailure(job, 'cannot be started', cause);
  }
}

/** The run as Glue sees it now; errors of the SDK pass. */
export async function readRun(glue: GlueClient, name: string, id: string): Promise<GlueRun> {
  const { JobRun = {} } = await glue.send(new GetJobRunCommand({ JobName: name, RunId: id }));
  return toRun({ ...JobRun, Id: id });
}

/** The newest runs of a job; errors of the SDK pass. */
export async function readRuns(glue: GlueClient, name: string): Promise<readonly GlueRun[]> {
  const { JobRuns = [] } = await glue.send(new GetJobRunsCommand({ JobName: name, MaxResults: 50 }));
  return JobRuns.map(toRun);
}

function toRun({ Id = '', JobRunState, ErrorMessage, Attempt = 0, PreviousRunId }: SdkRun): GlueRun {
  return {
    id: Id,
    state: JobRunState ?? 'UNKNOWN',
    message: ErrorMessage,
    attempt: Attempt,
    previousId: PreviousRunId,
  };
}

function glueFailure(job: NamedJob, what: string, cause: unknown): Failure {
  const hint = startHint(nameOf(cause), job);
  return new Failure({
    where: `job ${job.name}`,
    what: `${what}: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}`,
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
