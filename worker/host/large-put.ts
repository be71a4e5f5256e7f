import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { beginMultipart } from '../shared/multipart.ts';

/** S3's limits (docs.aws.amazon.com, "Amazon S3 multipart upload limits"), and the size of part to begin with. */
export interface PutLimits {
  /** The largest object that one PUT takes, in bytes. */
  readonly singlePut: number;
  /** Bytes of a part, as long as that needs no more than `parts` of them. */
  readonly part: number;
  readonly parts: number;
}

const mib = 1024 ** 2;
export const s3PutLimits: PutLimits = { singlePut: 5 * 1024 * mib, part: 256 * mib, parts: 10_000 };

/**
 * Writes a file that is too large for one PUT in parts. The condition holds at the last request, which makes the
 * object appear whole or not at all; each part is checked by S3 against its SHA-256. What a kill leaves of the parts
 * expires by the bucket's lifecycle.
 */
export async function putInParts(
  client: S3Client,
  put: PutObjectCommandInput,
  file: { readonly path: string; readonly length: number },
  limits: PutLimits,
): Promise<void> {
  const { Bucket, Key, Metadata, IfMatch, IfNoneMatch } = put;
  const upload = await beginMultipart(client, { Bucket, Key, Metadata });
  try {
    for (const part of cutParts(file.length, limits)) {
      await upload.put({
        number: part.number,
        body: createReadStream(file.path, part),
        length: part.end - part.start + 1,
        sha256: await hashPart(file.path, part),
      });
    }
    await upload.complete(IfMatch === undefined ? { IfNoneMatch } : { IfMatch });
  } catch (error) {
    await upload.abort();
    throw error;
  }
}

interface Part {
  /** From 1. */
  readonly number: number;
  /** First and last byte. */
  readonly start: number;
  readonly end: number;
}

export function cutParts(length: number, limits: Omit<PutLimits, 'singlePut'>): readonly Part[] {
  const size = Math.max(limits.part, Math.ceil(length / limits.parts));
  return Array.from({ length: Math.ceil(length / size) }, (_, at) => ({
    number: at + 1,
    start: at * size,
    end: Math.min(length, (at + 1) * size) - 1,
  }));
}

async function hashPart(path: string, part: Part): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, part)) hash.update(chunk);
  return hash.digest('base64');
}
