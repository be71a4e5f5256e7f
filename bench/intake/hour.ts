import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { bundlePrograms } from '../../scripts/edge/bundle.ts';
import { writeFile } from '../../scripts/edge/files.ts';
import type { Bench, BenchPlace, Contender } from '../harness/bench.ts';
import { account } from '../worker/account.ts';
import { runToSuccess } from '../worker/program.ts';
import { ensurePython, startOwnServer } from '../worker/rivals.ts';
import { ensureHourFile, type HourFile } from './hour-file.ts';
import { bucket, openStore, type Store } from './store.ts';

const hourText = '2026-11-20T05';
const archivePath = '/2026-11-20-5.json.gz';
const prefix = 'github/archive/';
const key = `${prefix}dt=2026-11-20/hour=05/archive.json.gz`;

/** Calls a function's handler as Lambda does, and prints what it gives. */
const callHandler = `
  const [file, event] = process.argv.slice(1);
  const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 900_000 };
  require(file).handler(JSON.parse(event), context).then(
    result => process.stdout.write(JSON.stringify({ result }) + '\\n'),
    error => { console.error(error); process.exitCode = 1; },
  );`;

export const hour: Bench = {
  name: 'hour',
  summary: 'an archive hour of 100 MB fetched, checked and stored by ingest-batch, against a Python script',
  warmUps: 1,
  pairs: 3,
  measures: [
    { name: 'hour', figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: 0.7 } },
    { name: 'hour-memory', figure: 'peakMib', unit: 'MiB', goal: { kind: 'ours-at-most', value: 256 } },
  ],
  async prepare(place) {
    const file = await ensureHourFile(place);
    const store = await openStore(place);
    const archive = await startOwnServer(place, 'archive', [file.path]);
    return {
      ours: contender(store, file, await openFunction(place, { archive, store })),
      rival: contender(store, file, await openScript(place, { archive, store })),
    };
  },
};

type Sources = { readonly archive: string; readonly store: Store };
type Program = {
  readonly label: string;
  /** @returns the events that it counted */
  readonly run: (timeoutMs: number) => Promise<number>;
};

function contender(store: Store, file: HourFile, { label, run }: Program): Contender {
  return {
    label,
    setUp: store.clear,
    async run({ timeoutMs }) {
      const events = await run(timeoutMs);
      if (events !== file.events) throw new Error(`expected ${file.events} events, got ${events}`);
      return {};
    },
    async verify() {
      const found = [...(await store.digests(prefix))];
      if (JSON.stringify(found) !== JSON.stringify([[key, file.sha256]]))
        throw new Error(`expected ${key} with SHA-256 ${file.sha256} alone, got ${found.join('; ')}`);
      return {};
    },
  };
}

async function openFunction(place: BenchPlace, { archive, store }: Sources): Promise<Program> {
  const { functions } = await bundlePrograms({ root: place.root, outDir: join(place.dir, 'dist') });
  const zip = functions['ingest-batch'];
  if (zip === undefined) throw new Error('expected a bundle of ingest-batch, got none');
  const program = join(place.dir, 'function/index.js');
  writeFile(join(place.dir, 'function/package.json'), '{}\n');
  writeFile(program, Buffer.from(unzipSync(readFileSync(zip))['index.js'] ?? []).toString());
  const env = {
    ...account,
    AWS_ENDPOINT_URL: store.endpoint,
    ARCHIVE_URL: archive,
    RAW_BUCKET: bucket,
  };
  return {
    label: 'ingest-batch, bundled, called once by Node.js',
    async run(timeoutMs) {
      const event = JSON.stringify({ from: hourText, to: hourText });
      const args = ['-e', callHandler, program, event];
      const stdout = await runToSuccess({ file: process.execPath, args, env, timeoutMs });
      return eventsIn(stdout);
    },
  };
}

/** What the function's log or result tells of the hour. */
function eventsIn(stdout: string): number {
  const [, count] = /"events":(\d+)/.exec(stdout) ?? [];
  if (count === undefined) throw new Error(`expected a count of events, got ${stdout.slice(-500)}`);
  return Number(count);
}

async function openScript(place: BenchPlace, { archive, store }: Sources): Promise<Program> {
  const { python } = await ensurePython(place);
  const version = (await runToSuccess({ file: python, args: ['--version'], env: account })).trim();
  return {
    label: `archive_hour.py: ${version}, gzip, json and boto3`,
    async run(timeoutMs) {
      const operands = [archive + archivePath, store.endpoint, bucket, key, join(place.dir, 'rival.json.gz')];
      const args = [join(place.root, 'bench/rivals/archive_hour.py'), ...operands];
      return Number(await runToSuccess({ file: python, args, env: account, timeoutMs }));
    },
  };
}
