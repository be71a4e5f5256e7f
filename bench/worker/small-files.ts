import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startEmulator } from '../../test/helpers/emulator.ts';
import type { Bench, BenchPlace, Contender, Goal } from '../harness/bench.ts';
import { account, region } from './account.ts';
import { bundleWorker, emptyFolder, runToSuccess } from './program.ts';
import { ensurePython, startOwnServer } from './rivals.ts';

const fileCount = 500;
const fileBytes = 3 * 1024;
/** What S3 itself takes for a small request. */
const delayMs = 20;

export const jsonWithDelay = smallFiles({
  name: 'json-20ms',
  summary: `${fileCount} JSON files of 3 KB, ${delayMs} ms added to each request, against the plain boto3 script`,
  warmUps: 0,
  pairs: 3,
  delayMs,
  goal: { kind: 'ratio-at-most', value: 1 / 10 },
});

export const jsonWithoutDelay = smallFiles({
  name: 'json',
  summary: `${fileCount} JSON files of 3 KB straight from the emulator, against the plain boto3 script`,
  warmUps: 1,
  pairs: 5,
  delayMs: 0,
  goal: { kind: 'ratio-at-most', value: 1 / 1.5 },
});

/** Nothing to do, as in most minutes. The requests are counted in a run of their own, through a proxy. */
export const idle: Bench = {
  name: 'idle',
  summary: 'a run over an empty bucket, against the plain boto3 script',
  warmUps: 2,
  pairs: 15,
  measures: [
    { name: 'idle', figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: 0.8 } },
    { name: 'idle-lists', figure: 'lists', unit: 'LIST', goal: { kind: 'ours-at-most', value: 1 } },
  ],
  async prepare(place) {
    const { contenders, endpoint } = await prepareContenders(place);
    const counter = await startOwnServer(place, 'delay-proxy', [endpoint, '0']);
    const bucket = await contenders.makeBucket();
    const idler = ({ label, setUp, run }: Side): Contender => ({
      label,
      setUp: async () => setUp(bucket),
      run: async ({ timeoutMs }) => {
        await run({ endpoint, bucket, expected: 0, timeoutMs });
        return {};
      },
      async verify() {
        setUp(bucket);
        await run({ endpoint: counter, bucket, expected: 0 });
        const seen: readonly string[] = JSON.parse(await (await fetch(`${counter}/-/requests`)).text());
        const others = seen.filter(request => !request.includes('list-type=2'));
        if (others.length > 0) throw new Error(`an idle run expected LISTs alone, got ${others.join(', ')}`);
        return { lists: seen.length };
      },
    });
    return { ours: idler(contenders.ours), rival: idler(contenders.rival) };
  },
};

function smallFiles(input: {
  readonly name: string;
  readonly summary: string;
  readonly warmUps: number;
  readonly pairs: number;
  readonly delayMs: number;
  readonly goal: Goal;
}): Bench {
  const { name, summary, warmUps, pairs, goal } = input;
  return {
    name,
    summary,
    warmUps,
    pairs,
    measures: [{ name, figure: 'seconds', unit: 's', goal }],
    async prepare(place) {
      const { contenders, endpoint: direct } = await prepareContenders(place);
      const endpoint =
        input.delayMs === 0
          ? direct
          : await startOwnServer(place, 'delay-proxy', [direct, `${input.delayMs}`]);
      const contender = ({ label, setUp, run, check }: Side): Contender => {
        let bucket = '';
        return {
          label,
          async setUp() {
            bucket = await contenders.makeBucket();
            setUp(bucket);
            await inTurns(fileCount, at => contenders.put(bucket, `input/${nameOf(at)}`, documentOf(at)));
          },
          run: async ({ timeoutMs }) => {
            await run({ endpoint, bucket, expected: fileCount, timeoutMs });
            return {};
          },
          async verify() {
            const keys = await contenders.keys(bucket);
            const left = keys.filter(key => !key.startsWith('output/'));
            if (keys.length !== fileCount || left.length > 0)
              throw new Error(`expected ${fileCount} outputs alone, got ${keys.length} keys with ${left[0]}`);
            await inTurns(fileCount, async at =>
              check(at, await contenders.get(bucket, `output/${nameOf(at)}`)),
            );
            return {};
          },
        };
      };
      return { ours: contender(contenders.ours), rival: contender(contenders.rival) };
    },
  };
}

