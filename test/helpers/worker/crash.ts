import { mkdirSync, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type StepName, stepNames } from '../../../worker/host/protocol.ts';
import { readCall, type StoreCall, startS3Proxy, type Verdict } from '../s3-proxy.ts';
import { type Bed, type prepareWorker, sha256 } from '../worker-bed.ts';
import { type Kind, kindSettings, targetsOf } from './kinds.ts';
import { type Moment, moments } from './moments.ts';

type Bench = Awaited<ReturnType<typeof prepareWorker>>;

/** A kind with the bytes of its file. */
export interface Sample {
  readonly kind: Kind;
  readonly source: Buffer;
}

/** One cell of the matrix after the kill and one clean run. */
export interface Cell {
  readonly step: StepName;
  readonly moment: Moment;
  readonly sample: Sample;
  readonly isVersioned: boolean;
  /** What is wrong; nothing where the file came through. */
  readonly faults: readonly string[];
  /** The worker's own file for the output at the kill, in bytes; undefined where there was none. */
  readonly processedBytes: number | undefined;
}

/**
 * Kills the worker at every moment of every step, for each sample that comes to it, and runs it once more. Versioned
 * and other buckets take turns. Samples that one round kills together are each in the middle of their own request.
 */
export async function* crashMatrix(input: {
  readonly test: { teardown(stop: () => unknown): void };
  readonly bench: Bench;
  readonly samples: readonly Sample[];
}): AsyncGenerator<Cell> {
  let isVersioned = false;
  for (const step of stepNames) {
    for (const moment of moments[step]) {
      const groups =
        'folder' in moment
          ? groupWatched(input.samples)
          : [input.samples.filter(({ kind }) => moment.concerns(kind))];
      for (const samples of groups) {
        isVersioned = !isVersioned;
        yield* await crashAt({ ...input, step, moment, samples, isVersioned });
      }
    }
  }
}

/** Each large file has its own round, so that the kill comes while its output is being written. */
function groupWatched(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const isLarge = ({ source }: Sample) => source.length > 1024 * 1024;
  const small = samples.filter(sample => !isLarge(sample));
  const alone = samples.filter(isLarge).map(sample => [sample]);
  return small.length === 0 ? alone : [small, ...alone];
}

export function describeCell({ step, moment, sample, isVersioned }: Cell): string {
  const bytes = sample.source.length;
  return `${step}: ${moment.name}; ${sample.kind.name} of ${bytes} B, ${isVersioned ? '' : 'not '}versioned`;
}

/** How long a round waits for further files to come to the moment, without any request, before it kills. */
const quietMs = 1500;

/**
 * Kills the worker at one moment of each file and runs it once more. Files that the worker did not bring to the
 * moment at the same time as others have their own round.
 * @throws Error when a file never comes to the moment
 */
async function crashAt(input: {
  readonly test: { teardown(stop: () => unknown): void };
  readonly bench: Bench;
  readonly step: StepName;
  readonly moment: Moment;
  readonly samples: readonly Sample[];
  readonly isVersioned: boolean;
}): Promise<readonly Cell[]> {
  const cells: Cell[] = [];
  for (let waiting = input.samples; waiting.length > 0; ) {
    const { reached, cells: checked } = await killOnce({ ...input, samples: waiting });
    if (reached.size === 0) {
      throw new Error(`${input.moment.name}: never reached by ${waiting.map(({ kind }) => kind.name)}`);
    }
    cells.push(...checked.filter(({ sample }) => reached.has(sample)));
    waiting = waiting.filter(sample => !reached.has(sample));
  }
  return cells;
}

async function killOnce(input: Parameters<typeof crashAt>[0]) {
  const { test, bench, step, moment, samples, isVersioned } = input;
  const bed = await bench.makeBed(isVersioned, kindSettings);
  await Promise.all(samples.map(({ kind, source }) => bed.put(`input/${kind.key}`, source)));
  const reached = new Set<Sample>();
  let kill = () => {};
  let quiet = setTimeout(() => {}, 0);
  const stir = () => {
    clearTimeout(quiet);
    if (reached.size > 0) quiet = setTimeout(kill, quietMs);
  };
  const reach = (sample: Sample) => {
    reached.add(sample);
    if (reached.size === samples.length) kill();
    else stir();
  };
  const made = new Map<string, number>();
  const proxy = await startS3Proxy(test, bench.emulator.endpoint, (seen): Verdict => {
    stir();
    const call = readCall(seen);
    const request = `${call.operation} ${call.objectKey}`;
    const nth = made.get(request) ?? 0;
    made.set(request, nth + 1);
    return decide({ moment, samples, call, nth, reach });
  });
  const stopWatching = 'folder' in moment ? watchFolder(bed, moment.folder, samples, reach) : () => {};
  const victim = bench.startWorker(bed.config, { AWS_ENDPOINT_URL: proxy.endpoint });
  kill = () => victim.child.kill('SIGKILL');
  await victim.done;
  clearTimeout(quiet);
  stopWatching();
  await proxy.close();
  const sizes = new Map(samples.map(sample => [sample, processedBytes(bed, sample)]));
  const lost = new Map<Sample, readonly string[]>();
  for (const sample of samples) lost.set(sample, await faultsAfterKill(bed, sample));
  const { code, errors } = await bench.runWorker(bed.config);
  const left = [...(await bed.keys('input/')), ...workFilesOf(bed)];
  const common = [
    ...(code === 0 && errors === '' ? [] : [`clean run: code ${code}, ${errors}`]),
    ...left.map(name => `left over: ${name}`),
    ...(await strangers(bed, samples)),
  ];
  const cells: Cell[] = [];
  for (const sample of samples) {
    const faults = [...(lost.get(sample) ?? []), ...common, ...(await faultsOfResult(bed, sample))];
    cells.push({ step, moment, sample, isVersioned, faults, processedBytes: sizes.get(sample) });
  }
  await bed.empty();
  return { reached, cells };
}

