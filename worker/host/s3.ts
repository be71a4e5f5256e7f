import { createReadStream, type ReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import {
  type _Object,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from '@aws-sdk/client-s3';
import { decodeListedKey, folders } from '../shared/keys.ts';
import { statusOf } from './faults.ts';
import { type PutLimits, putInParts, s3PutLimits } from './large-put.ts';
import { inTime, keepPace } from './pace.ts';
import type { Content, Entry, Head, Page, Store, Upload } from './store.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const connectionTimeout = 5_000;
/** Silence on a connection, also in the middle of a body, after which the request has failed. */
const socketTimeout = 30_000;
/** A whole answer that is no content, after three attempts at the most. */
const answerSeconds = 120;
/** Bytes a second that any line to S3 carries; what a PUT gets beside the time for its answer. */
const slowestUpload = 32 * 1024;
const metadataNames = {
  sourceSha256: 'source-sha256',
  sourceEtag: 'source-etag',
  sourceVersionId: 'source-version-id',
  redrives: 'redrives',
} as const;

/** The bucket on S3, or on whatever AWS_ENDPOINT_URL names. */
export function openStore(input: {
  readonly bucket: string;
  readonly region: string;
  readonly concurrency: number;
  readonly putLimits?: PutLimits;
}): Store {
  const { bucket: Bucket, putLimits = s3PutLimits } = input;
  const { client, once } = createClients(input.region, input.concurrency);
  const readTime = watchClock(client);

  return {
    async list(startAfter) {
      const command = new ListObjectsV2Command({
        Bucket,
        Prefix: folders.input,
        EncodingType: 'url',
        ...(startAfter === undefined ? {} : { StartAfter: folders.input + startAfter }),
      });
      const answer = await inTime(answerSeconds, client.send(command));
      return toPage(answer, readTime(answer));
    },

    async head(Key) {
      try {
        const answer = await inTime(answerSeconds, client.send(new HeadObjectCommand({ Bucket, Key })));
        return toHead(answer);
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    },

    async get(key, etag) {
      try {
        const command = new GetObjectCommand({ Bucket, Key: folders.input + key, IfMatch: etag });
        return toContent(await inTime(answerSeconds, client.send(command)));
      } catch (error) {
        return missed(error);
      }
    },

    async put(upload) {
      try {
        const put = toPut(Bucket, upload);
        const sent: Promise<unknown> =
          upload.length > putLimits.singlePut
            ? putInParts(once, put, upload, putLimits)
            : once.send(new PutObjectCommand({ ...put, Body: openUpload(upload) }));
        await inTime(answerSeconds + upload.length / slowestUpload, sent);
        return 'written';
      } catch (error) {
        // Missed either way: another object stands there, or the one to be replaced is gone.
        missed(error);
        return 'changed';
      }
    },

    async delete(key, etag) {
      try {
        const command = new DeleteObjectCommand({ Bucket, Key: folders.input + key, IfMatch: etag });
        await inTime(answerSeconds, once.send(command));
        return 'deleted';
      } catch (error) {
        return missed(error);
      }
    },
  };
}

/**
 * `client` repeats what failed for a passing reason. `once` is for what changes something: sent again, it might meet
 * files of the same bytes that came meanwhile.
 */
function createClients(region: string, concurrency: number): Readonly<Record<'client' | 'once', S3Client>> {
  // The SDK would print a warning about Node 20 in each minute's run.
  Object.assign(process.env, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' });
  const agent = { keepAlive: true, maxSockets: concurrency * 2 };
  const settings = {
    region,
    // What fails is thrown, and stands in the log once; the SDK would print it beside the log's lines as well.
    logger: silent,
    // Each kind of request is put together once; nothing is added to a client after its first request.
    cacheMiddleware: true,
    // The checksum of each PUT is given; one that the SDK adds by itself would be CRC in JavaScript.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout, socketTimeout, httpAgent: agent, httpsAgent: agent },
  } as const;
  const client = new S3Client({ ...settings, maxAttempts: 3 });
  const { credentials, requestHandler } = client.config;
  const once = new S3Client({ ...settings, credentials, requestHandler, maxAttempts: 1 });
  // It prepares an entry for each request, which the silent logger then drops.
  for (const { middlewareStack } of [client, once]) middlewareStack.remove('loggerMiddleware');
  return { client, once };
}

/** The SDK hands out no headers; this keeps the Date of each answer as long as the answer is kept. */
function watchClock(client: S3Client): (answer: object) => Date {
  const headers = new WeakMap<object, string>();
  client.middlewareStack.add(
    next => async args => {
      const result = await next(args);
      const header = 'response' in result ? dateHeader(result.response) : undefined;
      if (header !== undefined) headers.set(result.output, header);
      return result;
    },
    { step: 'initialize', name: 'watchClock' },
  );
  return answer => {
    const header = headers.get(answer);
    return header === undefined ? new Date() : new Date(header);
  };
}

function dateHeader(response: unknown): string | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return undefined;
  return typeof headers.date === 'string' ? headers.date : undefined;
}

function toPage(answer: ListObjectsV2CommandOutput, time: Date): Page {
  const entries = (answer.Contents ?? []).map(toEntry);
  return { entries, next: answer.IsTruncated ? entries.at(-1)?.key : undefined, time };
}

function toEntry({ Key, ETag, Size, LastModified }: _Object): Entry {
  if (Key === undefined || ETag === undefined || Size === undefined || LastModified === undefined) {
    throw new Error('LIST: expected key, ETag, size and time of each object, got less');
  }
  return {
    key: decodeListedKey(Key).slice(folders.input.length),
    etag: ETag,
    size: Size,
    modified: LastModified,
  };
}

function toHead(answer: HeadObjectCommandOutput): Head {
  if (answer.ETag === undefined) throw new Error('HEAD: expected an ETag, got none');
  return { etag: answer.ETag, sourceSha256: answer.Metadata?.[metadataNames.sourceSha256] };
}

function toContent(answer: GetObjectCommandOutput): Content {
  if (!(answer.Body instanceof Readable) || answer.ContentLength === undefined) {
    throw new Error('GET: expected a stream and its length, got neither');
  }
  return {
    body: keepPace(answer.Body),
    length: answer.ContentLength,
    md5: readMd5(answer),
    versionId: answer.VersionId,
    redrives: readRedrives(answer.Metadata),
  };
}

/** Large files in few reads. */
function openUpload({ path, length, bytes }: Upload): Buffer | ReadStream {
  if (bytes !== undefined) return bytes;
  return createReadStream(path, { highWaterMark: Math.min(1024 ** 2, length) });
}

function toPut(Bucket: string, upload: Upload): PutObjectCommandInput {
  const { objectKey, replaces, length, sha256, provenance } = upload;
  const { sourceSha256, sourceEtag, sourceVersionId, redrives } = provenance;
  return {
    Bucket,
    Key: objectKey,
    ContentLength: length,
    ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
    ...(replaces === undefined ? { IfNoneMatch: '*' } : { IfMatch: replaces }),
    Metadata: {
      [metadataNames.sourceSha256]: sourceSha256,
      [metadataNames.sourceEtag]: sourceEtag,
      ...(sourceVersionId === undefined ? {} : { [metadataNames.sourceVersionId]: sourceVersionId }),
      ...(redrives === 0 ? {} : { [metadataNames.redrives]: String(redrives) }),
    },
  };
}

/**
 * A plain ETag is the content's MD5, unless the object came in parts or is encrypted with a key of KMS or the caller's
 * (docs.aws.amazon.com, API reference, "Object").
 */
function readMd5(answer: GetObjectCommandOutput): string | undefined {
  const { ETag = '', ServerSideEncryption = 'AES256', SSECustomerAlgorithm } = answer;
  if (ServerSideEncryption !== 'AES256' || SSECustomerAlgorithm !== undefined) return undefined;
  return /^"([0-9a-f]{32})"$/.exec(ETag)?.[1];
}

/** What anybody may have written counts only as the number that redrive writes. */
function readRedrives(metadata: Readonly<Record<string, string>> | undefined): number {
  const text = metadata?.[metadataNames.redrives] ?? '';
  return /^\d{1,3}$/.test(text) ? Number(text) : 0;
}

/**
 * What it means that a conditional request was refused; any other fault is thrown again. 409 is S3's answer when
 * two conditional writes meet. Only NoSuchKey makes a 404 harmless: the bucket may be what is missing.
 */
function missed(error: unknown): 'changed' | 'gone' {
  const status = statusOf(error);
  if (status === 412 || status === 409) return 'changed';
  if (error instanceof Error && error.name === 'NoSuchKey') return 'gone';
  throw error;
}
