/** The bucket as an upload sees it. Every body is sent with its SHA-256, which S3 checks. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { decodeListedKey } from '../../worker/shared/keys.ts';
import { signWithChecksum } from '../../worker/shared/sign-with-checksum.ts';
import { deniedFailure, type UploadRight } from '../core/upload-rights.ts';
import { statusOf } from './objects.ts';
import { openUploadNotes } from './upload-notes.ts';
import { openPuts } from './upload-puts.ts';

/** An upload in parts that has begun and not ended. */
export type Pending = { readonly key: string; readonly uploadId: string };
export type StoredPart = { readonly etag: string; readonly bytes: number; readonly sha256: string };
/** `sha256` in base64. */
export type Body = { readonly bytes: Buffer; readonly sha256: string };

export type UploadStore = {
  /** Length of each object below a prefix, by its key. */
  readonly list: (prefix: string) => Promise<ReadonlyMap<string, number>>;
  /** What this machine has begun, on any day, in a run that is no more. */
  readonly listLeft: () => readonly Pending[];
  /** What has begun below a prefix, the newest of a key first. */
  readonly listPending: (prefix: string) => Promise<readonly Pending[]>;
  /** SHA-256 of an object as S3 has it; undefined where there is no object or it was written without one. */
  readonly readChecksum: (key: string) => Promise<string | undefined>;
  readonly put: (key: string, body: Body) => Promise<void>;
  readonly begin: (key: string) => Promise<Pending>;
  /** Keeps what an earlier run has begun from being taken for left, while this one goes on with it. */
  readonly resume: (pending: Pending) => void;
  /** The parts that are there, by number; undefined when the upload has ended. Those without a checksum are left out. */
  readonly listParts: (pending: Pending) => Promise<ReadonlyMap<number, StoredPart> | undefined>;
  readonly putPart: (pending: Pending, number: number, body: Body) => Promise<StoredPart>;
  /** @returns `ended` when the upload was completed or given up by somebody */
  readonly complete: (pending: Pending, parts: readonly StoredPart[]) => Promise<'completed' | 'ended'>;
  readonly abort: (pending: Pending) => Promise<void>;
};

const requestMs = 60_000;
/** A body over a slow line, among all the others that share it. */
const bodyMs = 1_800_000;

/**
 * @param input.accountId whom the bucket must belong to: S3 refuses every request to another's
 * @param input.noteDir where uploads in parts are noted until they end
 * @param input.signal ends all requests
 */
