import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createFindProcessor } from '../../../worker/host/processors/index.ts';
import { handleFile } from '../../../worker/host/protocol.ts';
import type { Entry, Store } from '../../../worker/host/store.ts';
import { emptyWorkFolders } from '../../../worker/host/work-files.ts';
import { stampedJson } from '../../../worker/shared/stamped-json.ts';
import { answerError, createFakeStore, type FakeStore } from '../fake-store.ts';
import { sha256 } from '../worker-bed.ts';

/** What befalls one request: nothing, a fault before or after its effect, a body that breaks off. */
export type Fate = 'works' | 'fails-before' | 'fails-after' | 'breaks-off' | 'killed';

export type Action =
  /** A worker's next request is sent; an idle worker first takes a file from its listing, which may be old. */
  | { readonly kind: 'go'; readonly worker: number; readonly fate: Fate }
  /** An idle worker takes any file that any listing ever named. */
  | { readonly kind: 'take-stale'; readonly worker: number; readonly pick: number }
  | { readonly kind: 'kill'; readonly worker: number }
  /** The owner puts new bytes under a key, whatever stands there: never bytes that stood there before (docs/operations.md). */
  | { readonly kind: 'overwrite'; readonly key: number; readonly isGood: boolean }
  /** A refused file comes back. Redrive waits until nobody is at work on it. */
  | { readonly kind: 'redrive'; readonly key: number };

export const simulatedKeys = ['a.json', 'b/b.json', '~c.json'] as const;
export const simulatedWorkers = 3;

interface Version {
  readonly number: number;
  readonly bytes: Buffer;
  readonly isGood: boolean;
}

interface SimulatedWorker {
  readonly workDir: string;
  readonly store: Store;
  listed: Entry[];
  /** The key being worked on. */
  key: string | undefined;
  /** Lets the request that waits go its way. */
  go: ((fate: Fate) => void) | undefined;
  /** Called when a request waits, or the file has ended. */
  rest: () => void;
}

/** Several workers over one bucket, moved one request at a time by whoever holds it. */
export interface Simulation {
  act(action: Action): Promise<void>;
  /** Ends what is under way and runs one worker until nothing waits. */
  finish(): Promise<void>;
  /** What is wrong now. */
  faults(isFinished: boolean): readonly string[];
  /** How often each kind of thing happened, so that a test can see that it did. */
  readonly seen: Readonly<Record<'rejected' | 'processed' | 'changed' | 'gone' | 'thrown', number>>;
}

