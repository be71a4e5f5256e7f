import { join } from 'node:path';
import type { Bench } from '../harness/bench.ts';
import { account } from '../worker/account.ts';
import { emptyFolder, runToSuccess } from '../worker/program.ts';
import { prepareJob } from './staged-job.ts';
import { buckets, openStore } from './store.ts';

const gib = 1024 ** 3;
/** What the job makes of a GiB, so that both write as many. */
const files = 9;

export const staged: Bench = {
  name: 'staged',
  summary: 'raw to staged of 1 GiB of CSV, start-up included, against a plain pandas script',
  warmUps: 0,
  pairs: 3,
  measures: [
    { name: 'staged', figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: 1.5 } },
    { name: 'staged-memory', figure: 'peakMib', unit: 'MiB', goal: { kind: 'ratio-at-most', value: 0.5 } },
  ],
  async prepare(place) {
    const store = await openStore(place);
    const job = await prepareJob(place, store.endpoint);
    const made = await store.make(gib);
    const folder = join(place.dir, 'rival');
    const label = (await runToSuccess({ file: store.python, args: ['-c', versions], env: account })).trim();
    const outcome = {
      ours: { bucket: buckets.staged, prefix: 'movies/' },
      rival: { bucket: buckets.raw, prefix: 'staged/' },
    };
    const contender = (side: 'ours' | 'rival') => ({
      async setUp() {
        emptyFolder(folder);
        await store.clear(outcome[side]);
        await store.place(made);
      },
      async verify() {
        await store.check(outcome[side], made.facts);
        return {};
      },
    });
    return {
      ours: {
        ...contender('ours'),
        label: job.label,
        async run({ timeoutMs }) {
          await job.run({ timeoutMs });
          return {};
        },
      },
      rival: {
        ...contender('rival'),
        label: `csv_to_staged_pandas.py: ${label}`,
        async run({ timeoutMs }) {
          const datasets = join(place.root, 'files/configuration/datasets.json');
          const script = join(place.root, 'bench/rivals/csv_to_staged_pandas.py');
          await runToSuccess({
            file: store.python,
            args: [script, store.endpoint, buckets.raw, store.inputKey, datasets, folder, `${files}`],
            env: account,
            timeoutMs,
          });
          return {};
        },
      },
    };
  },
};

const versions =
  'import platform, pandas, pyarrow; ' +
  'print("Python", platform.python_version(), "pandas", pandas.__version__, "pyarrow", pyarrow.__version__)';
