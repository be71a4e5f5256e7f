import { createHash } from 'node:crypto';
import { Failure } from '../core/failure.ts';
import { changedFailure, isChangedFailure } from '../core/upload.ts';
import { cutIntoParts, type Part, type PlannedFile, partBytes } from '../core/upload-plan.ts';
import { type Hasher, openHasher, sharedBuffer } from '../edge/hasher.ts';
import { openSource, type Source } from '../edge/upload-files.ts';
import type { Pending, StoredPart, UploadStore } from '../edge/upload-store.ts';

export type FileInput = {
  readonly store: UploadStore;
  readonly file: PlannedFile;
  /** Length of what stands under the key. */
  readonly standing: number | undefined;
  /** Uploads in parts to this key that have not ended, the newest first. */
  readonly pending: readonly Pending[];
  readonly isDryRun: boolean;
  /** Parts handled at a time. */
  readonly hands: number;
  readonly isInterrupted: () => boolean;
  readonly addBytes: (bytes: number) => void;
};

type Work = FileInput & { readonly hasher: Hasher };

export type FileOutcome = { readonly kind: 'uploaded' | 'skipped'; readonly sha256: string };

/**
 * Uploads one file, unless the same stands there.
 * @throws Failure when the file changes meanwhile; then nothing was written
 */
export async function uploadFile(given: FileInput): Promise<FileOutcome> {
  const { store, file, standing, isDryRun, addBytes } = given;
  const source = openSource(file.path);
  const input = { ...given, hasher: openHasher() };
  try {
    if (source.bytes !== file.bytes) throw changedFailure(file);
    if (isDryRun || standing === file.bytes) {
      const sha256 = await digest(input, source);
      const isThere = standing === file.bytes && (await store.readChecksum(file.key)) === sha256;
      if (isThere || isDryRun) {
        await requireUnchanged(input, source, sha256);
        if (isThere && !isDryRun) await abortAll(store, input.pending);
        addBytes(file.bytes);
        return { kind: isThere ? 'skipped' : 'uploaded', sha256 };
      }
    }
    const sha256 =
      file.bytes <= partBytes ? await sendWhole(input, source) : await sendInParts(input, source);
    return { kind: 'uploaded', sha256 };
  } finally {
    source.close();
    await input.hasher.close();
  }
}

async function sendWhole(input: Work, source: Source): Promise<string> {
  const { store, file, pending, addBytes } = input;
  const whole = { number: 1, start: 0, length: file.bytes };
  const bytes = await source.read(whole, sharedBuffer(file.bytes));
  if (bytes === undefined) throw changedFailure(file);
  const sha256 = await input.hasher.hash(bytes);
  await requireUnchanged(input, source, sha256);
  await store.put(file.key, { bytes, sha256 });
  await abortAll(store, pending);
  addBytes(file.bytes);
  return sha256;
}

/** The object appears with the last request, whole or not at all. */
async function sendInParts(input: Work, source: Source): Promise<string> {
  const { store, addBytes } = input;
  const { pending, stored } = await resumeOrBegin(input);
  const parts: StoredPart[] = [];
  try {
    await eachPart(input, source, async (part, bytes) => {
      const sha256 = await input.hasher.hash(bytes);
      const there = stored.get(part.number);
      const isThere = there?.sha256 === sha256 && there.bytes === part.length;
      parts[part.number - 1] = isThere ? there : await store.putPart(pending, part.number, { bytes, sha256 });
      addBytes(part.length);
    });
    const sha256 = join(parts.map(part => part.sha256));
    await requireUnchanged(input, source, sha256);
    if ((await store.complete(pending, parts)) === 'ended') await requireSame(input, sha256);
    await abortAll(
      store,
      input.pending.filter(({ uploadId }) => uploadId !== pending.uploadId),
    );
    return sha256;
  } catch (error) {
    // Parts of bytes that are no more are of no use. Any other fault leaves them to the next run.
    if (isChangedFailure(error)) await store.abort(pending);
    if (!isEnded(error)) throw error;
    return requireSame(input, await digest(input, source));
  }
}

/** What an earlier run has begun is gone on with, where it left parts. */
async function resumeOrBegin({ store, file, pending }: FileInput): Promise<{
  readonly pending: Pending;
  readonly stored: ReadonlyMap<number, StoredPart>;
}> {
  for (const earlier of pending) {
    const stored = await store.listParts(earlier);
    if (stored === undefined || stored.size === 0) continue;
    store.resume(earlier);
    return { pending: earlier, stored };
  }
  return { pending: await store.begin(file.key), stored: new Map() };
}

/** Another run may have ended the very same upload. */
async function requireSame({ store, file }: FileInput, sha256: string): Promise<string> {
  if ((await store.readChecksum(file.key)) === sha256) return sha256;
  throw new Failure({
    where: file.shown,
    what: 'its upload was ended by somebody else',
    hint: 'Run the command again.',
  });
}

function isEnded(error: unknown): boolean {
  return error instanceof Error && error.name === 'NoSuchUpload';
}

/** @throws Failure unless the file is still the one whose bytes were read */
async function requireUnchanged(input: Work, source: Source, sha256: string): Promise<void> {
  // A change within one tick of the clock that file times come from shows in the bytes alone.
  const isOther = source.isFresh && (await digest(input, source)) !== sha256;
  if (isOther || !source.isSame()) throw changedFailure(input.file);
}

/** SHA-256 of a file as S3 will have it. */
async function digest(input: Work, source: Source): Promise<string> {
  const hashes: string[] = [];
  await eachPart(input, source, async ({ number }, bytes) => {
    hashes[number - 1] = await input.hasher.hash(bytes);
  });
  if (input.file.bytes > partBytes) return join(hashes);
  return hashes[0] ?? hash(Buffer.alloc(0));
}

/** Several hands, each with one buffer; after the first fault no other part is begun, and those in hand are awaited. */
async function eachPart(
  { file, hands, isInterrupted }: Work,
  source: Source,
  work: (part: Part, bytes: Buffer) => Promise<void>,
): Promise<void> {
  const queue = cutIntoParts(file.bytes);
  const size = queue[0]?.length ?? 0;
  const count = Math.max(
    1,
    Math.min(hands, queue.length, Math.floor((hands * partBytes) / Math.max(1, size))),
  );
  let [next, isStopped] = [0, false];
  const hand = async () => {
    const buffer = sharedBuffer(size);
    for (let part = queue[next++]; part !== undefined && !isStopped; part = queue[next++]) {
      if (isInterrupted()) throw new Error('interrupted');
      const bytes = await source.read(part, buffer);
      if (bytes === undefined) throw changedFailure(file);
      await work(part, bytes);
    }
  };
  const ends = await Promise.allSettled(
    Array.from({ length: count }, () =>
      hand().catch(error => {
        isStopped = true;
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function abortAll(store: UploadStore, pending: readonly Pending[]): Promise<void> {
  for (const one of pending) await store.abort(one);
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** As S3 makes the checksum of an object in parts: the SHA-256 of their SHA-256s, and how many. */
function join(hashes: readonly string[]): string {
  const raw = Buffer.concat(hashes.map(one => Buffer.from(one, 'base64')));
  return `${hash(raw)}-${hashes.length}`;
}
