/** The worker bucket as redrive sees it: every write and every deletion under a condition. */
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { decodeListedKey } from '../../worker/shared/keys.ts';
import type { Head, Listed } from '../core/redrive.ts';
import { copySource, statusOf } from './objects.ts';

/** What a condition said: something else stands there, or nothing. */
export type Missed = 'changed' | 'gone';
type Metadata = Readonly<Record<string, string>>;

/** Whatever S3 refuses for another reason than a condition is thrown. */
export type RedriveStore = {
  readonly hasBucket: () => Promise<boolean>;
  /** All objects below a prefix, page by page. */
  readonly list: (prefix: string) => AsyncGenerator<Listed>;
  readonly head: (objectKey: string) => Promise<Head | undefined>;
  /** A text of at most 64 KiB. */
  readonly readText: (object: Listed) => Promise<string | Missed>;
  /** Copies the version with this ETag inside the bucket. Gives the copy's ETag. */
  readonly copy: (input: {
    readonly from: string;
    readonly etag: string;
    readonly to: string;
    readonly metadata: Metadata;
  }) => Promise<{ readonly etag: string } | Missed>;
  /** Writes an object's bytes where nothing stands, streamed and checked against their SHA-256 (hexadecimal) by S3. */
  readonly send: (input: {
    readonly from: string;
    readonly etag: string;
    readonly to: string;
    readonly sha256: string;
    readonly metadata: Metadata;
    /** As an upload of one part: the same bytes then have another ETag than after a PUT. */
    readonly inPart: boolean;
  }) => Promise<'written' | 'occupied' | Missed>;
  readonly remove: (objectKey: string, etag: string) => Promise<'removed' | Missed>;
};

const requestMs = 60_000;
const copyMs = 600_000;
/** No byte moves for so long: the request has failed. */
const stallMs = 60_000;
const maxTextBytes = 65_536;

export function openRedriveStore(s3: S3Client, bucket: string): RedriveStore {
  const Bucket = bucket;
  const within = (ms: number) => ({ abortSignal: AbortSignal.timeout(ms) });
  return {
    hasBucket: async () =>
      (await unlessMissing(s3.send(new HeadBucketCommand({ Bucket }), within(requestMs)))) !== undefined,

    list: async function* (Prefix) {
      for (let startAfter: string | undefined, isMore = true; isMore; ) {
        const page = await s3.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix,
            EncodingType: 'url',
            ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
          }),
          within(requestMs),
        );
        for (const { Key, ETag, Size, LastModified } of page.Contents ?? []) {
          if (Key === undefined || ETag === undefined || Size === undefined || LastModified === undefined)
            throw new Error('LIST: expected key, ETag, size and time of each object, got less');
          startAfter = decodeListedKey(Key);
          yield { objectKey: startAfter, etag: ETag, bytes: Size, modified: LastModified };
        }
        isMore = page.IsTruncated === true;
      }
    },

    head: async Key => {
      const answer = await unlessMissing(s3.send(new HeadObjectCommand({ Bucket, Key }), within(requestMs)));
      if (answer === undefined) return undefined;
      const { ETag, ContentLength, LastModified, Metadata = {} } = answer;
      if (ETag === undefined || ContentLength === undefined || LastModified === undefined)
        throw new Error('HEAD: expected ETag, length and time, got less');
      return { etag: ETag, bytes: ContentLength, modified: LastModified, metadata: Metadata };
    },

    readText: async ({ objectKey, etag, bytes }) => {
      if (bytes > maxTextBytes) return '';
      try {
        const command = new GetObjectCommand({ Bucket, Key: objectKey, IfMatch: etag });
        const answer = await s3.send(command, within(requestMs));
        return (await answer.Body?.transformToString()) ?? '';
      } catch (error) {
        return missed(error);
      }
    },

    copy: async ({ from, etag, to, metadata }) => {
      try {
        const answer = await s3.send(
          new CopyObjectCommand({
            Bucket,
            Key: to,
            CopySource: copySource(bucket, from),
            CopySourceIfMatch: etag,
            MetadataDirective: 'REPLACE',
            Metadata: metadata,
          }),
          within(copyMs),
        );
        const copied = answer.CopyObjectResult?.ETag;
        if (copied === undefined) throw new Error('COPY: expected an ETag, got none');
        return { etag: copied };
      } catch (error) {
        return missed(error);
      }
    },

    send: async ({ from, etag, to, sha256, metadata, inPart }) => {
      const abort = new AbortController();
      const options = { abortSignal: abort.signal };
      let body: Readable;
      let length: number;
      try {
        const answer = await s3.send(new GetObjectCommand({ Bucket, Key: from, IfMatch: etag }), options);
        if (!(answer.Body instanceof Readable) || answer.ContentLength === undefined)
          throw new Error('GET: expected a stream and its length, got neither');
        body = answer.Body;
        length = answer.ContentLength;
      } catch (error) {
        return missed(error);
      }
      const watched = watchBody(body, error => abort.abort(error));
      try {
        const object = { Bucket, Key: to, Metadata: metadata };
        const content = {
          Body: watched.body,
          ContentLength: length,
          ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
        };
        if (inPart) await putInPart(s3, object, content, options);
        else await s3.send(new PutObjectCommand({ ...object, ...content, IfNoneMatch: '*' }), options);
        return 'written';
      } catch (error) {
        // 409: another conditional write was under way. A missing bucket is thrown.
        if (missed(error) === 'changed') return 'occupied';
        throw error;
      } finally {
        watched.close();
      }
    },

    remove: async (Key, etag) => {
      try {
        await s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch: etag }), within(requestMs));
        return 'removed';
      } catch (error) {
        return missed(error);
      }
    },
  };
}

