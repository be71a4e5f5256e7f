/** The objects of the proof: in the worker bucket and in raw. */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { AwsAccess } from './aws.ts';

export type StoredObject = { readonly body: Buffer; readonly metadata: Readonly<Record<string, string>> };
export type ListedObject = { readonly key: string; readonly lastModified: Date | undefined };

/** Every object under a prefix, page by page. A bucket that is not there yet holds nothing. */
export async function listObjects(
  s3: S3Client,
  bucket: string,
  prefix: string,
): Promise<readonly ListedObject[]> {
  const found: ListedObject[] = [];
  let token: string | undefined;
  do {
    const page = await s3
      .send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ...(token === undefined ? {} : { ContinuationToken: token }),
        }),
      )
      .catch((error: unknown) => {
        if (error instanceof Error && error.name === 'NoSuchBucket')
          return { Contents: [], NextContinuationToken: undefined };
        throw error;
      });
    found.push(
      ...(page.Contents ?? []).map(({ Key = '', LastModified }) => ({
        key: Key,
        lastModified: LastModified,
      })),
    );
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return found;
}

/** The object's bytes and metadata, or undefined when there is none. */
export async function readObject(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<StoredObject | undefined> {
  try {
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return {
      body: Buffer.from((await object.Body?.transformToByteArray()) ?? []),
      metadata: object.Metadata ?? {},
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

export async function copyObject(s3: S3Client, bucket: string, from: string, to: string): Promise<void> {
  await s3.send(new CopyObjectCommand({ Bucket: bucket, CopySource: copySource(bucket, from), Key: to }));
}

/** An object as CopyObject wants it named. */
export function copySource(bucket: string, key: string): string {
  return [bucket, ...key.split('/')].map(encodeURIComponent).join('/');
}

export async function deleteObjects(s3: S3Client, bucket: string, keys: readonly string[]): Promise<void> {
  for (const key of keys) await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}

/**
 * Tries the conditions that the worker's safety rests on, on a key of its own.
 * @returns the conditions that the bucket does not honour
 */
export async function findUnhonouredConditions(
  s3: S3Client,
  bucket: string,
  key: string,
): Promise<readonly string[]> {
  const object = { Bucket: bucket, Key: key };
  const otherETag = '"00000000000000000000000000000000"';
  await s3.send(new PutObjectCommand({ ...object, Body: 'probe' }));
  const attempts = {
    'PUT If-None-Match': () => s3.send(new PutObjectCommand({ ...object, Body: 'again', IfNoneMatch: '*' })),
    'PUT If-Match': () => s3.send(new PutObjectCommand({ ...object, Body: 'again', IfMatch: otherETag })),
    'GET If-Match': () => s3.send(new GetObjectCommand({ ...object, IfMatch: otherETag })),
    'DELETE If-Match': () => s3.send(new DeleteObjectCommand({ ...object, IfMatch: otherETag })),
  };
  const unhonoured: string[] = [];
  for (const [name, attempt] of Object.entries(attempts)) {
    if (await succeeds(attempt())) unhonoured.push(name);
  }
  await s3.send(new DeleteObjectCommand(object));
  return unhonoured;
}

/** What time the store has: ages and "since" are told by its clock, not by this machine's. */
export async function readStoreClock(access: AwsAccess): Promise<Date> {
  const url = access.local?.endpoint ?? `https://s3.${access.region}.amazonaws.com`;
  const response = await fetch(url, {
    method: 'HEAD',
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  });
  const date = response.headers.get('date');
  return date === null ? new Date() : new Date(date);
}

async function succeeds(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (statusOf(error) === 412 || (error instanceof Error && error.name === 'PreconditionFailed'))
      return false;
    throw error;
  }
}

/** HTTP status of an answer that the SDK turned into an error. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const meta = error.$metadata;
  if (typeof meta !== 'object' || meta === null || !('httpStatusCode' in meta)) return undefined;
  return typeof meta.httpStatusCode === 'number' ? meta.httpStatusCode : undefined;
}
