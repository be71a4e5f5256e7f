/** A job's run on this machine: the very script and arguments that the environment's Glue has, in a local Spark. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { showLines } from '../core/cell-text.ts';
import { Failure } from '../core/failure.ts';
import { type GlueJob, parseS3Url } from '../core/glue-run.ts';
import { jobArgv } from '../core/job-arguments.ts';
import { buildGlueName } from '../core/job-names.ts';
import { createGlue, createS3 } from './aws.ts';
import { removeFile } from './files.ts';
import { readJob } from './glue.ts';
import { type JobRun, type JobRunner, jobMissing } from './job-runner.ts';
import type { LocalAccess } from './local-environment.ts';
import { type LocalSpark, openLocalSpark } from './local-spark.ts';
import { describeResult, hasSucceeded, runProcess } from './process.ts';
import { takeRunLock } from './run-lock.ts';
import { ensureSparkToolchain } from './toolchain/spark.ts';
import type { Workspace } from './workspace.ts';

export function createLocalRunner(workspace: Workspace, access: LocalAccess): JobRunner {
  const { root, buildDir, cacheDir, logDir, names } = workspace;
  return async run => {
    const release = takeRunLock(join(buildDir, 'run.lock'));
    const sdk = { region: access.region, local: access };
    const glue = await createGlue(sdk);
    const s3 = createS3(sdk);
    try {
      const job = await readJob(glue, buildGlueName(names, run.job));
      if (job === undefined) throw jobMissing(workspace, run.job);
      const toolchain = await ensureSparkToolchain({ root, cacheDir, logDir, report: run.say });
      const spark = openLocalSpark({ root, folder: join(buildDir, 'spark'), toolchain, access });
      try {
        await submit({ s3, spark, job, run, logFile: join(logDir, `${run.job}.log`) });
      } finally {
        spark.close();
      }
    } finally {
      glue.destroy();
      s3.destroy();
      release();
    }
  };
}

type Submission = {
  readonly s3: S3Client;
  readonly spark: LocalSpark;
  readonly job: GlueJob;
  readonly run: JobRun;
  /** Keeps everything of this run, Spark's own lines too. */
  readonly logFile: string;
};

async function submit({ s3, spark, job, run, logFile }: Submission): Promise<void> {
  const where = `job ${job.name}`;
  const fetch = (url: string) => download(s3, url, spark.scratch, where);
  const script = await fetch(job.script);
  const modules = { ...job.defaults, ...run.given }['--extra-py-files']?.split(',') ?? [];
  const pyFiles = await Promise.all(modules.map(url => fetch(url.trim())));
  removeFile(logFile);
  if (run.isInterrupted()) throw interrupted(where);
  const result = await runProcess({
    file: spark.sparkSubmit,
    args: [
      ...['--properties-file', spark.propertiesFile],
      ...(pyFiles.length === 0 ? [] : ['--py-files', pyFiles.join(',')]),
      script,
      ...jobArgv({
        glueName: job.name,
        runId: `jr_${randomUUID().replaceAll('-', '')}`,
        defaults: job.defaults,
        given: run.given,
      }),
    ],
    env: spark.env,
    cwd: spark.scratch,
    logFile,
    // Spark gives here what the job prints, to either stream; its own lines go to standard error.
    onStdoutLine: line => run.say(showLines(line)),
    isGroup: true,
  });
  if (run.isInterrupted()) throw interrupted(where);
  if (hasSucceeded(result)) return;
  throw new Failure({ where, what: `failed: ${describeResult(result)}`, hint: `Its log: ${logFile}` });
}

/** Copies an object into a folder, under the last part of its key. Gives the file's path. */
async function download(s3: S3Client, url: string, folder: string, where: string): Promise<string> {
  const { bucket, key } = parseS3Url(url, where);
  const file = join(folder, basename(key));
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (!(Body instanceof Readable)) throw new Error('no body');
    await pipeline(Body, createWriteStream(file));
    return file;
  } catch (cause) {
    throw new Failure({
      where,
      what: `cannot fetch ${url}: ${cause instanceof Error ? cause.message : String(cause)}`,
      hint: 'Run deploy again: it uploads scripts and modules.',
      cause,
    });
  }
}

function interrupted(where: string): Failure {
  return new Failure({
    where,
    what: 'was interrupted; Spark has ended',
    hint: 'Run it again: a day may be done again.',
  });
}
