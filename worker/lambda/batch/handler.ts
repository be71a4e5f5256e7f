import { createReadStream } from 'node:fs';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type BatchResult, ingestHour, type PutArchive } from './batch.ts';
import { parseBatchSettings } from './settings.ts';

const s3 = new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED' });

/** Entry of the function `ingest-batch`: each scheduled event brings the hour that should be published by now. */
export async function handler(): Promise<BatchResult> {
  const settings = parseBatchSettings(process.env);
  const result = await ingestHour({ settings, now: new Date(), put });
  console.log(JSON.stringify({ event: 'ingested', ...result }));
  return result;
}

const put: PutArchive = async ({ bucket, key, file }) => {
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: createReadStream(file.path),
      ContentLength: file.bytes,
      ChecksumSHA256: file.sha256,
      ContentType: 'application/gzip',
    }),
  );
};
