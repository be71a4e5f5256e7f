import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateJobCommand } from '@aws-sdk/client-glue';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { strToU8, zipSync } from 'fflate';
import t from 'tap';
import { createGlue, createS3 } from '../../scripts/edge/aws.ts';
import { callerEnvironment } from '../../scripts/edge/environment.ts';
import { createTarget } from '../../scripts/edge/target-choice.ts';
import { openWorkspace } from '../../scripts/edge/workspace.ts';
import { ended, poison, runInCopy } from '../helpers/clean-copy.ts';
import { makeSparkCopy } from '../helpers/spark-copy.ts';

const copy = await makeSparkCopy(t);
const zx = [process.execPath, 'node_modules/zx/build/cli.js', 'scripts/run-job.mjs'];
const runJob = async (...args: readonly string[]) => ended(await runInCopy([...zx, ...args], { cwd: copy }));

const { names } = openWorkspace(copy, 'local');
const scripts = names.platformBuckets.scripts;

let running: ReturnType<typeof startTarget> | undefined;
/** What a deploy would have brought up, from the first test on that wants it. */
const clientsOf = () => {
  running ??= startTarget();
  return running;
};

async function startTarget() {
  const target = await createTarget(openWorkspace(copy, 'local'));
  t.teardown(target.remove);
  await target.start(() => {});
  const s3 = createS3(target.access);
  const glue = await createGlue(target.access);
  for (const Bucket of [scripts, names.layerBuckets.raw, names.platformBuckets.codebase])
    await s3.send(new CreateBucketCommand({ Bucket }));
  return { s3, glue };
}

/** What stack mpp would have made: a script in the scripts bucket and a job that names it. */
async function deployJob(job: string, script: string, defaults: Readonly<Record<string, string>> = {}) {
  const { s3, glue } = await clientsOf();
  await s3.send(new PutObjectCommand({ Bucket: scripts, Key: `spark/${job}.py`, Body: script }));
  await glue.send(
    new CreateJobCommand({
      Name: `${names.prefix}-${job}`,
      Role: 'arn:aws:iam::000000000000:role/job',
      GlueVersion: '5.0',
      Command: { Name: 'glueetl', ScriptLocation: `s3://${scripts}/spark/${job}.py` },
      DefaultArguments: { ...defaults },
    }),
  );
}

t.test('refuses what cannot be run, before anything is there', async t => {
  const refusals = [
    [['raw-to-stage'], /^error: run-job: expects one of the jobs .*raw-to-staged.*, got "raw-to-stage"\n/],
    [['raw-to-staged', '--arg', 'day'], /^error: --arg: expects NAME=VALUE, got "day"\n/],
    [['raw-to-staged', '--env', 'nowhere'], /^error: config\/nowhere\.yaml: there is no such environment\n/],
    [
      ['raw-to-staged'],
      /^error: environment local: has no job raw-to-staged yet\n {2}Run deploy first: npx zx/,
    ],
  ] as const;
  for (const [args, stderr] of refusals) t.match(await runJob(...args), { exitCode: 1, stdout: '', stderr });
  t.match(await runJob('--help'), { exitCode: 0, stdout: /^npx zx scripts\/run-job\.mjs JOB \[flags\]\n/ });
  t.notOk(existsSync(join(copy, 'build/local/spark')));
});

