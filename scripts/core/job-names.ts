import { Failure, showValue } from './failure.ts';
import type { Names } from './names.ts';

/** The lake's jobs, each one script in files/. */
export const jobNames = ['jdbc-to-raw', 'raw-to-staged', 'staged-to-analytics', 'files-batch'] as const;
export type JobName = (typeof jobNames)[number];

/** @throws Failure naming the jobs that there are */
export function parseJobName(value: string): JobName {
  const name = jobNames.find(known => known === value);
  if (name !== undefined) return name;
  throw new Failure({
    where: 'run-job',
    what: `expects one of the jobs ${jobNames.join(', ')}, got ${showValue(value)}`,
  });
}

/** What Glue calls a job of the environment. */
export function buildGlueName(names: Pick<Names, 'prefix'>, job: JobName): string {
  return `${names.prefix}-${job}`;
}
