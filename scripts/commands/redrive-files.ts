import { randomUUID } from 'node:crypto';
import { folders, recordSuffix } from '../../worker/shared/keys.ts';
import { Failure } from '../core/failure.ts';
import {
  buildTransit,
  type ErrorRecord,
  type FinishReason,
  goesInPart,
  type Head,
  inputMetadata,
  isSent,
  judgePair,
  judgeTransit,
  type Listed,
  objectKeysOf,
  parseRecord,
  parseTransit,
  type RedriveResult,
  type RefuseReason,
  type Transit,
  transitFolder,
  transitMetadata,
} from '../core/redrive.ts';
import {
  fits,
  listPrefixes,
  mayFit,
  nameOf,
  type Pair,
  pairObjects,
  type Selection,
} from '../core/redrive-selection.ts';
import type { RedriveStore } from '../edge/redrive-store.ts';

/** Files handled at a time. */
const concurrency = 8;
/** Files that may fail one after another before the run gives up. */
const maxFailuresInARow = 10;

export type RedriveInput = {
  readonly store: RedriveStore;
  readonly selection: Selection;
  /** S3's clock. */
  readonly now: Date;
  readonly isDryRun: boolean;
  readonly isInterrupted: () => boolean;
  readonly say: (message: string) => void;
};

type Lists = { -readonly [K in keyof RedriveResult]: RedriveResult[K][number][] };
type Run = RedriveInput & {
  readonly lists: Lists;
  readonly seen: Set<string>;
  failuresInARow: number;
};
type Outcome =
  | { readonly kind: 'sent'; readonly key: string; readonly redrives: number; readonly bytes: number }
  | { readonly kind: 'finished'; readonly key: string; readonly reason: FinishReason }
  | {
      readonly kind: 'refused';
      readonly key: string;
      readonly reason: RefuseReason;
      readonly detail: string;
    };

/**
 * Sends the chosen files back, and first finishes what a redrive that was cut off has left, whatever is chosen now.
 *
 * A worker that refuses a file again writes the same bytes, and so the same ETag, under the same name in errors/: no
 * condition could tell the two apart. So a file goes by way of a copy under a name of this redrive's own, and only
 * then leaves its place:
 *
 * 1. COPY errors/<key> to errors/~redrive/<id>, with all that is needed to go on in its metadata
 * 2. DELETE errors/<key>, before a worker can see the file in input/ and write there anew
 * 3. PUT input/<key>, only where nothing stands
 * 4. DELETE the record, then the copy
 *
 * @returns what became of each file, and the error that ended the run early
 */
export async function redriveFiles(
  input: RedriveInput,
): Promise<{ readonly result: RedriveResult; readonly error: Failure | undefined }> {
  const lists: Lists = { sent: [], finished: [], refused: [], failed: [] };
  const run: Run = { ...input, lists, seen: new Set(), failuresInARow: 0 };
  await handleEach(run, run.store.list(transitFolder), ({ objectKey }) => ({
    name: objectKey,
    work: () => resume(run, objectKey),
  }));
  for (const prefix of listPrefixes(run.selection)) {
    await handleEach(run, pairObjects(run.store.list(prefix)), pair => ({
      name: nameOf(pair),
      work: () => handlePair(run, pair),
    }));
  }
  const error = findEnd(run);
  if (error === undefined) tellMissingKeys(run);
  return { result: lists, error };
}

