/** Sending refused files back to input/: what stands where, and what may be done with a file. */
import { z } from 'zod';
import { errorKeys, folders, outputKey } from '../../worker/shared/keys.ts';
import { tryJson } from './json.ts';

/** How often a file may come back: the number stands in its metadata `redrives`. */
export const maxRedrives = 3;
/** What S3 takes in one PUT or COPY. */
const maxBytes = 5 * 1024 ** 3;
/** Files on their way, each under a name that nobody else writes. The worker's own names have a hash behind `~`. */
export const transitFolder = 'errors/~redrive/';

/** An object as a listing shows it. */
export type Listed = {
  readonly objectKey: string;
  readonly etag: string;
  readonly bytes: number;
  /** By S3's clock. */
  readonly modified: Date;
};

/** An object as HEAD shows it. */
export type Head = Omit<Listed, 'objectKey'> & { readonly metadata: Readonly<Record<string, string>> };

/** What an error record says that redrive needs. */
export type ErrorRecord = {
  readonly key: string;
  readonly reason: string;
  /** Hexadecimal SHA-256 of the file. */
  readonly sourceSha256: string;
  readonly bytes: number;
};

/** What is to be done with a file. */
export type Verdict =
  | { readonly kind: 'send' }
  | { readonly kind: 'finish'; readonly reason: FinishReason }
  | { readonly kind: 'refuse'; readonly reason: RefuseReason; readonly detail: string };

export type FinishReason = 'processed' | 'sent-before' | 'refused-again';
export type RefuseReason =
  | 'not-found'
  | 'no-record'
  | 'no-file'
  | 'not-a-record'
  | 'record-differs'
  | 'changed'
  | 'too-large'
  | 'redriven-three-times'
  | 'newer-output'
  | 'newer-error'
  | 'input-waits';

/** What `redrive --json` prints. A key is without its folder; of an object whose key is not known, its name behind `errors/`. */
export type RedriveReport = {
  readonly schemaVersion: 1;
  readonly environment: string;
  readonly bucket: string;
  /** Then nothing was changed, and the lists tell what would have been done. */
  readonly dryRun: boolean;
} & RedriveResult;

export type RedriveResult = {
  /** `redrives`: how often the file has now come back. */
  readonly sent: readonly { readonly key: string; readonly redrives: number; readonly bytes: number }[];
  /** What an earlier redrive or the worker had done already; only its leftovers went. */
  readonly finished: readonly { readonly key: string; readonly reason: FinishReason }[];
  readonly refused: readonly {
    readonly key: string;
    readonly reason: RefuseReason;
    readonly detail: string;
  }[];
  readonly failed: readonly { readonly key: string; readonly detail: string }[];
};

/** A file on its way: what the metadata of its copy in `errors/~redrive/` says. */
export type Transit = {
  /** Random; the copy's name ends in it, and the file in input/ has it as metadata `redrive-id`. */
  readonly id: string;
  readonly key: string;
  readonly sourceSha256: string;
  /** How often the file had come back before. */
  readonly redrives: number;
  /** ETag that the file had in input/. */
  readonly sourceEtag: string;
  /** ETags of the refused file and of its record. */
  readonly fileEtag: string;
  readonly recordEtag: string;
  readonly objectKey: string;
};

/**
 * Reads an error record.
 * @param objectKey where it lies: a record that tells of a file that lies elsewhere is not ours
 * @returns undefined when the worker has not written this
 */
export function parseRecord(text: string, objectKey: string): ErrorRecord | undefined {
  const parsed = recordSchema.safeParse(tryJson(text));
  if (!parsed.success) return undefined;
  return errorKeys(parsed.data.key).record === objectKey ? parsed.data : undefined;
}

/**
 * What may be done with a refused file.
 * @param found what stands under the file's name in errors/, and under its key in input/ and output/
 */
export function judgePair(
  record: ErrorRecord,
  found: {
    readonly file: Head | undefined;
    readonly input: Head | undefined;
    readonly output: Head | undefined;
  },
): Verdict {
  const { file, input, output } = found;
  if (output !== undefined && output.metadata['source-sha256'] === record.sourceSha256)
    return isOfRecord(file, record) || file === undefined
      ? { kind: 'finish', reason: 'processed' }
      : refuse('record-differs', 'file and record are not of one refusal');
  if (file === undefined) return refuse('no-file', 'the record is there, its file is not');
  if (!isOfRecord(file, record)) return refuse('record-differs', 'file and record are not of one refusal');
  if (readRedrives(file) >= maxRedrives)
    return refuse(
      'redriven-three-times',
      `has come back ${readRedrives(file)} times and was refused each time`,
    );
  if (file.bytes > maxBytes)
    return refuse('too-large', `has ${file.bytes} bytes, over the ${maxBytes} that one request may write`);
  return judgeTargets(file.modified, input, output);
}

/** What may be done with a file that an earlier redrive, or one that still runs, has set on its way. */
export function judgeTransit(
  transit: Transit,
  found: {
    readonly copy: Head;
    readonly file: Head | undefined;
    readonly input: Head | undefined;
    readonly output: Head | undefined;
  },
): Verdict {
  const { copy, file, input, output } = found;
  if (isSent(transit, input)) return { kind: 'finish', reason: 'sent-before' };
  if (output?.metadata['source-sha256'] === transit.sourceSha256)
    return { kind: 'finish', reason: 'processed' };
  if (file !== undefined) {
    if (file.metadata['source-sha256'] !== transit.sourceSha256)
      return refuse('newer-error', 'another file was refused under this key since');
    if (readRedrives(file) > transit.redrives) return { kind: 'finish', reason: 'refused-again' };
  }
  return judgeTargets(copy.modified, input, output);
}

