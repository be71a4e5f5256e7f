import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { RawStore } from './realtime.ts';

const s3 = new S3Client({ requestHandler: { connectionTimeout: 5_000, socketTimeout: 10_000 } });

/** The raw bucket on S3. */
export function openRawStore(Bucket: string): RawStore {
  return {
    read: async Key => {
      // The role may list this one key: a GET of a missing one would look like a missing right.
      const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 }));
      if (KeyCount === 0) return undefined;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return await Body?.transformToString();
    },
    write: async ({ key, body, contentType }) => {
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: key,
          Body: body,
          ContentType: contentType,
          ChecksumAlgorithm: 'SHA256',
        }),
      );
    },
  };
}
