import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { sparkRelease } from '../../../scripts/core/spark-release.ts';
import { hasSucceeded, runProcess } from '../../../scripts/edge/process.ts';

const docker = fileURLToPath(new URL('../../../files/docker', import.meta.url));

/** Runs the entrypoint with a spark-submit that writes its arguments down, each with a NUL behind it. */
async function runEntrypoint(
  t: Test,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  path: 'PATH' | 'SPARK_HOME' = 'PATH',
) {
  const folder = t.testdir({
    bin: { 'spark-submit': '#!/bin/sh\nprintf \'%s\\0\' "$@" > "$OUT"\nexit 3\n' },
  });
  chmodSync(join(folder, 'bin/spark-submit'), 0o755);
  const system = '/usr/bin:/bin';
  const result = await runProcess({
    file: '/bin/sh',
    args: [join(docker, 'entrypoint.sh'), ...args],
    cwd: folder,
    env: {
      OUT: join(folder, 'out'),
      ...(path === 'PATH' ? { PATH: `${folder}/bin:${system}` } : { PATH: system, SPARK_HOME: folder }),
      ...env,
    },
  });
  if (result.kind !== 'exited') throw new Error(`expected an exit code, got ${result.kind}`);
  const read = () => readFileSync(join(folder, 'out'), 'utf8').split('\0').slice(0, -1);
  return { exitCode: result.exitCode, stderr: result.stderr, read };
}

t.test("turns variables into the script's arguments, whatever is in them", async t => {
  const odd = '-x $(touch a) `b` "c" \'d\' * \\ e\nf';
  const run = await runEntrypoint(t, {
    JOB_SCRIPT: '/job/my script.py',
    JOB_ARGUMENTS: ' JOB_NAME raw_bucket\n\tday? ',
    JOB_NAME: 'by hand',
    RAW_BUCKET: odd,
    DAY: '2026-11-20',
  });
  t.strictSame(run.read(), [
    '/job/my script.py',
    '--JOB_NAME=by hand',
    `--raw_bucket=${odd}`,
    '--day=2026-11-20',
  ]);
  t.equal(run.exitCode, 3, "spark-submit's exit code is the container's");
});

t.test("hands the container's own arguments to spark-submit, before the script", async t => {
  const run = await runEntrypoint(t, { JOB_SCRIPT: 'a.py' }, ['--master', 'local[2]', '--conf', 'a=b c']);
  t.strictSame(run.read(), ['--master', 'local[2]', '--conf', 'a=b c', 'a.py']);
});

t.test("hands on the script's packages and names with capitals inside", async t => {
  const run = await runEntrypoint(
    t,
    {
      JOB_SCRIPT: 'a.py',
      JOB_PY_FILES: '/code base.zip,s3://b/$(touch x).zip',
      JOB_ARGUMENTS: 'TempDir where?',
      TEMPDIR: 's3://helper/temporary/',
      WHERE: 'name = \'--x\' -- "y"',
    },
    ['--conf', 'a=b'],
  );
  t.strictSame(run.read(), [
    '--conf',
    'a=b',
    '--py-files',
    '/code base.zip,s3://b/$(touch x).zip',
    'a.py',
    '--TempDir=s3://helper/temporary/',
    `--where=name = '--x' -- "y"`,
  ]);
});

t.test('finds spark-submit in SPARK_HOME', async t => {
  const run = await runEntrypoint(t, { JOB_SCRIPT: 'a.py' }, [], 'SPARK_HOME');
  t.strictSame(run.read(), ['a.py']);
});

t.test('leaves out what may be missing and names all that may not', async t => {
  const run = await runEntrypoint(t, { JOB_SCRIPT: 'a.py', JOB_ARGUMENTS: 'day? table?', TABLE: 'x' });
  t.strictSame(run.read(), ['a.py', '--table=x']);
  const refused = await runEntrypoint(t, {
    JOB_SCRIPT: 'a.py',
    JOB_ARGUMENTS: 'raw_bucket staged_bucket day?',
    STAGED_BUCKET: '',
  });
  t.equal(refused.exitCode, 64);
  t.equal(refused.stderr, 'entrypoint: expected a value in each of RAW_BUCKET STAGED_BUCKET, got nothing\n');
  t.throws(refused.read, { code: 'ENOENT' });
});

t.test('refuses to begin without a script or with names that are none', async t => {
  const none = await runEntrypoint(t, {});
  t.equal(none.stderr, 'entrypoint: expected the path of a script in JOB_SCRIPT, got nothing\n');
  for (const name of ['*', 'a-b', '1a', '?', 'x}$(touch${IFS}owned)', '$PATH']) {
    const run = await runEntrypoint(t, { JOB_SCRIPT: 'a.py', JOB_ARGUMENTS: name });
    t.equal(run.exitCode, 64, name);
    t.match(run.stderr, `got ${name}`, name);
  }
});

t.test("the image's versions are those of the jobs", async t => {
  const text = readFileSync(join(docker, 'Dockerfile'), 'utf8');
  const driver = sparkRelease.jars.find(jar => jar.coordinates.startsWith('org.postgresql:'));
  t.match(text, `Glue ${sparkRelease.glue}'s own image: Spark ${sparkRelease.spark},`);
  t.match(text, `/aws-glue-libs:${sparkRelease.glue.split('.')[0]}\n`);
  t.match(text, `--packages ${driver?.coordinates} `);
});

t.test('the image runs it as an ordinary user, from a base of choice', async t => {
  const lines = readFileSync(join(docker, 'Dockerfile'), 'utf8').split('\n');
  t.ok(lines.includes('FROM ${BASE_IMAGE}') && lines.some(line => line.startsWith('ARG BASE_IMAGE=')));
  t.equal(
    lines.findLast(line => line.startsWith('USER ')),
    'USER 10001:10001',
  );
  t.ok(
    hasSucceeded(await runProcess({ file: '/bin/sh', args: ['-n', join(docker, 'entrypoint.sh')], env: {} })),
  );
});