/** @param wrap may break the store's promises, to see that this notices */
export function openSimulation(
  folder: string,
  wrap: (store: FakeStore) => Store = store => store,
): Simulation {
  const store = createFakeStore();
  const shared = wrap(store);
  const findProcessor = createFindProcessor({ csvDelimiter: undefined, passThrough: [] });
  const current = new Map<string, Version>();
  const versions = new Map<string, Version>();
  const newest = new Map<string, number>();
  const everListed: Entry[] = [];
  const seen = { rejected: 0, processed: 0, changed: 0, gone: 0, thrown: 0 };
  const broken: string[] = [];
  const workers = Array.from({ length: simulatedWorkers }, (_, at) => openWorker(join(folder, `${at}`)));

  function openWorker(workDir: string): SimulatedWorker {
    mkdirSync(workDir, { recursive: true });
    emptyWorkFolders(workDir);
    const worker: SimulatedWorker = {
      workDir,
      store: throughGate(shared, () => worker),
      listed: [],
      key: undefined,
      go: undefined,
      rest: () => {},
    };
    return worker;
  }

  /** Runs something that makes a worker move, until it rests again. */
  async function untilRest(worker: SimulatedWorker, move: () => void): Promise<void> {
    const rest = new Promise<void>(resolve => {
      worker.rest = resolve;
    });
    move();
    await rest;
  }

  function begin(worker: SimulatedWorker, entry: Entry): Promise<void> {
    const world = { ...worker, findProcessor, workerVersion: 'simulated', now: () => new Date(0) };
    worker.key = entry.key;
    return untilRest(worker, () => {
      handleFile(entry, world)
        .then(
          ({ outcome }) => {
            seen[outcome] += 1;
          },
          () => {
            seen.thrown += 1;
          },
        )
        .finally(() => {
          worker.key = undefined;
          worker.go = undefined;
          worker.rest();
        });
    });
  }

  async function send(worker: SimulatedWorker, fate: Fate): Promise<void> {
    const { go } = worker;
    if (go === undefined) return;
    worker.go = undefined;
    await untilRest(worker, () => go(fate));
  }

  async function list(worker: SimulatedWorker): Promise<void> {
    for (let start: string | undefined; ; ) {
      const page = await store.list(start);
      worker.listed.push(...page.entries);
      everListed.push(...page.entries);
      if (page.next === undefined) return;
      start = page.next;
    }
  }

  async function act(action: Action): Promise<void> {
    const worker = workers['worker' in action ? action.worker : 0];
    if (worker === undefined) return;
    if (action.kind === 'overwrite') overwrite(simulatedKeys[action.key] ?? '', action.isGood);
    else if (action.kind === 'redrive') redrive(simulatedKeys[action.key] ?? '');
    else if (action.kind === 'kill') {
      await send(worker, 'killed');
      emptyWorkFolders(worker.workDir);
      worker.listed = [];
    } else if (worker.key !== undefined) {
      if (action.kind === 'go') await send(worker, action.fate);
    } else {
      if (action.kind === 'go' && worker.listed.length === 0) await list(worker);
      const entry =
        action.kind === 'go'
          ? worker.listed.shift()
          : everListed[action.pick % Math.max(1, everListed.length)];
      if (entry !== undefined) await begin(worker, entry);
    }
    watchOrder();
  }

  function overwrite(key: string, isGood: boolean): void {
    const number = versions.size + 1;
    const bytes = Buffer.from(isGood ? `{"v":${number}}` : `{"v":${number}`);
    const version = { number, bytes, isGood };
    versions.set(sha256(bytes), version);
    current.set(key, version);
    store.place(`input/${key}`, bytes);
  }

  function redrive(key: string): void {
    const version = current.get(key);
    const { file, record } = errorPlaces(key);
    const isBusy = workers.some(worker => worker.key === key);
    if (isBusy || version === undefined || store.objects.has(`input/${key}`)) return;
    if (!store.objects.get(file)?.bytes.equals(version.bytes)) return;
    store.place(`input/${key}`, version.bytes);
    store.objects.delete(file);
    store.objects.delete(record);
  }

  /** No result may ever give way to that of an older version. */
  function watchOrder(): void {
    for (const [objectKey, { provenance }] of store.objects) {
      if (provenance === undefined) continue;
      const number = versions.get(provenance.sourceSha256)?.number ?? 0;
      const before = newest.get(objectKey) ?? 0;
      if (number < before) broken.push(`${objectKey}: version ${number} over ${before}`);
      newest.set(objectKey, number);
    }
  }

  async function finish(): Promise<void> {
    for (const worker of workers) {
      while (worker.key !== undefined) await send(worker, 'works');
    }
    const [worker] = workers;
    if (worker === undefined) return;
    for (let round = 0; round < 3; round += 1) {
      worker.listed = [];
      await list(worker);
      for (const entry of worker.listed) {
        await begin(worker, entry);
        while (worker.key !== undefined) await send(worker, 'works');
      }
    }
    watchOrder();
  }

  function faults(isFinished: boolean): readonly string[] {
    const found = [...broken];
    for (const [key, version] of current) {
      const input = store.objects.get(`input/${key}`)?.bytes;
      const isWaiting = input?.equals(version.bytes) === true;
      if (input !== undefined && !isWaiting) found.push(`${key}: the input is not what its owner put`);
      if (isWaiting && isFinished) found.push(`${key}: left in input/`);
      if (!isWaiting && !hasResult(store, key, version))
        found.push(`${key}: version ${version.number} is lost`);
    }
    return found;
  }

  return { act, finish, faults, seen };
}

function hasResult(store: FakeStore, key: string, { bytes, isGood }: Version): boolean {
  if (isGood) return store.objects.get(`output/${key}`)?.bytes.equals(stampedJson(key, bytes)) === true;
  const { file, record } = errorPlaces(key);
  if (!store.objects.get(file)?.bytes.equals(bytes)) return false;
  const text = store.text(record);
  return text !== undefined && JSON.parse(text).sourceSha256 === sha256(bytes);
}

function errorPlaces(key: string): { readonly file: string; readonly record: string } {
  const file = key.startsWith('~') ? `errors/~${sha256(key)}` : `errors/${key}`;
  return { file, record: `${file}.error.json` };
}

/** Makes each request of one worker wait until it is let go, and meet its fate then. */
function throughGate(store: Store, ownWorker: () => SimulatedWorker): Store {
  async function pass<T>(request: () => Promise<T>): Promise<{ readonly answer: T; readonly fate: Fate }> {
    const worker = ownWorker();
    const fate = await new Promise<Fate>(resolve => {
      worker.go = resolve;
      worker.rest();
    });
    // The worker takes any 4xx as final: nothing of it goes on after a kill.
    if (fate === 'killed') throw answerError('Killed', 400);
    if (fate === 'fails-before') throw answerError('InternalError', 500);
    const answer = await request();
    if (fate === 'fails-after') throw answerError('InternalError', 500);
    return { answer, fate };
  }
  return {
    list: async start => (await pass(() => store.list(start))).answer,
    head: async objectKey => (await pass(() => store.head(objectKey))).answer,
    async get(key, etag) {
      const { answer, fate } = await pass(() => store.get(key, etag));
      if (fate !== 'breaks-off' || typeof answer === 'string') return answer;
      return { ...answer, body: breakOff(answer.body) };
    },
    put: async upload => (await pass(() => store.put(upload))).answer,
    delete: async (key, etag) => (await pass(() => store.delete(key, etag))).answer,
  };
}

async function* breakOff(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    yield chunk.subarray(0, chunk.length / 2);
    throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  }
}