export function openUploadStore(input: {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly accountId: string;
  readonly noteDir: string;
  readonly signal: AbortSignal;
}): UploadStore {
  const { s3, signal } = input;
  signWithChecksum(s3);
  const place = { Bucket: input.bucket, ExpectedBucketOwner: input.accountId };
  const putObject = openPuts(s3, place);
  const notes = openUploadNotes(input.noteDir, input.bucket);
  const within = (ms: number) => ({ abortSignal: AbortSignal.any([signal, AbortSignal.timeout(ms)]) });
  const ask = <T>(right: UploadRight, key: string | undefined, request: Promise<T>): Promise<T> =>
    request.catch((cause: unknown) => {
      throw isDenied(cause) ? deniedFailure({ bucket: input.bucket, key, right, cause }) : cause;
    });
  const named = ({ key, uploadId }: Pending) => ({ ...place, Key: key, UploadId: uploadId });
  return {
    list: async Prefix => {
      const found = new Map<string, number>();
      for (let after: string | undefined, isMore = true; isMore; ) {
        const start = after === undefined ? {} : { StartAfter: after };
        const command = new ListObjectsV2Command({ ...place, Prefix, EncodingType: 'url', ...start });
        const page = await ask('s3:ListBucket', undefined, s3.send(command, within(requestMs)));
        for (const { Key = '', Size = 0 } of page.Contents ?? []) {
          after = decodeListedKey(Key);
          found.set(after, Size);
        }
        isMore = page.IsTruncated === true;
      }
      return found;
    },

    listLeft: notes.left,

    listPending: async Prefix => {
      const found: { readonly key: string; readonly uploadId: string; readonly begun: number }[] = [];
      let marker: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {};
      while (marker !== undefined) {
        const page: Awaited<ReturnType<typeof listUploads>> = await listUploads(Prefix, marker);
        for (const { Key = '', UploadId = '', Initiated } of page.Uploads ?? [])
          found.push({ key: decodeListedKey(Key), uploadId: UploadId, begun: Initiated?.getTime() ?? 0 });
        const { NextKeyMarker = '', NextUploadIdMarker = '' } = page;
        marker =
          page.IsTruncated === true
            ? { KeyMarker: decodeListedKey(NextKeyMarker), UploadIdMarker: NextUploadIdMarker }
            : undefined;
      }
      return found.sort((a, b) => b.begun - a.begun);
    },

    readChecksum: async Key => {
      try {
        const command = new HeadObjectCommand({ ...place, Key, ChecksumMode: 'ENABLED' });
        return (await ask('s3:GetObject', Key, s3.send(command, within(requestMs)))).ChecksumSHA256;
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },

    put: (key, body) => ask('s3:PutObject', key, putObject({ key, ...body }, within(bodyMs).abortSignal)),

    begin: async key => {
      const command = new CreateMultipartUploadCommand({ ...place, Key: key, ChecksumAlgorithm: 'SHA256' });
      const { UploadId } = await ask('s3:PutObject', key, s3.send(command, within(requestMs)));
      if (UploadId === undefined) throw new Error('CreateMultipartUpload: expected an id, got none');
      const pending = { key, uploadId: UploadId };
      notes.add(pending);
      return pending;
    },

    resume: notes.join,

    listParts: async pending => {
      const found = new Map<number, StoredPart>();
      for (let after: string | undefined, isMore = true; isMore; ) {
        const marker = after === undefined ? {} : { PartNumberMarker: after };
        const asked = s3.send(new ListPartsCommand({ ...named(pending), ...marker }), within(requestMs));
        const page = await unlessEnded(ask('s3:ListMultipartUploadParts', pending.key, asked));
        if (page === undefined) return undefined;
        for (const { PartNumber, ETag, Size, ChecksumSHA256 } of page.Parts ?? [])
          if (
            PartNumber !== undefined &&
            ETag !== undefined &&
            Size !== undefined &&
            ChecksumSHA256 !== undefined
          )
            found.set(PartNumber, { etag: ETag, bytes: Size, sha256: ChecksumSHA256 });
        after = page.NextPartNumberMarker;
        isMore = page.IsTruncated === true && after !== undefined;
      }
      return found;
    },

    putPart: async (pending, number, { bytes, sha256 }) => {
      const command = new UploadPartCommand({
        ...named(pending),
        PartNumber: number,
        Body: bytes,
        ContentLength: bytes.length,
        ChecksumSHA256: sha256,
      });
      const { ETag } = await ask('s3:PutObject', pending.key, s3.send(command, within(bodyMs)));
      if (ETag === undefined) throw new Error('UploadPart: expected an ETag, got none');
      return { etag: ETag, bytes: bytes.length, sha256 };
    },

    complete: async (pending, parts) => {
      const Parts = parts.map(({ etag, sha256 }, at) => ({
        PartNumber: at + 1,
        ETag: etag,
        ChecksumSHA256: sha256,
      }));
      const command = new CompleteMultipartUploadCommand({ ...named(pending), MultipartUpload: { Parts } });
      const asked = ask('s3:PutObject', pending.key, s3.send(command, within(bodyMs)));
      const outcome = (await unlessEnded(asked)) === undefined ? 'ended' : 'completed';
      notes.remove(pending);
      return outcome;
    },

    abort: async pending => {
      const asked = s3.send(new AbortMultipartUploadCommand(named(pending)), within(requestMs));
      await unlessEnded(ask('s3:AbortMultipartUpload', pending.key, asked));
      notes.remove(pending);
    },
  };

  function listUploads(Prefix: string, marker: object) {
    const command = new ListMultipartUploadsCommand({ ...place, Prefix, EncodingType: 'url', ...marker });
    return ask('s3:ListBucketMultipartUploads', undefined, s3.send(command, within(requestMs)));
  }
}

/** Whether rights are lacking: keys that are wrong are answered with 403 too. */
function isDenied(error: unknown): error is Error {
  return error instanceof Error && statusOf(error) === 403 && !/Signature|AccessKey|Skewed/.test(error.name);
}

async function unlessEnded<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchUpload') return undefined;
    throw error;
  }
}