type Side = {
  readonly label: string;
  readonly setUp: (bucket: string) => void;
  readonly run: (input: {
    readonly endpoint: string;
    readonly bucket: string;
    readonly expected: number;
    readonly timeoutMs?: number;
  }) => Promise<void>;
  /** @throws Error when this is not what must become of document `at` */
  readonly check: (at: number, output: string) => void;
};

async function prepareContenders(place: BenchPlace) {
  const { endpoint } = await startEmulator({ teardown: place.teardown });
  const credentials = {
    accessKeyId: account.AWS_ACCESS_KEY_ID,
    secretAccessKey: account.AWS_SECRET_ACCESS_KEY,
  };
  const s3 = new S3Client({ endpoint, region, credentials });
  place.teardown(async () => s3.destroy());
  const program = await bundleWorker(place);
  const { python } = await ensurePython(place);
  let count = 0;

  const ours: Side = {
    label: program.label,
    setUp: bucket => program.setUp({ bucket }),
    run: program.run,
    check(at, output) {
      const document = documentOf(at);
      const stamp = { key: nameOf(at), sourceSha256: sha256(document), format: 1 };
      if (output !== `{"_millrace":${JSON.stringify(stamp)},${document.slice(1)}`)
        throw new Error(`${nameOf(at)}: expected the document with its stamp, got ${output.slice(0, 200)}`);
    },
  };

  const folder = join(place.dir, 'rival');
  const rival: Side = {
    label: 'seed004.py: list, get, process, put, delete, one file after another (boto3)',
    setUp: () => emptyFolder(folder),
    async run({ endpoint, bucket, expected, timeoutMs }) {
      const stdout = await runToSuccess({
        file: python,
        args: ['bench/rivals/seed004.py', endpoint, bucket, folder],
        cwd: place.root,
        env: account,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
      if (stdout.trim() !== `${expected}`)
        throw new Error(`expected ${expected} files, got ${stdout.trim()}`);
    },
    check(at, output) {
      const { processed_at: time, ...rest } = JSON.parse(output);
      if (typeof time !== 'number' || !isDeepStrictEqual(rest, JSON.parse(documentOf(at))))
        throw new Error(`${nameOf(at)}: expected the document with its time, got ${output.slice(0, 200)}`);
    },
  };

  return {
    endpoint,
    contenders: {
      ours,
      rival,
      async makeBucket() {
        count += 1;
        const Bucket = `bench-${count}`;
        await s3.send(new CreateBucketCommand({ Bucket }));
        return Bucket;
      },
      put: (Bucket: string, Key: string, Body: string) =>
        s3.send(new PutObjectCommand({ Bucket, Key, Body })),
      async get(Bucket: string, Key: string) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        return (await Body?.transformToString()) ?? '';
      },
      /** All of them: there are fewer than a page holds. */
      async keys(Bucket: string) {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
        return Contents.map(({ Key = '' }) => Key);
      },
    },
  };
}

function nameOf(at: number): string {
  return `event-${String(at).padStart(4, '0')}.json`;
}

/** A document of 3 KB with numbers, text and a list. */
function documentOf(at: number): string {
  const items = Array.from({ length: 40 }, (_, item) => ({ id: at * 40 + item, price: item + 0.25 }));
  const event = {
    id: at,
    kind: 'order',
    customer: { name: 'Zoë "Z" Müller', vip: at % 2 === 0 },
    items,
    note: '',
  };
  const missing = fileBytes - Buffer.byteLength(JSON.stringify(event));
  return JSON.stringify({ ...event, note: 'x'.repeat(missing) });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Does `work` for 0 to `count - 1`, sixteen at a time. */
async function inTurns(count: number, work: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const hands = Array.from({ length: 16 }, async () => {
    while (next < count) {
      const at = next;
      next += 1;
      await work(at);
    }
  });
  await Promise.all(hands);
}