function decide(input: {
  readonly moment: Moment;
  readonly samples: readonly Sample[];
  readonly call: StoreCall;
  readonly nth: number;
  reach(sample: Sample): void;
}): Verdict {
  const { moment, samples, call, nth, reach } = input;
  if ('folder' in moment) {
    return call.operation === 'put' ? { stopAt: 'before', ending: 'hold' } : 'pass';
  }
  const sample = samples.find(({ kind }) => moment.isAt(call, kind, nth));
  if (sample === undefined) return 'pass';
  return { stopAt: moment.stopAt, ending: 'hold', reached: () => reach(sample) };
}

function watchFolder(
  bed: Bed,
  folder: string,
  samples: readonly Sample[],
  reach: (sample: Sample) => void,
): () => void {
  const path = join(bed.workDir, folder);
  mkdirSync(path);
  const names = new Map(samples.map(sample => [sha256(sample.kind.key), sample]));
  const watcher = watch(path, (_, name) => {
    const sample = names.get(name ?? '');
    if (sample !== undefined) reach(sample);
  });
  return () => watcher.close();
}

function processedBytes(bed: Bed, { kind }: Sample): number | undefined {
  return statSync(join(bed.workDir, 'processed', sha256(kind.key)), { throwIfNoEntry: false })?.size;
}

function workFilesOf({ workDir }: Bed): readonly string[] {
  return ['downloads', 'processed'].flatMap(folder =>
    readdirSync(join(workDir, folder)).map(name => `${folder}/${name}`),
  );
}

/** The claim itself: at this instant the file is whole in input/, or its verified result stands elsewhere. */
async function faultsAfterKill(bed: Bed, sample: Sample): Promise<readonly string[]> {
  const objectKey = `input/${sample.kind.key}`;
  const keys = await bed.keys(objectKey);
  const faults = keys.includes(objectKey)
    ? (await bed.read(objectKey)).equals(sample.source)
      ? []
      : ['the input is damaged']
    : await faultsOfResult(bed, sample);
  return faults.map(fault => `after the kill: ${fault}`);
}

/** What is wrong with the outcome of one file, in every version that stands there. */
export async function faultsOfResult(bed: Bed, { kind, source }: Sample): Promise<readonly string[]> {
  const { output, file, record } = targetsOf(kind);
  const { outcome } = kind;
  const faults: string[] = [];
  const check = async (objectKey: string, isRight: (bytes: Buffer) => boolean) => {
    const versionIds = await bed.versionIds(objectKey);
    if (versionIds.length === 0) faults.push(`missing: ${objectKey}`);
    for (const versionId of versionIds) {
      if (!isRight(await bed.read(objectKey, versionId))) faults.push(`wrong bytes: ${objectKey}`);
    }
    if (versionIds.length > 0 && (await bed.metadata(objectKey))['source-sha256'] !== sha256(source)) {
      faults.push(`wrong source-sha256: ${objectKey}`);
    }
  };
  if (outcome.kind === 'processed') {
    const expected = outcome.expected(source);
    await check(output, bytes => (kind.key.endsWith('.gz') ? gunzipSync(bytes) : bytes).equals(expected));
  } else {
    await check(file, bytes => bytes.equals(source));
    await check(record, bytes => {
      const { key, sourceSha256, bytes: length } = JSON.parse(bytes.toString());
      return key === kind.key && sourceSha256 === sha256(source) && length === source.length;
    });
  }
  return faults;
}

/** Results beside the expected ones: something done twice in different ways. */
async function strangers(bed: Bed, samples: readonly Sample[]): Promise<readonly string[]> {
  const expected = new Set(
    samples.flatMap(({ kind }) => {
      const { output, file, record } = targetsOf(kind);
      return kind.outcome.kind === 'processed' ? [output] : [file, record];
    }),
  );
  const keys = [...(await bed.keys('output/')), ...(await bed.keys('errors/'))];
  return keys.filter(key => !expected.has(key)).map(key => `not expected: ${key}`);
}
