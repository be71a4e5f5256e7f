import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createFindProcessor } from '../../../worker/host/processors/index.ts';
import { type Ending, handleFile } from '../../../worker/host/protocol.ts';
import { createFakeStore, type FakeStore } from '../fake-store.ts';
import { sha256 } from '../worker-bed.ts';
import { kindSettings } from './kinds.ts';

export interface HostileFile {
  /** Behind `input/`, which S3 allows 1,018 bytes. */
  readonly key: string;
  readonly body: Buffer;
}

const maxKeyBytes = 1018;
const endings = ['.json', '.ndjson', '.jsonl', '.csv', '.tsv', '.txt', '.parquet', '.bin', ''] as const;
const oddParts = [
  ...['..', '.', '/', '//', '../../etc/passwd', '%2F', '%2f', '%00', '\0', '\n', '\r', '\r\n', '\t', '\x7f'],
  ...[
    '~',
    '.error.json',
    ' ',
    '+',
    '%20',
    '&',
    '<',
    '>',
    '"',
    "'",
    '\\',
    '*',
    '?',
    '#',
    ';',
    '$(id)',
    '`id`',
  ],
  ...[
    '\u00e9',
    'e\u0301',
    '\u{1f680}',
    '\u202e',
    '\ufeff',
    '\uffff',
    '\u0130',
    'ſ',
    '__proto__',
    'constructor',
  ],
] as const;

const part = fc.oneof(
  fc.constantFrom(...oddParts),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.string({ maxLength: 8 }),
);
const stem = fc.oneof(
  { weight: 6, arbitrary: fc.array(part, { maxLength: 6 }).map(parts => parts.join('')) },
  { weight: 1, arbitrary: fc.nat(maxKeyBytes).map(length => 'k'.repeat(length)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 300, maxLength: 500 }) },
);
const key = fc
  .tuple(stem, fc.constantFrom(...endings), fc.constantFrom('', '', '.gz', '/', '.error.json'))
  .map(([stem, ending, after]) => stem + ending + after)
  // UTF-8 has no lone surrogates, and longer keys S3 refuses.
  .filter(key => Buffer.from(key).toString() === key && Buffer.byteLength(key) <= maxKeyBytes);

const text = fc.oneof(
  fc.json().map(text => `{"a":${text}}`),
  fc.json(),
  fc.array(fc.json(), { maxLength: 5 }).map(lines => lines.join('\n')),
  fc
    .array(fc.array(fc.string({ maxLength: 5 }), { maxLength: 4 }), { maxLength: 5 })
    .map(records => records.map(fields => fields.join(',')).join('\r\n')),
  fc.nat(3000).map(depth => '['.repeat(depth) + ']'.repeat(depth)),
  fc.constantFrom('', '\ufeff', '{}', '{"_millrace":1}', '"', '{"a":1}{"b":2}', 'a,"b\n', '\n\n', '\0'),
);
const bytes = fc.oneof(
  { weight: 4, arbitrary: text.map(text => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map(bytes => Buffer.from(bytes)) },
);
const zipped = fc.oneof(
  bytes.map(bytes => gzipSync(bytes)),
  fc.tuple(bytes, bytes).map(both => Buffer.concat(both.map(bytes => gzipSync(bytes)))),
  fc.nat(2_000_000).map(length => gzipSync(Buffer.alloc(length, 0x20))),
);
/** Near-valid: a byte changed, cut or added somewhere. */
const damaged = fc
  .tuple(fc.oneof(bytes, zipped), fc.nat(), fc.nat(255), fc.constantFrom('change', 'cut', 'add'))
  .map(([bytes, at, byte, how]) => {
    const place = at % (bytes.length + 1);
    if (how === 'cut') return bytes.subarray(0, place);
    const after = bytes.subarray(how === 'add' ? place : place + 1);
    return Buffer.concat([bytes.subarray(0, place), Buffer.from([byte]), after]);
  });

const hostileFile: fc.Arbitrary<HostileFile> = fc.record({ key, body: fc.oneof(bytes, zipped, damaged) });

/** The same files for the same seed. */
export function drawHostileFiles(count: number, seed: number): readonly HostileFile[] {
  return fc.sample(hostileFile, { numRuns: count, seed });
}

export interface Endured {
  readonly outcomes: Readonly<Record<Ending['outcome'], number>>;
  /** What is wrong, with the file's key as JSON. */
  readonly faults: readonly string[];
}

/**
 * Takes files through the protocol in a work folder inside `sandbox`, and looks at what each left in the bucket and
 * at every path in the sandbox.
 */
export async function endure(files: readonly HostileFile[], sandbox: string): Promise<Endured> {
  const workDir = join(sandbox, 'work');
  for (const folder of ['downloads', 'processed']) mkdirSync(join(workDir, folder), { recursive: true });
  const findProcessor = createFindProcessor({ ...kindSettings, csvDelimiter: undefined });
  const outcomes = { processed: 0, rejected: 0, gone: 0, changed: 0 };
  const faults: string[] = [];
  for (const file of files) {
    const store = createFakeStore();
    store.place(`input/${file.key}`, file.body);
    const { entries } = await store.list(undefined);
    const [entry] = entries;
    const complain = (fault: string) => faults.push(`${JSON.stringify(file.key)}: ${fault}`);
    if (entry === undefined) {
      complain('not listed');
      continue;
    }
    const world = { store, workDir, findProcessor, workerVersion: 'hostile', now: () => new Date(0) };
    try {
      const { outcome } = await handleFile(entry, world);
      outcomes[outcome] += 1;
      for (const fault of faultsOf(store, file, outcome)) complain(fault);
    } catch (error) {
      complain(`threw ${error}`);
    }
  }
  const names = new Set(files.map(({ key }) => sha256(key)));
  const paths = readdirSync(sandbox, { recursive: true, encoding: 'utf8' });
  const own = new Set(['work', 'work/downloads', 'work/processed']);
  for (const path of paths) {
    const [, name = ''] = /^work\/(?:downloads|processed)\/([0-9a-f]{64})$/.exec(path) ?? [];
    if (!own.has(path) && !names.has(name)) faults.push(`stray path: ${JSON.stringify(path)}`);
  }
  return { outcomes, faults };
}

function* faultsOf(
  store: FakeStore,
  { key, body }: HostileFile,
  outcome: Ending['outcome'],
): Generator<string> {
  const objectKeys = [...store.objects.keys()];
  for (const objectKey of objectKeys) {
    if (Buffer.byteLength(objectKey) > 1024) yield `wrote an object key of over 1,024 bytes`;
  }
  if (outcome === 'processed') {
    if (objectKeys.length !== 1 || objectKeys[0] !== `output/${key}`)
      yield `processed, but there is ${objectKeys}`;
    return;
  }
  const [file = '', record = '', ...more] = objectKeys;
  const isPair = file.startsWith('errors/') && record === `${file}.error.json` && more.length === 0;
  if (outcome !== 'rejected' || !isPair) {
    yield `${outcome}, but there is ${objectKeys}`;
    return;
  }
  if (!store.objects.get(file)?.bytes.equals(body)) yield 'the file in errors/ has other bytes';
  const { key: named, sourceSha256 } = JSON.parse(store.text(record) ?? '');
  if (named !== key || sourceSha256 !== sha256(body)) yield `the record names ${JSON.stringify(named)}`;
}
