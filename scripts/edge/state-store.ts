/** The state bucket as deploy and destroy see it, without Terraform. */
import { HeadBucketCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { StateMark } from '../core/plan-manifest.ts';
import { parseStateLock, parseStateMark } from '../core/state.ts';
import { listObjects, readObject } from './objects.ts';

export type StatePresence = 'no-bucket' | 'no-state' | 'present';

/** Whether a state object exists. A bucket that denies access is an error, not an absence. */
export async function findState(s3: S3Client, bucket: string, key: string): Promise<StatePresence> {
  if (!(await exists(s3.send(new HeadBucketCommand({ Bucket: bucket }))))) return 'no-bucket';
  return (await exists(s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))))
    ? 'present'
    : 'no-state';
}

/** By what a state in the bucket is known; null where there is none. */
export async function readStateMark(s3: S3Client, bucket: string, key: string): Promise<StateMark | null> {
  const state = await readState(s3, bucket, key);
  return state === undefined ? null : parseStateMark(state);
}

/** The text of a state; undefined where there is none, or no bucket. */
export async function readState(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  try {
    return (await readObject(s3, bucket, key))?.body.toString('utf8');
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchBucket') return undefined;
    throw error;
  }
}

/** Who holds the lock of a state, undefined where nobody does. Source: Terraform, S3 backend, `use_lockfile`. */
export async function findStateLock(s3: S3Client, bucket: string, key: string): Promise<string | undefined> {
  const lock = await readObject(s3, bucket, `${key}.tflock`);
  return lock === undefined ? undefined : parseStateLock(lock.body.toString('utf8'));
}

export type StoredState = {
  /** The first part of its key: `global` or an environment. */ readonly owner: string;
  readonly text: string;
};

/** Every state in the bucket. */
export async function listStates(s3: S3Client, bucket: string): Promise<readonly StoredState[]> {
  const keys = (await listObjects(s3, bucket, ''))
    .map(({ key }) => key)
    .filter(key => key.endsWith('.tfstate'));
  return Promise.all(
    keys.map(async key => ({
      owner: key.split('/')[0] ?? '',
      text: (await readObject(s3, bucket, key))?.body.toString('utf8') ?? '',
    })),
  );
}

async function exists(head: Promise<unknown>): Promise<boolean> {
  try {
    await head;
    return true;
  } catch (error) {
    if (
      error instanceof Error &&
      (error.name === 'NotFound' || error.name === 'NoSuchBucket' || error.name === 'NoSuchKey')
    )
      return false;
    throw error;
  }
}
