import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { openLocalSpark } from '../../../scripts/edge/local-spark.ts';

const toolchain = {
  javaHome: '/java',
  venvBin: '/venv/bin',
  sparkHome: '/venv/pyspark',
  jars: ['/jars/a.jar', '/jars/b.jar'],
};
const access = { endpoint: 'http://127.0.0.1:4566', accountId: '000000000000', region: 'eu-west-1' };
const open = (folder: string) => openLocalSpark({ root: projectRoot, folder, toolchain, access });

t.test("names everything that Spark needs, and nothing of the caller's account", async t => {
  Object.assign(process.env, { AWS_SESSION_TOKEN: 'poison', AWS_PROFILE: 'poison', SPARK_HOME: '/theirs' });
  t.teardown(() => {
    for (const name of ['AWS_SESSION_TOKEN', 'AWS_PROFILE', 'SPARK_HOME']) delete process.env[name];
  });
  const folder = join(t.testdir(), "it's $(x)", 'spark');
  const { env, propertiesFile, python, sparkSubmit } = open(folder);
  t.match(env, {
    AWS_ENDPOINT_URL: access.endpoint,
    AWS_ACCESS_KEY_ID: access.accountId,
    HTTPS_PROXY: 'http://127.0.0.1:9',
    JAVA_HOME: '/java',
    SPARK_HOME: '/venv/pyspark',
    PYSPARK_PYTHON: '/venv/bin/python',
    TMPDIR: join(folder, 'scratch'),
    MILLRACE_SPARK_CONF: propertiesFile,
  });
  t.match(env['PATH'], /^\/venv\/bin:/);
  t.notOk(JSON.stringify(env).includes('poison'));
  t.equal(
    env['PYSPARK_SUBMIT_ARGS'],
    `--properties-file '${propertiesFile.replaceAll("'", `'\\''`)}' pyspark-shell`,
    "quoted for the shell's rules, by which PySpark reads it",
  );
  t.strictSame([python, sparkSubmit], ['/venv/bin/python', '/venv/pyspark/bin/spark-submit']);
  t.ok(existsSync(join(env['PYTHONPATH'] ?? '', 'awsglue/context.py')));
  const settings = readFileSync(propertiesFile, 'utf8');
  t.match(settings, '\nspark.driver.extraClassPath /jars/a.jar:/jars/b.jar\n');
  t.match(settings, '\nspark.hadoop.fs.s3a.endpoint http://127.0.0.1:4566\n');
  t.equal(statSync(propertiesFile).mode & 0o077, 0);
});

t.test('removes what a run leaves, its own and that of one that was killed', async t => {
  const folder = join(t.testdir(), 'spark');
  const first = open(folder);
  writeFileSync(join(first.scratch, 'left'), '');
  const second = open(folder);
  t.notOk(existsSync(join(second.scratch, 'left')));
  second.close();
  t.notOk(existsSync(second.scratch));
  t.ok(existsSync(second.propertiesFile));
});
