/** The bucket of an upload: there and usable, or made. */

import { join } from 'node:path';
import {
  BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Failure } from '../core/failure.ts';
import { type BucketObstacle, bucketDefaults, bucketFailure, buildTlsPolicy } from '../core/upload-bucket.ts';
import { readText, removeFile, writeFile } from './files.ts';
import { statusOf } from './objects.ts';

/** Where buckets are looked for and made. */
export type BucketPlace = {
  readonly s3: S3Client;
  readonly region: string;
  readonly accountId: string;
  /** Holds a note of each bucket that is being made: only such a one may be completed later. */
  readonly noteDir: string;
};

const requestMs = 60_000;
const within = () => ({ abortSignal: AbortSignal.timeout(requestMs) });

/**
 * Whether a bucket is there.
 * @throws Failure when it is there and cannot be used: it is somebody else's, in another region, or forbidden
 */
export async function hasBucket(place: BucketPlace, bucket: string): Promise<boolean> {
  const { s3, region, accountId } = place;
  try {
    const head = new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: accountId });
    const { BucketRegion = region } = await s3.send(head, within());
    if (BucketRegion !== region) throw bucketFailure(bucket, { kind: 'region', region: BucketRegion }, place);
    return true;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return false;
    const elsewhere = regionIn(error);
    if (status === 301 || (status === 400 && elsewhere !== undefined))
      throw bucketFailure(bucket, { kind: 'region', region: elsewhere }, place);
    if (status === 403) throw bucketFailure(bucket, await whyForbidden(place, bucket), place);
    throw error;
  }
}

/**
 * Makes a bucket with the defaults of the lake's own. One that could not be closed is removed again; after a kill, or
 * where that fails too, its note stays and `completeBucket` goes on.
 * @throws Failure when the name is taken or there is no right to
 */
export async function createBucket(place: BucketPlace, bucket: string): Promise<void> {
  const { s3, region } = place;
  const note = noteOf(place, bucket);
  writeFile(note, '');
  const constraint = Object.values(BucketLocationConstraint).find(value => value === region);
  const command = new CreateBucketCommand({
    Bucket: bucket,
    ObjectOwnership: 'BucketOwnerEnforced',
    // us-east-1 is what S3 takes without one, and it refuses the name.
    ...(constraint === undefined ? {} : { CreateBucketConfiguration: { LocationConstraint: constraint } }),
  });
  try {
    await s3.send(command, within());
  } catch (error) {
    // Without an answer it may be there.
    if ((statusOf(error) ?? 500) < 500) removeFile(note);
    if (error instanceof Error && error.name === 'BucketAlreadyExists')
      throw bucketFailure(bucket, { kind: 'foreign' }, place);
    throw makingFailure(bucket, 's3:CreateBucket', error);
  }
  try {
    await closeBucket(s3, bucket);
  } catch (error) {
    await s3.send(new DeleteBucketCommand({ Bucket: bucket }), within()).then(
      () => removeFile(note),
      () => undefined, // the first error is the one to tell; it says that the bucket may be left
    );
    throw error;
  }
  removeFile(note);
}

/**
 * Gives a bucket that an earlier run of this machine has begun to make what it still lacks.
 * @returns whether there was anything to do: a bucket of another making is left as it is
 */
export async function completeBucket(place: BucketPlace, bucket: string): Promise<boolean> {
  const note = noteOf(place, bucket);
  if (readText(note) === undefined) return false;
  await closeBucket(place.s3, bucket);
  removeFile(note);
  return true;
}

function noteOf({ noteDir }: BucketPlace, bucket: string): string {
  return join(noteDir, `${bucket}.bucket`);
}

async function closeBucket(s3: S3Client, Bucket: string): Promise<void> {
  const steps = {
    's3:PutBucketPublicAccessBlock': () =>
      s3.send(
        new PutPublicAccessBlockCommand({
          Bucket,
          PublicAccessBlockConfiguration: bucketDefaults.publicAccess,
        }),
        within(),
      ),
    's3:PutEncryptionConfiguration': () =>
      s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: { Rules: [...bucketDefaults.encryption.Rules] },
        }),
        within(),
      ),
    's3:PutBucketVersioning': () =>
      s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
        within(),
      ),
    's3:PutBucketPolicy': () =>
      s3.send(new PutBucketPolicyCommand({ Bucket, Policy: buildTlsPolicy(Bucket) }), within()),
    's3:PutLifecycleConfiguration': () =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: [...bucketDefaults.lifecycle.Rules] },
        }),
        within(),
      ),
  };
  for (const [right, step] of Object.entries(steps)) {
    await step().catch((error: unknown) => {
      throw makingFailure(Bucket, right, error);
    });
  }
}

function makingFailure(bucket: string, right: string, cause: unknown): Failure {
  const detail = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const isDenied = statusOf(cause) === 403;
  return new Failure({
    where: `bucket ${bucket}`,
    what: isDenied
      ? `these credentials have no right to make it (${right})`
      : `could not be made (${right}): ${detail}`,
    hint: isDenied
      ? 'Ask for that right, or name a bucket that is there. Look whether an unfinished one is left.'
      : 'Run the command again. Look whether an unfinished one is left.',
    cause,
  });
}

/** S3 answers alike for what is not ours and what we may not see; the list of our own buckets tells them apart. */
async function whyForbidden({ s3 }: BucketPlace, bucket: string): Promise<BucketObstacle> {
  try {
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}), within());
    return { kind: Buckets.some(({ Name }) => Name === bucket) ? 'forbidden' : 'foreign' };
  } catch {
    return { kind: 'unknown' }; // no right to list them, which is common
  }
}

/** The region that S3 names when it sends a request elsewhere. */
function regionIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('$response' in error)) return undefined;
  const { $response: response } = error;
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const headers: unknown = response.headers;
  if (typeof headers !== 'object' || headers === null || !('x-amz-bucket-region' in headers))
    return undefined;
  return String(headers['x-amz-bucket-region']);
}
