import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type PutObjectCommandInput,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

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
  const created = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, Metadata, ChecksumAlgorithm: 'SHA256' }),
  );
  const upload = { Bucket, Key, UploadId: created.UploadId };
  try {
    const parts: CompletedPart[] = [];
    for (const part of cutParts(file.length, limits)) {
      const ChecksumSHA256 = await hashPart(file.path, part);
      const { ETag } = await client.send(
        new UploadPartCommand({
          ...upload,
          PartNumber: part.number,
          Body: createReadStream(file.path, part),
          ContentLength: part.end - part.start + 1,
          ChecksumSHA256,
        }),
      );
      parts.push({ PartNumber: part.number, ETag, ChecksumSHA256 });
    }
    await client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: parts },
        ...(IfMatch === undefined ? { IfNoneMatch } : { IfMatch }),
      }),
    );
  } catch (error) {
    // The fault that counts is the first one; parts that stay expire.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
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