t.test('runs the script that Glue names, in Spark, on the emulator alone', async t => {
  const { s3 } = await clientsOf();
  const raw = names.layerBuckets.raw;
  await s3.send(new PutObjectCommand({ Bucket: raw, Key: 'in/a.csv', Body: 'k,v\na,1\nb,2\na,3\n' }));
  const module = zipSync({ 'tinylake.py': strToU8('ANSWER = 42\n') });
  await s3.send(
    new PutObjectCommand({
      Bucket: names.platformBuckets.codebase,
      Key: 'codebase/codebase.zip',
      Body: module,
    }),
  );
  const script = `
import json, os, sys, time
from awsglue.context import GlueContext
from awsglue.job import Job
from pyspark.context import SparkContext
from tinylake import ANSWER
import boto3

context = GlueContext(SparkContext.getOrCreate())
spark = context.spark_session
job = Job(context)
job.init("job", {})
rows = spark.read.csv("s3://${raw}/in/", header=True, inferSchema=True)
rows.groupBy("k").sum("v").write.mode("overwrite").parquet("s3://${raw}/out/")
sums = {row[0]: row[1] for row in spark.read.parquet("s3://${raw}/out/").collect()}

def refused(address):
    began = time.monotonic()
    try:
        spark.sparkContext._jvm.java.net.Socket(address, 80)
        return "connected"
    except Exception as error:
        return "refused" if "SOCKS" in str(error) and time.monotonic() - began < 5 else str(error)

print(sorted(sums.items()))
print("to standard error\\x1b[2J", file=sys.stderr)
facts = {
    "argv": sys.argv[1:], "sums": sums, "answer": ANSWER, "version": spark.version,
    "zone": spark.conf.get("spark.sql.session.timeZone"), "outside": refused("192.0.2.1"),
    "credentials": [os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_PROFILE")],
    "temporary": os.environ["TMPDIR"],
}
boto3.client("s3").put_object(Bucket="${raw}", Key="facts.json", Body=json.dumps(facts))
job.commit()
`;
  await deployJob('raw-to-staged', script, {
    '--raw_bucket': raw,
    '--day': 'yesterday',
    '--extra-py-files': `s3://${names.platformBuckets.codebase}/codebase/codebase.zip`,
    '--enable-metrics': 'true',
  });
  const hostile = ['$(touch x)', `"'\`id\``, ' a b ', 'a\nb', '--x', 'k=v=w', 'ünï'];
  const given = hostile.flatMap((value, at) => ['--arg', `v${at}=${value}`]);
  const result = await runJob('raw-to-staged', '--arg', 'day=2026-07-01', ...given);
  t.match(result, { exitCode: 0, stdout: '' }, result.stderr);
  // On a busy machine it tells that it is still running.
  t.match(
    result.stderr.replaceAll(/ {2}.*still running.*\n/g, ''),
    /^> raw-to-staged\n\[\('a', 4\), \('b', 2\)\]\nto standard error\\u\{1b\}\[2J\n\+ raw-to-staged \d+\.\d s\n$/,
  );

  const { Body } = await s3.send(new GetObjectCommand({ Bucket: raw, Key: 'facts.json' }));
  const facts = JSON.parse((await Body?.transformToString()) ?? '');
  const pairs = facts.argv.flatMap((name: string, at: number) =>
    at % 2 === 0 ? [[name, facts.argv[at + 1]]] : [],
  );
  t.match(Object.fromEntries(pairs), {
    '--raw_bucket': raw,
    '--day': '2026-07-01',
    '--enable-metrics': 'true',
    '--JOB_NAME': `${names.prefix}-raw-to-staged`,
    '--JOB_RUN_ID': /^jr_[0-9a-f]{32}$/,
    ...Object.fromEntries(hostile.map((value, at) => [`--v${at}`, value])),
  });
  t.match(facts, { sums: { a: 4, b: 2 }, answer: 42, version: '3.5.4', outside: 'refused' });
  t.strictSame(facts.credentials, ['000000000000', null, null], "nothing of the caller's");
  const folder = join(copy, 'build/local/spark');
  t.ok(facts.temporary.startsWith(folder));
  t.strictSame(readdirSync(folder), ['spark-defaults.conf'], 'temporary files are gone, the settings stay');
  t.match(readFileSync(join(copy, 'build/local/logs/raw-to-staged.log'), 'utf8'), / INFO .*SparkContext/);
});

t.test('gives the line of a script that fails, and exit code 1', async t => {
  await deployJob('staged-to-analytics', 'raise SystemExit("day: expected a date, got x")\n');
  const result = await runJob('staged-to-analytics');
  t.match(result, { exitCode: 1, stdout: '' });
  t.match(
    result.stderr,
    /^> staged-to-analytics\nday: expected a date, got x\nx staged-to-analytics .*\nerror: job millrace-local-staged-to-analytics: failed: exit code 1\n {2}Its log: .*staged-to-analytics\.log\n$/,
  );
  t.match(readFileSync(join(copy, 'build/local/logs/staged-to-analytics.log'), 'utf8'), /expected a date/);
});

t.test('tells of a script that is not there', async t => {
  const { glue } = await clientsOf();
  const ScriptLocation = `s3://${scripts}/jdbc/nothing.py`;
  await glue.send(
    new CreateJobCommand({
      Name: `${names.prefix}-jdbc-to-raw`,
      Role: 'job',
      Command: { Name: 'glueetl', ScriptLocation },
    }),
  );
  t.match(await runJob('jdbc-to-raw'), {
    exitCode: 1,
    stderr:
      /\nerror: job millrace-local-jdbc-to-raw: cannot fetch s3:\/\/.*\/jdbc\/nothing\.py: .*\n {2}Run deploy again/,
  });
});

t.test('passes a Ctrl-C on to Spark and to the script, and waits for both', async t => {
  const script = `
import os, signal, time
print("pid", os.getpid(), os.getppid())
try:
    time.sleep(120)
except KeyboardInterrupt:
    print("told")
    raise SystemExit("interrupted")
`;
  await deployJob('files-batch', script);
  const [file = '', ...args] = zx;
  const child = spawn(file, [...args, 'files-batch'], {
    cwd: copy,
    env: { ...callerEnvironment(), ...poison },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const output = collect(child);
  const pids = (await output.until(/pid (\d+) (\d+)\n/)).slice(1).map(Number);
  child.kill('SIGINT');
  const exitCode = await new Promise(resolve => child.once('exit', resolve));
  t.equal(exitCode, 1);
  t.match(output.text(), /Interrupted: waiting for 1 running programs/);
  t.match(output.text(), /\nerror: job millrace-local-files-batch: was interrupted; Spark has ended\n/);
  for (const pid of pids) t.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  t.notOk(existsSync(join(copy, 'build/local/run.lock')));
});

function collect(child: ChildProcess) {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return {
    text: () => text,
    until: async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (let attempt = 0; attempt < 1_200; attempt += 1) {
        const found = pattern.exec(text);
        if (found !== null) return found;
        await sleep(50);
      }
      throw new Error(`never said ${pattern}: ${text}`);
    },
  };
}
