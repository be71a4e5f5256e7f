import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Bench, BenchPlace, Contender, Figures, Measure } from '../harness/bench.ts';
import { watchMemory } from '../harness/process-tree.ts';
import { account, region } from './account.ts';
import { type Body, binaryBody, csvBody, digestOf, ndjsonBody, stampedNdjsonBody } from './bodies.ts';
import { bundleWorker, emptyFolder, runToSuccess } from './program.ts';
import { ensurePython, startS3s } from './rivals.ts';

const mib = 1024 ** 2;
const largeBytes = 1024 * mib;
const smallBytes = 64 * mib;
const bucket = 'bench-large';

type Work = {
  readonly name: string;
  readonly suffix: string;
  readonly body: (bytes: number) => Body;
  /** What must become of it. */
  readonly result: (bytes: number, key: string) => Body;
  readonly rival: (place: BenchPlace) => Promise<Rival>;
};
type Rival = {
  readonly label: string;
  /** Whether the input is gone after a run. */
  readonly removesInput: boolean;
  readonly run: (input: {
    readonly endpoint: string;
    readonly folder: string;
    readonly key: string;
    readonly timeoutMs: number;
  }) => Promise<void>;
};

export const passThrough: Bench = {
  name: 'pass-through',
  summary: '1 GiB passed through, against s5cmd download plus upload',
  warmUps: 0,
  pairs: 3,
  measures: [
    { name: 'pass-through', figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: 1.25 } },
    {
      name: 'pass-through-memory',
      figure: 'peakMib',
      unit: 'MiB',
      goal: { kind: 'ours-at-most', value: 150 },
    },
  ],
  prepare: place =>
    prepareLarge(place, {
      name: 'pass-through',
      suffix: '.bin',
      body: binaryBody,
      result: binaryBody,
      rival: copyWithS5cmd,
    }),
};

export const csv: Bench = {
  name: 'csv',
  summary: "1 GiB of CSV, against Python's csv module",
  warmUps: 0,
  pairs: 3,
  measures: twiceAsFast('csv'),
  prepare: place =>
    prepareLarge(place, {
      name: 'csv',
      suffix: '.csv',
      body: csvBody,
      result: csvBody,
      rival: place => runScript(place, 'csv_stream.py'),
    }),
};

export const ndjson: Bench = {
  name: 'ndjson',
  summary: "1 GiB of NDJSON, against Python's json module",
  warmUps: 0,
  pairs: 3,
  measures: twiceAsFast('ndjson'),
  prepare: place =>
    prepareLarge(place, {
      name: 'ndjson',
      suffix: '.ndjson',
      body: ndjsonBody,
      result: (bytes, key) => {
        const stamp = { key, sourceSha256: digestOf(ndjsonBody(bytes)), format: 1 };
        return stampedNdjsonBody(bytes, `"_millrace":${JSON.stringify(stamp)}`);
      },
      rival: place => runScript(place, 'ndjson_stream.py'),
    }),
};

/** Memory is flat when the peak at 1 GiB is about that at 64 MiB: `growth` is the one through the other. */
function twiceAsFast(name: string): readonly Measure[] {
  return [
    { name, figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: 1 / 2 } },
    { name: `${name}-growth`, figure: 'growth', unit: 'x', goal: { kind: 'ours-at-most', value: 1.2 } },
  ];
}

async function prepareLarge(
  place: BenchPlace,
  work: Work,
): Promise<{ readonly ours: Contender; readonly rival: Contender }> {
  const server = await startS3s(place);
  const stage = await openStage(place, { server, work });
  const program = await bundleWorker(place);
  const rival = await work.rival(place);
  const folder = join(place.dir, 'rival');
  const settings = { bucket, passThrough: ['.bin'] };
  return {
    ours: contender(stage, {
      label: program.label,
      removesInput: true,
      setUp: () => program.setUp(settings),
      run: ({ timeoutMs }) => program.run({ endpoint: server.endpoint, timeoutMs }),
    }),
    rival: contender(stage, {
      label: rival.label,
      removesInput: rival.removesInput,
      setUp: () => emptyFolder(folder),
      run: ({ key, timeoutMs }) => rival.run({ endpoint: server.endpoint, folder, key, timeoutMs }),
    }),
  };
}

type Side = Pick<Rival, 'label' | 'removesInput'> & {
  readonly setUp: () => void;
  readonly run: (input: { readonly key: string; readonly timeoutMs: number }) => Promise<void>;
};

