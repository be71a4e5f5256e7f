import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePrograms } from '../../scripts/edge/bundle.ts';
import { openLocalSpark } from '../../scripts/edge/local-spark.ts';
import { ensureSparkToolchain } from '../../scripts/edge/toolchain/spark.ts';
import type { BenchPlace } from '../harness/bench.ts';
import { account, region } from '../worker/account.ts';
import { runToSuccess } from '../worker/program.ts';
import { buckets, day } from './store.ts';

/** The job raw-to-staged as run-job submits it on this machine. */
export type StagedJob = {
  readonly label: string;
  /** One day of movies, from the start of spark-submit to its end. @throws Error when the job failed */
  readonly run: (input: { readonly timeoutMs?: number }) => Promise<void>;
};

export async function prepareJob(place: BenchPlace, endpoint: string): Promise<StagedJob> {
  const { root, dir } = place;
  const toolchain = await ensureSparkToolchain({
    root,
    cacheDir: join(root, 'build/.cache'),
    logDir: dir,
    report: place.say,
  });
  const { archives } = await bundlePrograms({ root, outDir: join(dir, 'dist') });
  const codebase = archives['codebase'] ?? '';
  const script = join(dir, 'raw-to-staged.py');
  cpSync(join(root, 'files/spark/raw-to-staged.py'), script);
  const access = { endpoint, region, accountId: account.AWS_ACCESS_KEY_ID };
  return {
    label: 'spark-submit raw-to-staged.py, with the settings of run-job on the local target',
    async run({ timeoutMs }) {
      const folder = join(dir, 'spark');
      mkdirSync(folder, { recursive: true });
      const spark = openLocalSpark({ root, folder, toolchain, access });
      const values = {
        raw_bucket: buckets.raw,
        staged_bucket: buckets.staged,
        configuration_bucket: buckets.configuration,
        TempDir: `s3://${buckets.helper}/`,
        day,
        tables: 'movies',
      };
      try {
        await runToSuccess({
          file: spark.sparkSubmit,
          args: [
            ...['--properties-file', spark.propertiesFile, '--py-files', codebase, script],
            ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]),
          ],
          env: spark.env,
          cwd: spark.scratch,
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        });
      } finally {
        spark.close();
      }
    },
  };
}
