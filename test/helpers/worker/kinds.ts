import { createCipheriv } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { errorKeys } from '../../../worker/shared/keys.ts';
import { stampMember } from '../../../worker/shared/stamp.ts';
import { stampedJson, stampedNdjson } from '../../../worker/shared/stamped-json.ts';
import { sha256 } from '../worker-bed.ts';

/** Settings of the worker under which every kind below is known. */
export const kindSettings = { passThrough: ['.parquet'] } as const;

/** One kind of file with its outcome, worked out by code that the worker does not share. */
export interface Kind {
  readonly name: string;
  /** The whole key without its folder. */
  readonly key: string;
  /** A file of about so many bytes before compression; the same for the same number. */
  make(bytes: number): Buffer;
  /**
   * - `processed`: what the output holds, after decompression where the key ends in .gz.
   * - `rejected`: whether the key alone decides it, or the content does.
   */
  readonly outcome:
    | { readonly kind: 'processed'; expected(source: Buffer): Buffer }
    | { readonly kind: 'rejected'; readonly decidedBy: 'key' | 'content' };
}

/** Where the parts of a kind's outcome stand, by the role that they play in the protocol. */
export function targetsOf(kind: Kind): Readonly<Record<'output' | 'file' | 'record', string>> {
  return { output: `output/${kind.key}`, ...errorKeys(kind.key) };
}

const unchanged = (source: Buffer) => source;
const rejectedByContent = { kind: 'rejected', decidedBy: 'content' } as const;
const rejectedByKey = { kind: 'rejected', decidedBy: 'key' } as const;

export const kinds: readonly Kind[] = [
  {
    name: 'json',
    key: 'good.json',
    make: makeJson,
    outcome: { kind: 'processed', expected: source => stampedJson('good.json', source) },
  },
  {
    name: 'ndjson',
    key: 'good.ndjson',
    make: makeNdjson,
    outcome: { kind: 'processed', expected: source => stampedNdjson('good.ndjson', source) },
  },
  {
    name: 'csv',
    key: 'deep/er/good.csv',
    make: makeCsv,
    outcome: { kind: 'processed', expected: unchanged },
  },
  {
    name: 'json.gz',
    key: 'good.json.gz',
    make: bytes => gzip(makeJson(bytes)),
    outcome: { kind: 'processed', expected: source => stampedZipped('good.json.gz', source, /^\{/) },
  },
  {
    name: 'ndjson.gz',
    key: 'good.ndjson.gz',
    make: bytes => gzip(makeNdjson(bytes)),
    outcome: {
      kind: 'processed',
      expected: source => stampedZipped('good.ndjson.gz', source, /^\{/gm),
    },
  },
  {
    name: 'csv.gz',
    key: 'good.csv.gz',
    make: bytes => gzip(makeCsv(bytes)),
    outcome: { kind: 'processed', expected: source => gunzipSync(source) },
  },
  {
    name: 'pass-through',
    key: 'good.parquet',
    make: randomBytes,
    outcome: { kind: 'processed', expected: unchanged },
  },
  {
    name: 'bad json',
    key: 'bad.json',
    make: bytes => makeJson(bytes).subarray(0, -1),
    outcome: rejectedByContent,
  },
  {
    name: 'bad ndjson',
    key: 'bad.ndjson',
    make: bytes => Buffer.concat([makeNdjson(bytes), Buffer.from('{"cut')]),
    outcome: rejectedByContent,
  },
  {
    name: 'bad csv',
    key: 'bad.csv',
    make: bytes => Buffer.concat([makeCsv(bytes), Buffer.from('only one field\n')]),
    outcome: rejectedByContent,
  },
  {
    name: 'bad gzip',
    key: '~bad.csv.gz',
    make: bytes => gzip(makeCsv(bytes)).subarray(0, -4),
    outcome: rejectedByContent,
  },
  { name: 'unknown kind', key: 'picture.png', make: randomBytes, outcome: rejectedByKey },
  { name: 'key too long', key: `${'k'.repeat(1013)}.json`, make: makeJson, outcome: rejectedByKey },
];

/** Bytes that do not compress, the same for the same length. */
export function randomBytes(length: number): Buffer {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16, 2));
  return cipher.update(Buffer.alloc(length));
}

function makeJson(bytes: number): Buffer {
  return Buffer.from(`{"big":12345678901234567890,"rows":[\n${rows(bytes).join(',\n')}\n]}`);
}

function makeNdjson(bytes: number): Buffer {
  return Buffer.from(`${rows(bytes).join('\n')}\n`);
}

function makeCsv(bytes: number): Buffer {
  const records = texts(bytes).map((text, at) => `${at},"a ""quoted"" one, ${text}"\r\n`);
  return Buffer.from(`id,text\r\n${records.join('')}`);
}

const rows = (bytes: number) => texts(bytes).map((text, at) => `{"id":${at},"n":1.0,"text":"${text}"}`);

function texts(bytes: number): readonly string[] {
  const text = randomBytes(Math.max(100, Math.ceil(bytes * 0.75))).toString('base64');
  return text.match(/.{1,4000}/g) ?? [];
}

const gzip = (bytes: Buffer) => gzipSync(bytes, { level: 1 });

/** The stamp of a compressed file names the compressed bytes. */
function stampedZipped(key: string, source: Buffer, documents: RegExp): Buffer {
  const stamp = `{${stampMember(key, sha256(source))},`;
  return Buffer.from(
    gunzipSync(source)
      .toString()
      .replace(documents, () => stamp),
  );
}
