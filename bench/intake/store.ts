/** The S3 stand-in that all contenders of a work write to, and a look at what it then holds. */
import { createHash } from 'node:crypto';
import { DeleteObjectsCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { BenchPlace } from '../harness/bench.ts';
import { account, region } from '../worker/account.ts';
import { startOwnServer } from '../worker/rivals.ts';

export const bucket = 'bench-intake';

export type Store = {
  readonly endpoint: string;
  /** SHA-256, hexadecimal, of each object below a prefix, by its key. */
  readonly digests: (prefix: string) => Promise<ReadonlyMap<string, string>>;
  readonly clear: () => Promise<void>;
};

export async function openStore(place: BenchPlace): Promise<Store> {
  const endpoint = await startOwnServer(place, 'streaming-s3', []);
  const credentials = {
    accessKeyId: account.AWS_ACCESS_KEY_ID,
    secretAccessKey: account.AWS_SECRET_ACCESS_KEY,
  };
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  place.teardown(async () => s3.destroy());
  const list = async (Prefix: string) => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
    return Contents.map(({ Key = '' }) => Key);
  };
  return {
    endpoint,
    async digests(prefix) {
      const found = new Map<string, string>();
      for (const key of await list(prefix)) {
        const answer = await fetch(`${endpoint}/${bucket}/${key}`);
        if (!answer.ok || answer.body === null) throw new Error(`${key}: expected it, got ${answer.status}`);
        const hash = createHash('sha256');
        for await (const chunk of answer.body) hash.update(chunk);
        found.set(key, hash.digest('hex'));
      }
      return found;
    },
    async clear() {
      const Objects = (await list('')).map(Key => ({ Key }));
      if (Objects.length > 0)
        await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    },
  };
}
