import { Failure, renderFailure } from '../core/failure.ts';
import type { UploadedFile, UploadResult } from '../core/upload.ts';
import { foldersOf, type PlannedFile, partBytes } from '../core/upload-plan.ts';
import type { Pending, UploadStore } from '../edge/upload-store.ts';
import { uploadFile } from './upload-file.ts';

/** Files, or parts of one file, handled at a time: with buffers of `partBytes` that is 128 MiB. */
const hands = 16;
/** Files that may fail one after another before the run gives up. */
const maxFailuresInARow = 10;

export type UploadInput = {
  readonly store: UploadStore;
  readonly files: readonly PlannedFile[];
  /** Whether the bucket is there yet: a dry run makes none. */
  readonly hasBucket: boolean;
  readonly isDryRun: boolean;
  readonly isInterrupted: () => boolean;
  /** Bytes and files that are done, sent or found there. */
  readonly add: (done: { readonly files?: number; readonly bytes?: number }) => void;
  readonly say: (message: string) => void;
  /** Takes what is secret out of the text of an error. */
  readonly clean: (text: string) => string;
};

type Run = UploadInput & {
  readonly lists: { -readonly [K in keyof UploadResult]: UploadResult[K][number][] };
  /** Length of what stands under each key. */
  readonly standing: ReadonlyMap<string, number>;
  readonly pending: readonly Pending[];
  failuresInARow: number;
};

/**
 * Uploads files: small ones side by side, then each large one, its parts side by side. A file that stands there with
 * the same checksum is passed over. What a run that was cut off has sent of a large file is checked and kept; what else
 * is left of uploads to a file's key is removed with it.
 * @returns what became of each file, and the error that ended the run early
 */
export async function uploadFiles(
  input: UploadInput,
): Promise<{ readonly result: UploadResult; readonly error: Failure | undefined }> {
  const run = await look(input);
  const small = input.files.filter(({ bytes }) => bytes <= partBytes).values();
  const ends = await Promise.allSettled(Array.from({ length: hands }, () => handleEach(run, small)));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  await handleEach(run, input.files.filter(({ bytes }) => bytes > partBytes).values());
  await abortLeft(run);
  return { result: inOrder(run), error: findEnd(run) };
}

/** Parts that a run which was killed has sent to other keys, as on another day, are of no use to any later one. */
async function abortLeft({ store, files, isDryRun, isInterrupted, clean, say }: Run): Promise<void> {
  const keys = new Set(files.map(({ key }) => key));
  for (const left of store.listLeft()) {
    if (isDryRun || isInterrupted()) return;
    if (keys.has(left.key)) continue;
    const outcome = await store.abort(left).then(
      () => 'removed',
      (error: unknown) => `not removed: ${clean(renderFailure(error))}`,
    );
    say(`Parts that an earlier run has left of ${left.key}: ${outcome}`);
  }
}

/** The lists in the order of the files, whichever ended first. */
function inOrder({ files, lists }: Run): UploadResult {
  const places = new Map(files.map(({ key }, at) => [key, at]));
  const sorted = <T extends { readonly key: string }>(list: readonly T[]) =>
    [...list].sort((a, b) => (places.get(a.key) ?? 0) - (places.get(b.key) ?? 0));
  const { uploaded, skipped, failed } = lists;
  return { uploaded: sorted(uploaded), skipped: sorted(skipped), failed: sorted(failed) };
}

/** Looks at what stands in the folders that the files go to, and what has begun there. */
async function look(input: UploadInput): Promise<Run> {
  const standing = new Map<string, number>();
  const pending: Pending[] = [];
  const folders = (input.hasBucket ? foldersOf(input.files.map(({ key }) => key)) : []).values();
  const lookAtEach = async () => {
    for (const folder of folders) {
      if (input.isInterrupted()) return;
      const [objects, uploads] = await Promise.all([
        input.store.list(folder),
        input.store.listPending(folder),
      ]);
      for (const [key, bytes] of objects) standing.set(key, bytes);
      pending.push(...uploads);
    }
  };
  await Promise.all(Array.from({ length: hands }, lookAtEach));
  const lists = { uploaded: [], skipped: [], failed: [] };
  return { ...input, lists, standing, pending, failuresInARow: 0 };
}

async function handleEach(run: Run, files: IterableIterator<PlannedFile>): Promise<void> {
  for (const file of files) {
    if (isEnded(run)) return;
    await handleOne(run, file);
  }
}

async function handleOne(run: Run, file: PlannedFile): Promise<void> {
  const { store, isDryRun, isInterrupted, add } = run;
  try {
    const { kind, sha256 } = await uploadFile({
      store,
      file,
      standing: run.standing.get(file.key),
      pending: run.pending.filter(({ key }) => key === file.key),
      isDryRun,
      hands,
      isInterrupted,
      addBytes: bytes => add({ bytes }),
    });
    run.failuresInARow = 0;
    add({ files: 1 });
    note(run, kind, { file: file.shown, key: file.key, bytes: file.bytes, sha256 });
  } catch (error) {
    if (isInterrupted()) return; // told once, for the whole run
    run.failuresInARow += 1;
    const detail = run.clean(renderFailure(error)).split('\n')[0] ?? '';
    run.lists.failed.push({ file: file.shown, key: file.key, detail });
    run.say(`failed    ${JSON.stringify(file.shown)}: ${detail}`);
  }
}

function note({ lists, say }: Run, kind: 'uploaded' | 'skipped', file: UploadedFile): void {
  lists[kind].push(file);
  say(`${kind.padEnd(8)}  ${JSON.stringify(file.file)}: ${file.bytes} bytes, ${file.key}`);
}

function isEnded(run: Run): boolean {
  return run.isInterrupted() || run.failuresInARow >= maxFailuresInARow;
}

function findEnd(run: Run): Failure | undefined {
  if (!isEnded(run)) return undefined;
  const what = run.isInterrupted()
    ? 'was interrupted'
    : `gave up: ${maxFailuresInARow} files failed in a row`;
  return new Failure({ where: 'upload', what, hint: 'Run the command again: it goes on from there.' });
}