/** The object appears with the last request, only where nothing stands; parts that a kill leaves expire. */
async function putInPart(
  s3: S3Client,
  object: { readonly Bucket: string; readonly Key: string; readonly Metadata: Metadata },
  content: { readonly Body: Readable; readonly ContentLength: number; readonly ChecksumSHA256: string },
  options: { readonly abortSignal: AbortSignal },
): Promise<void> {
  const { Bucket, Key } = object;
  const { UploadId } = await s3.send(
    new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: 'SHA256' }),
    options,
  );
  const upload = { Bucket, Key, UploadId };
  try {
    const { ETag } = await s3.send(new UploadPartCommand({ ...upload, ...content, PartNumber: 1 }), options);
    const part = { PartNumber: 1, ETag, ChecksumSHA256: content.ChecksumSHA256 };
    const complete = { ...upload, MultipartUpload: { Parts: [part] }, IfNoneMatch: '*' };
    await s3.send(new CompleteMultipartUploadCommand(complete), options);
  } catch (error) {
    // The fault that counts is the first one.
    await s3
      .send(new AbortMultipartUploadCommand(upload), { abortSignal: AbortSignal.timeout(requestMs) })
      .catch(() => {});
    throw error;
  }
}

/** Tells of a body that breaks off or stalls: the request that it is piped into would wait for ever. */
function watchBody(body: Readable, fail: (error: Error) => void) {
  const stalled = () => fail(new Error(`no byte has moved for ${stallMs / 1000} s`));
  let timer = setTimeout(stalled, stallMs);
  async function* chunks() {
    for await (const chunk of body) {
      clearTimeout(timer);
      timer = setTimeout(stalled, stallMs);
      yield chunk;
    }
  }
  const watched = Readable.from(chunks(), { objectMode: false });
  watched.once('error', fail);
  const close = () => {
    clearTimeout(timer);
    watched.destroy();
    body.destroy();
  };
  return { body: watched, close };
}

async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** Only NoSuchKey makes a 404 harmless: the bucket may be what is missing. */
function missed(error: unknown): Missed {
  const status = statusOf(error);
  if (status === 412 || status === 409) return 'changed';
  if (error instanceof Error && error.name === 'NoSuchKey') return 'gone';
  throw error;
}
