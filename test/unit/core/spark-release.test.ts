import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { jarFileName, sparkRelease } from '../../../scripts/core/spark-release.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');

t.test("is the Glue of the jobs, and the Spark that this machine's environment installs", async t => {
  const versions = [...read('terraform/modules/glue_job/job.tf').matchAll(/glue_version\s*=\s*"(.+)"/g)];
  t.strictSame(
    versions.map(([, version]) => version),
    [sparkRelease.glue],
  );
  t.match(read('requirements-spark.in'), `\npyspark==${sparkRelease.spark}\n`);
  t.match(read('requirements-spark.txt'), `\npyspark==${sparkRelease.spark} \\`);
});

t.test('pins every jar by its version and checksum', async t => {
  for (const { coordinates, sha256 } of sparkRelease.jars) {
    t.match(coordinates, /^[a-z.]+:[a-z-]+:\d+\.\d+\.\d+(\.Final)?$/);
    t.match(sha256, /^[0-9a-f]{64}$/);
  }
  t.strictSame(sparkRelease.jars.map(jarFileName), [
    'hadoop-aws-3.3.4.jar',
    'aws-java-sdk-bundle-1.12.262.jar',
    'wildfly-openssl-1.0.7.Final.jar',
    'postgresql-42.7.8.jar',
  ]);
});
