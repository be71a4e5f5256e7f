import { Failure } from '../core/failure.ts';
import type { JobArguments } from '../core/job-arguments.ts';
import type { JobName } from '../core/job-names.ts';
import type { Workspace } from './workspace.ts';

/** One run of a job. */
export type JobRun = {
  readonly job: JobName;
  readonly given: JobArguments;
  /** Takes what the job prints, and what becomes of the run. */
  readonly say: (line: string) => void;
  readonly isInterrupted: () => boolean;
};

/**
 * Runs a job of the environment to its end.
 * @throws Failure when there is no such job yet, or its run did not succeed or was left alone after an interrupt
 */
export type JobRunner = (run: JobRun) => Promise<void>;

/** The failure of a job that stack mpp has not made. */
export function jobMissing({ environment, config }: Workspace, job: JobName): Failure {
  const isConfigured = job !== 'jdbc-to-raw' || config.jobs.jdbc !== null;
  return new Failure({
    where: `environment ${environment}`,
    what: isConfigured ? `has no job ${job} yet` : `has no job ${job}: its config names no database`,
    hint: isConfigured
      ? `Run deploy first: npx zx scripts/deploy.mjs --env ${environment}`
      : `Give jobs.jdbc in config/${environment}.yaml, then run deploy.`,
  });
}