function contender(stage: Stage, { label, removesInput, setUp, run }: Side): Contender {
  const { large, small } = stage;
  return {
    label,
    async setUp() {
      setUp();
      await stage.place(large);
    },
    async run({ timeoutMs }) {
      await run({ key: large.key, timeoutMs });
      return {};
    },
    async verify({ peakMib = 0 }): Promise<Figures> {
      await stage.check(large, removesInput);
      setUp();
      await stage.place(small);
      const memory = watchMemory();
      await run({ key: small.key, timeoutMs: 60_000 });
      const smallPeakMib = memory.stop();
      await stage.check(small, removesInput);
      return { growth: peakMib / smallPeakMib };
    },
  };
}

type Staged = { readonly key: string; readonly expected: string };
type Stage = {
  readonly large: Staged;
  readonly small: Staged;
  /** Puts a file into input/ of a bucket with nothing else in input/ and output/. */
  readonly place: (staged: Staged) => Promise<void>;
  /** @throws Error when the output is not what it must be, or when the input that had to go still stands */
  readonly check: (staged: Staged, removesInput: boolean) => Promise<void>;
};

/** Uploads the files once; each run gets a copy that the server makes. */
async function openStage(
  place: BenchPlace,
  input: { readonly server: Awaited<ReturnType<typeof startS3s>>; readonly work: Work },
): Promise<Stage> {
  const { server, work } = input;
  const credentials = {
    accessKeyId: account.AWS_ACCESS_KEY_ID,
    secretAccessKey: account.AWS_SECRET_ACCESS_KEY,
  };
  const s3 = new S3Client({ endpoint: server.direct, region, credentials });
  place.teardown(async () => s3.destroy());
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));

  async function upload(key: string, bytes: number): Promise<Staged> {
    const body = work.body(bytes);
    const Body = Readable.from(body.chunks());
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: `staged/${key}`, Body, ContentLength: body.length }),
    );
    return { key, expected: digestOf(work.result(bytes, key)) };
  }
  const staged = {
    large: await upload(`large${work.suffix}`, largeBytes),
    small: await upload(`small${work.suffix}`, smallBytes),
  };

  return {
    ...staged,
    async place({ key }) {
      for (const { key } of Object.values(staged))
        for (const folder of ['input', 'output'])
          await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: `${folder}/${key}` }));
      const CopySource = `${bucket}/staged/${key}`;
      await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: `input/${key}`, CopySource }));
    },
    async check({ key, expected }, removesInput) {
      const path = join(server.objectsDir, bucket, 'output', key);
      if (removesInput && existsSync(join(server.objectsDir, bucket, 'input', key)))
        throw new Error(`${key}: expected the input to be gone`);
      if (!existsSync(path)) throw new Error(`${key}: expected an output, got none`);
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(path, { highWaterMark: mib })) hash.update(chunk);
      const got = hash.digest('hex');
      if (got !== expected)
        throw new Error(`${key}: expected an output with SHA-256 ${expected}, got ${got}`);
    },
  };
}

async function copyWithS5cmd(place: BenchPlace): Promise<Rival> {
  const { s5cmd } = await ensurePython(place);
  const version = (await runToSuccess({ file: s5cmd, args: ['version'], env: account })).trim();
  return {
    label: `s5cmd ${version}: download, then upload`,
    removesInput: false,
    async run({ endpoint, folder, key, timeoutMs }) {
      const local = join(folder, key);
      const copy = (from: string, to: string) =>
        runToSuccess({
          file: s5cmd,
          args: ['--endpoint-url', endpoint, 'cp', from, to],
          env: account,
          timeoutMs,
        });
      await copy(`s3://${bucket}/input/${key}`, local);
      await copy(local, `s3://${bucket}/output/${key}`);
    },
  };
}

async function runScript(place: BenchPlace, script: string): Promise<Rival> {
  const { python } = await ensurePython(place);
  const version = (await runToSuccess({ file: python, args: ['--version'], env: account })).trim();
  return {
    label: `${script}: ${version} and boto3, record by record`,
    removesInput: true,
    async run({ endpoint, folder, key, timeoutMs }) {
      await runToSuccess({
        file: python,
        args: [join('bench/rivals', script), endpoint, bucket, folder, key],
        cwd: place.root,
        env: account,
        timeoutMs,
      });
    },
  };
}