/** Whether what stands in input/ is this very sending. */
export function isSent(transit: Transit, input: Head | undefined): boolean {
  return input?.metadata['redrive-id'] === transit.id;
}

/** Sets a refused file on its way. */
export function buildTransit(input: {
  readonly id: string;
  readonly record: ErrorRecord;
  readonly file: Head;
  readonly recordEtag: string;
}): Transit {
  const { id, record, file, recordEtag } = input;
  const { key, sourceSha256 } = record;
  const redrives = readRedrives(file);
  const objectKey = transitFolder + id;
  const sourceEtag = file.metadata['source-etag'] ?? '';
  return { id, key, sourceSha256, redrives, sourceEtag, fileEtag: file.etag, recordEtag, objectKey };
}

/** Metadata of the copy on its way. The longest key makes them 1,700 bytes; S3 takes 2,048. */
export function transitMetadata(transit: Transit): Readonly<Record<string, string>> {
  return {
    'redrive-key': Buffer.from(transit.key).toString('base64url'),
    'source-sha256': transit.sourceSha256,
    redrives: String(transit.redrives),
    'source-etag': transit.sourceEtag,
    'redriven-from': transit.fileEtag,
    'record-etag': transit.recordEtag,
  };
}

/**
 * Whether the file goes back as an upload of one part. The same bytes get another ETag that way, so a DELETE of the
 * refused file that a slow worker sends only now does not fit the one that comes back.
 */
export function goesInPart({ sourceEtag }: Transit): boolean {
  return !sourceEtag.endsWith('-1"');
}

/** Reads a copy's metadata back; undefined when redrive has not written them. */
export function parseTransit(objectKey: string, { metadata }: Head): Transit | undefined {
  const parsed = transitSchema.safeParse(metadata);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  return {
    id: objectKey.slice(transitFolder.length),
    key: Buffer.from(data['redrive-key'], 'base64url').toString(),
    sourceSha256: data['source-sha256'],
    redrives: Number(data.redrives),
    sourceEtag: data['source-etag'],
    fileEtag: data['redriven-from'],
    recordEtag: data['record-etag'],
    objectKey,
  };
}

/** Metadata of the file in input/; the worker reads `redrives`. */
export function inputMetadata(transit: Transit): Readonly<Record<string, string>> {
  return {
    redrives: String(transit.redrives + 1),
    'redriven-from': transit.fileEtag,
    'redrive-id': transit.id,
  };
}

/** The objects of a key: where the file waits, where its result goes, and where it and its record lie when refused. */
export function objectKeysOf(key: string): {
  readonly input: string;
  /** Undefined when it would be too long for S3: such a file was never processed. */
  readonly output: string | undefined;
  readonly errorFile: string;
  readonly errorRecord: string;
} {
  const { file, record } = errorKeys(key);
  return {
    input: folders.input + key,
    output: outputKey(key),
    errorFile: file,
    errorRecord: record,
  };
}

/** 0 when every chosen file was sent or done already, or none was chosen. */
export function redriveExitCode({ refused, failed }: RedriveResult): 0 | 1 {
  return refused.length + failed.length === 0 ? 0 : 1;
}

/** The result in one line. */
export function renderRedrive({ sent, finished, refused, failed }: RedriveResult, isDryRun: boolean): string {
  const counts = `${sent.length} sent, ${finished.length} finished, ${refused.length} refused, ${failed.length} failed`;
  return isDryRun ? `Nothing was changed. Would be: ${counts}` : counts;
}

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

const recordSchema = z.object({
  key: z.string(),
  reason: z.string(),
  sourceSha256: sha256Schema,
  bytes: z.int().min(0),
});

const transitSchema = z.object({
  'redrive-key': z.string(),
  'source-sha256': sha256Schema,
  redrives: z.string().regex(/^\d$/),
  'source-etag': z.string(),
  'redriven-from': z.string().min(1),
  'record-etag': z.string().min(1),
});

/** Whether file and record were written for the same bytes: the worker may have been killed between the two. */
function isOfRecord(file: Head | undefined, record: ErrorRecord): boolean {
  return file?.bytes === record.bytes && file.metadata['source-sha256'] === record.sourceSha256;
}

/** S3 tells times in whole seconds: an output of the same second may be the newer one, and is taken for it. */
function judgeTargets(refusedAt: Date, input: Head | undefined, output: Head | undefined): Verdict {
  if (output !== undefined && output.modified >= refusedAt)
    return refuse('newer-output', `a newer result stands in output/ since ${output.modified.toISOString()}`);
  if (input !== undefined)
    return input.metadata['redrive-id'] === undefined
      ? refuse('input-waits', 'another file waits in input/ under this key')
      : refuse('input-waits', 'the file was sent already and still waits in input/');
  return { kind: 'send' };
}

function refuse(reason: RefuseReason, detail: string): Verdict {
  return { kind: 'refuse', reason, detail };
}

/** What anybody may have written counts only as the number that redrive writes. */
function readRedrives({ metadata }: Head): number {
  const text = metadata['redrives'] ?? '';
  return /^\d{1,3}$/.test(text) ? Number(text) : 0;
}
