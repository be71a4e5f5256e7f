import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { beginMultipart } from '../../shared/multipart.ts';
import { signWithChecksum } from '../../shared/sign-with-checksum.ts';
import type { ArchiveStore } from './batch.ts';
import { dayPrefix } from './hour.ts';
import { openPartWriter } from './part-writer.ts';

const s3 = new S3Client({
  requestChecksumCalculation: 'WHEN_REQUIRED',
  requestHandler: { connectionTimeout: 5_000, socketTimeout: 30_000 },
});
signWithChecksum(s3);

/** The raw bucket on S3. */
export function openArchiveStore(Bucket: string): ArchiveStore {
  return {
    list: async hours => {
      const keys = new Set<string>();
      for (const Prefix of new Set(hours.map(dayPrefix))) {
        for (let ContinuationToken: string | undefined, isMore = true; isMore; ) {
          const page = await s3.send(new ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
          for (const { Key = '' } of page.Contents ?? []) keys.add(Key);
          ContinuationToken = page.NextContinuationToken;
          isMore = ContinuationToken !== undefined;
        }
      }
      return keys;
    },
    write: Key => openPartWriter(() => beginMultipart(s3, { Bucket, Key, ContentType: 'application/gzip' })),
  };
}
