import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { BenchPlace } from '../harness/bench.ts';
import { account, region } from '../worker/account.ts';
import { emptyFolder, runToSuccess } from '../worker/program.ts';
import { ensurePython, startOwnServer } from '../worker/rivals.ts';
import { generateMovies, type MovieFacts } from './movies.ts';

export const day = '2026-11-20';
export const buckets = {
  made: 'bench-made',
  raw: 'bench-raw',
  staged: 'bench-staged',
  configuration: 'bench-configuration',
  helper: 'bench-helper',
} as const;
const inputKey = 'Raw/Local/CSV/Movies/2026/11/20/movies.csv';

/** Where a contender writes. */
export type Outcome = { readonly bucket: string; readonly prefix: string };

/** A generated file, and what must come of it. */
export type Made = { readonly key: string; readonly facts: MovieFacts };

/** The S3 stand-in that both sides read from and write to. */
export type Store = {
  readonly endpoint: string;
  /** Python with the rivals' packages. */
  readonly python: string;
  readonly inputKey: string;
  /** Generates a file of this size and keeps it. */
  readonly make: (bytes: number) => Promise<Made>;
  /** Makes it the one file of the day in raw. */
  readonly place: (made: Made) => Promise<void>;
  /** Removes what was made. */
  readonly clear: (outcome: Outcome) => Promise<void>;
  /** @throws Error when the objects below the prefix are not what must come of the input */
  readonly check: (outcome: Outcome, facts: MovieFacts) => Promise<void>;
};

export async function openStore(place: BenchPlace): Promise<Store> {
  const { python } = await ensurePython(place);
  const folder = join(place.dir, 'objects');
  emptyFolder(folder);
  place.teardown(async () => rmSync(folder, { recursive: true, force: true }));
  const endpoint = await startOwnServer(place, 'streaming-s3', [folder]);
  const credentials = {
    accessKeyId: account.AWS_ACCESS_KEY_ID,
    secretAccessKey: account.AWS_SECRET_ACCESS_KEY,
  };
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  place.teardown(async () => s3.destroy());
  const datasets = readFileSync(join(place.root, 'files/configuration/datasets.json'));
  await s3.send(
    new PutObjectCommand({ Bucket: buckets.configuration, Key: 'datasets.json', Body: datasets }),
  );
  return {
    endpoint,
    python,
    inputKey,
    async make(bytes) {
      const key = `movies-${bytes}.csv`;
      const movies = generateMovies(bytes);
      const seen: { facts?: MovieFacts } = {};
      const Body = Readable.from(
        (function* () {
          seen.facts = yield* movies;
        })(),
      );
      // The SDK wants to know the length before; the stand-in does not.
      const init = { method: 'PUT', body: Readable.toWeb(Body), duplex: 'half' } as const;
      const { ok, status } = await fetch(`${endpoint}/${buckets.made}/${key}`, init);
      if (!ok) throw new Error(`${key}: expected the stand-in to take it, got status ${status}`);
      if (seen.facts === undefined) throw new Error('the input was not generated to its end');
      return { key, facts: seen.facts };
    },
    async place({ key }) {
      const CopySource = `${buckets.made}/${key}`;
      await s3.send(new CopyObjectCommand({ Bucket: buckets.raw, Key: inputKey, CopySource }));
    },
    async clear({ bucket: Bucket, prefix: Prefix }) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
      const Objects = Contents.map(({ Key = '' }) => ({ Key }));
      if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    },
    async check({ bucket, prefix }, facts) {
      const scratch = join(place.dir, 'check');
      mkdirSync(scratch, { recursive: true });
      const said = await runToSuccess({
        file: python,
        args: [join(place.root, 'bench/spark/summary.py'), endpoint, bucket, prefix, scratch],
        env: account,
      });
      const { kept: rows, votes, runtimeMinutes, rejected } = facts;
      const expected = JSON.stringify({ rows, keys: rows, votes, runtimeMinutes, rejected });
      const got = JSON.stringify(JSON.parse(said));
      if (got !== expected) throw new Error(`s3://${bucket}/${prefix}: expected ${expected}, got ${got}`);
    },
  };
}
