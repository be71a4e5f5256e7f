/** What Glue says about jobs and their runs, and what follows from it. */
import { showLines } from './cell-text.ts';
import { Failure } from './failure.ts';
import type { JobArguments } from './job-arguments.ts';

export type GlueJob = {
  readonly name: string;
  readonly region: string;
  /** s3://BUCKET/KEY */
  readonly script: string;
  /** Name or ARN. */
  readonly role: string;
  readonly securityConfiguration: string | undefined;
  readonly defaults: JobArguments;
  /** How often Glue tries a run again that has failed. */
  readonly maxRetries: number;
};

/** What names a job to the AWS CLI. */
export type NamedJob = Pick<GlueJob, 'name' | 'region'>;

export type GlueRun = {
  readonly id: string;
  /** `JobRunState` of the Glue API. */
  readonly state: string;
  readonly message: string | undefined;
  /** 0 for a run that was asked for, 1 for the first by which Glue tries it again. */
  readonly attempt: number;
  /** The run that this one tries again. */
  readonly previousId: string | undefined;
};

/** States that a run does not leave. Source: Glue API, "JobRun". */
const endStates: readonly string[] = ['SUCCEEDED', 'FAILED', 'TIMEOUT', 'ERROR', 'STOPPED', 'EXPIRED'];

export function hasEnded({ state }: GlueRun): boolean {
  return endStates.includes(state);
}

/**
 * Whether Glue may try a run again by itself: as another run, with an id of its own. It does not after a time limit or a
 * stop. Source: AWS Glue developer guide, "Configuring job properties", number of retries.
 */
export function mayBeRetried(
  { maxRetries }: Pick<GlueJob, 'maxRetries'>,
  { state, attempt }: GlueRun,
): boolean {
  return state === 'FAILED' && attempt < maxRetries;
}

/** The run that tries one of these again and is none of them. */
export function findRetry(runs: readonly GlueRun[], ids: readonly string[]): GlueRun | undefined {
  return runs.find(({ id, previousId = '' }) => ids.includes(previousId) && !ids.includes(id));
}

/** How a run ended, with Glue's own words. */
export function describeEnd({ id, state, message }: GlueRun): string {
  return `run ${id} ended as ${state}${message === undefined ? '' : `: ${showLines(message)}`}`;
}

/** @throws Failure with Glue's own words, unless the run has succeeded */
export function requireSuccess(job: NamedJob, run: GlueRun): void {
  if (run.state === 'SUCCEEDED') return;
  throw new Failure({
    where: `job ${job.name}`,
    what: describeEnd(run),
    hint: `See: ${cliCall(job, 'get-job-run')} --run-id ${run.id}`,
  });
}

/** The beginning of an AWS CLI command about a job, to be printed: a reader's own region may be another. */
export function cliCall({ name, region }: NamedJob, call: string): string {
  return `aws glue ${call} --region ${region} --job-name ${name}`;
}

/**
 * The group that takes what scripts print. With a security configuration it is named for that and for the role.
 * Source: AWS Glue developer guide, "Logging for AWS Glue jobs"; the same in terraform/modules/glue_job/logs.tf.
 */
export function outputLogGroup(job: GlueJob, given: JobArguments): string {
  const prefix = { ...job.defaults, ...given }['--custom-logGroup-prefix'] ?? '/aws-glue/jobs';
  const role = job.role.replace(/^arn:.*?:role\//, '');
  const secured = job.securityConfiguration === undefined ? '' : `/${job.securityConfiguration}-role/${role}`;
  return `${prefix}${secured}/output`;
}

/** What to do about an error of StartJobRun that Glue has a name for; undefined for any other. */
export function startHint(errorName: string, job: NamedJob): string | undefined {
  const hints: Readonly<Record<string, string>> = {
    ConcurrentRunsExceededException: `As many runs as it may have are under way. See them: ${cliCall(job, 'get-job-runs')} --max-results 5`,
    ResourceNumberLimitExceededException:
      "The account's limit of runs or workers is reached: wait for others, or ask for more in Service Quotas.",
    AccessDeniedException:
      'These credentials need glue:GetJob, glue:StartJobRun, glue:GetJobRun and glue:GetJobRuns.',
    InvalidInputException: 'See the arguments given with --arg.',
  };
  return hints[errorName];
}

/** @throws Failure unless it is s3://BUCKET/KEY */
export function parseS3Url(url: string, where: string): { readonly bucket: string; readonly key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/s.exec(url) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw new Failure({ where, what: `expects s3://BUCKET/KEY, got ${JSON.stringify(url)}` });
}