/** Several hands take from one listing; a page is only asked for when a hand is free. */
async function handleEach<T>(
  run: Run,
  items: AsyncGenerator<T>,
  task: (item: T) => { readonly name: string; readonly work: () => Promise<Outcome | undefined> },
): Promise<void> {
  const hands = Array.from({ length: concurrency }, async () => {
    while (!isEnded(run)) {
      const next = await items.next();
      if (next.done === true) return;
      await handleOne(run, task(next.value));
    }
  });
  const ends = await Promise.allSettled(hands);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function handleOne(
  run: Run,
  { name, work }: { readonly name: string; readonly work: () => Promise<Outcome | undefined> },
): Promise<void> {
  try {
    const outcome = await work();
    run.failuresInARow = 0;
    if (outcome !== undefined) note(run, outcome);
  } catch (error) {
    run.failuresInARow += 1;
    const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    run.lists.failed.push({ key: name, detail });
    run.say(`failed    ${JSON.stringify(name)}: ${detail}`);
  }
}

function note({ lists, say }: Run, outcome: Outcome): void {
  const name = `${outcome.kind.padEnd(8)}  ${JSON.stringify(outcome.key)}`;
  switch (outcome.kind) {
    case 'sent':
      lists.sent.push({ key: outcome.key, redrives: outcome.redrives, bytes: outcome.bytes });
      say(`${name}: ${outcome.bytes} bytes, redrive ${outcome.redrives}`);
      break;
    case 'finished':
      lists.finished.push({ key: outcome.key, reason: outcome.reason });
      say(`${name}: ${outcome.reason}`);
      break;
    case 'refused':
      lists.refused.push({ key: outcome.key, reason: outcome.reason, detail: outcome.detail });
      say(`${name}: ${outcome.reason}, ${outcome.detail}`);
      break;
  }
}

async function handlePair(run: Run, pair: Pair): Promise<Outcome | undefined> {
  const { store, selection, isDryRun } = run;
  if (!mayFit(selection, pair, run.now)) return undefined;
  const name = nameOf(pair);
  const { record: listed } = pair;
  if (listed === undefined) {
    run.seen.add(name);
    return refused(name, 'no-record', `errors/${name} has no record beside it`);
  }
  const text = await store.readText(listed);
  if (text === 'changed' || text === 'gone')
    return refused(name, 'changed', 'its record was replaced or removed');
  const record = parseRecord(text, listed.objectKey);
  if (record === undefined) {
    if (selection.reason !== undefined) return undefined;
    run.seen.add(name);
    return refused(name, 'not-a-record', `${listed.objectKey} is no record that the worker has written`);
  }
  const { key } = record;
  if (!fits(selection, record)) return undefined;
  run.seen.add(key);
  const file = await store.head(listed.objectKey.slice(0, -recordSuffix.length));
  const verdict = judgePair(record, { file, ...(await headTargets(run, key)) });
  if (verdict.kind === 'refuse') return refused(key, verdict.reason, verdict.detail);
  if (verdict.kind === 'finish') {
    if (!isDryRun) await removePair(run, { file, record, listed });
    return { kind: 'finished', key, reason: verdict.reason };
  }
  if (file === undefined) throw new Error('a file that is not there was to be sent');
  const transit = buildTransit({ id: randomUUID(), record, file, recordEtag: listed.etag });
  if (isDryRun) return sent(transit, file.bytes);
  return setOut(run, transit, file);
}

/** Steps 1 and 2; from here on the file is found under the copy's name, whatever happens. */
async function setOut(run: Run, transit: Transit, file: Head): Promise<Outcome> {
  const copied = await run.store.copy({
    from: objectKeysOf(transit.key).errorFile,
    etag: file.etag,
    to: transit.objectKey,
    metadata: transitMetadata(transit),
  });
  if (copied === 'changed' || copied === 'gone')
    return refused(transit.key, 'changed', 'the file was replaced or removed meanwhile');
  return send(run, transit, { copyEtag: copied.etag, fileEtag: file.etag, bytes: file.bytes });
}

/** Goes on with a file that is on its way. */
async function resume(run: Run, objectKey: string): Promise<Outcome | undefined> {
  const copy = await run.store.head(objectKey);
  if (copy === undefined) return undefined; // the redrive that set it out has ended it
  const transit = parseTransit(objectKey, copy);
  if (transit === undefined)
    return refused(
      objectKey.slice(folders.errors.length),
      'not-a-record',
      `${objectKey} is not of redrive's making`,
    );
  const { key } = transit;
  run.seen.add(key);
  const file = await run.store.head(objectKeysOf(key).errorFile);
  const verdict = judgeTransit(transit, { copy, file, ...(await headTargets(run, key)) });
  if (verdict.kind === 'refuse')
    return refused(key, verdict.reason, `${verdict.detail}; the file lies at ${objectKey}`);
  if (verdict.kind === 'finish') {
    if (!run.isDryRun) await removeTransit(run, transit, copy.etag);
    return { kind: 'finished', key, reason: verdict.reason };
  }
  if (run.isDryRun) return sent(transit, copy.bytes);
  return send(run, transit, { copyEtag: copy.etag, fileEtag: file?.etag, bytes: copy.bytes });
}

/** Steps 2 to 4. */
async function send(
  run: Run,
  transit: Transit,
  seen: { readonly copyEtag: string; readonly fileEtag: string | undefined; readonly bytes: number },
): Promise<Outcome> {
  const { store } = run;
  const { key, objectKey } = transit;
  const { input, errorFile } = objectKeysOf(key);
  if (seen.fileEtag !== undefined && (await store.remove(errorFile, seen.fileEtag)) === 'changed')
    return refused(
      key,
      'newer-error',
      `another file was refused under this key; the first lies at ${objectKey}`,
    );
  const written = await sendOnce();
  if (written === 'occupied')
    return refused(key, 'input-waits', `another file came into input/; the first lies at ${objectKey}`);
  // Another redrive has gone on with the copy, and only lets go of it when the file is safe.
  if (written === 'gone') return { kind: 'finished', key, reason: 'sent-before' };
  await removeTransit(run, transit, seen.copyEtag);
  return sent(transit, seen.bytes);

  async function sendOnce(): Promise<'written' | 'occupied' | 'gone'> {
    const isOurs = async () => isSent(transit, await store.head(input));
    try {
      const { sourceSha256: sha256 } = transit;
      const metadata = inputMetadata(transit);
      const inPart = goesInPart(transit);
      const answer = await store.send({
        from: objectKey,
        etag: seen.copyEtag,
        to: input,
        sha256,
        metadata,
        inPart,
      });
      if (answer === 'occupied') return (await isOurs()) ? 'written' : 'occupied';
      if (answer === 'changed') throw new Error(`${objectKey}: was replaced by somebody else`);
      return answer;
    } catch (error) {
      // The answer may have been lost after the write took effect.
      if (await isOurs().catch(() => false)) return 'written';
      throw error;
    }
  }
}

/** Step 4. The record of the refusal goes unless the worker has written another since. */
async function removeTransit(run: Run, transit: Transit, copyEtag: string): Promise<void> {
  await run.store.remove(objectKeysOf(transit.key).errorRecord, transit.recordEtag);
  await run.store.remove(transit.objectKey, copyEtag);
}

/** The result of these very bytes stands in output/: what is left in errors/ goes, the record last, since it has the key. */
async function removePair(
  run: Run,
  pair: { readonly file: Head | undefined; readonly record: ErrorRecord; readonly listed: Listed },
): Promise<void> {
  const { errorFile, errorRecord } = objectKeysOf(pair.record.key);
  if (pair.file !== undefined && (await run.store.remove(errorFile, pair.file.etag)) === 'changed') return;
  await run.store.remove(errorRecord, pair.listed.etag);
}

async function headTargets(
  { store }: Run,
  key: string,
): Promise<{ readonly input: Head | undefined; readonly output: Head | undefined }> {
  const { input, output } = objectKeysOf(key);
  return {
    input: await store.head(input),
    output: output === undefined ? undefined : await store.head(output),
  };
}

function tellMissingKeys(run: Run): void {
  for (const key of new Set(run.selection.keys)) {
    if (run.seen.has(key)) continue;
    note(run, refused(key, 'not-found', 'no refused file that fits; a key is given without its folder'));
  }
}

function isEnded(run: Run): boolean {
  return run.isInterrupted() || run.failuresInARow >= maxFailuresInARow;
}

function findEnd(run: Run): Failure | undefined {
  if (!isEnded(run)) return undefined;
  const what = run.isInterrupted()
    ? 'was interrupted; the files in hand were taken to their end'
    : `gave up: ${maxFailuresInARow} files failed in a row`;
  return new Failure({ where: 'redrive', what, hint: 'Run the command again: it goes on from there.' });
}

function sent(transit: Transit, bytes: number): Outcome {
  return { kind: 'sent', key: transit.key, redrives: transit.redrives + 1, bytes };
}

function refused(key: string, reason: RefuseReason, detail: string): Outcome {
  return { kind: 'refused', key, reason, detail };
}
