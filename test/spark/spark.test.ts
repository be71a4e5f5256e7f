import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openLocalSpark } from '../../scripts/edge/local-spark.ts';
import { ensureSparkToolchain } from '../../scripts/edge/toolchain/spark.ts';
import { startEmulator, testRegion } from '../helpers/emulator.ts';

// All tests of the jobs in one Spark. Only some of their modules: npx tap test/spark --test-arg=test_publish
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = t.testdir();
const toolchain = await ensureSparkToolchain({
  root,
  cacheDir: join(root, 'build/.cache'),
  logDir: folder,
  report: t.comment,
});
const { endpoint } = await startEmulator(t);
const spark = openLocalSpark({
  root,
  folder: join(folder, 'spark'),
  toolchain,
  access: { endpoint, accountId: '000000000000', region: testRegion },
});
t.teardown(spark.close);

await t.spawn(
  spark.python,
  [join(root, 'test/spark/suite.py'), ...process.argv.slice(2)],
  // Inputs are tiny: a second compiler would cost more than it gains.
  { cwd: folder, env: { ...spark.env, JDK_JAVA_OPTIONS: '-XX:TieredStopAtLevel=1' } },
  'jobs in Spark',
);
