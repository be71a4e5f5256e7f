import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  type S3Client,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';

/** One part's bytes; S3 checks them against the SHA-256, given in base64. */
export interface Part {
  /** From 1. */
  readonly number: number;
  readonly body: NonNullable<UploadPartCommandInput['Body']>;
  readonly length: number;
  readonly sha256: string;
}

/** An object that is written in parts. It appears whole, by the request that completes it, or not at all. */
export interface MultipartUpload {
  readonly put: (part: Part, signal?: AbortSignal) => Promise<void>;
  readonly complete: (condition?: Condition) => Promise<void>;
  /** Takes back the parts that are there. What that fails to take back expires by the bucket's lifecycle. */
  readonly abort: () => Promise<void>;
}
export type Condition = Pick<CompleteMultipartUploadCommandInput, 'IfMatch' | 'IfNoneMatch'>;

export async function beginMultipart(
  client: S3Client,
  object: Omit<CreateMultipartUploadCommandInput, 'ChecksumAlgorithm'>,
): Promise<MultipartUpload> {
  const created = await client.send(
    new CreateMultipartUploadCommand({ ...object, ChecksumAlgorithm: 'SHA256' }),
  );
  const upload = { Bucket: object.Bucket, Key: object.Key, UploadId: created.UploadId };
  const parts: CompletedPart[] = [];
  return {
    put: async ({ number: PartNumber, body: Body, length: ContentLength, sha256 }, signal) => {
      const { ETag } = await client.send(
        new UploadPartCommand({ ...upload, PartNumber, Body, ContentLength, ChecksumSHA256: sha256 }),
        signal === undefined ? {} : { abortSignal: signal },
      );
      parts[PartNumber - 1] = { PartNumber, ETag, ChecksumSHA256: sha256 };
    },
    complete: async condition => {
      await client.send(
        new CompleteMultipartUploadCommand({ ...upload, ...condition, MultipartUpload: { Parts: parts } }),
      );
    },
    abort: async () => {
      // The fault that led here is the one that counts.
      await client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
    },
  };
}
