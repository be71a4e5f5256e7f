import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { kindSettings, kinds } from '../worker/kinds.ts';
import type { ParityFile } from './twin.ts';

const plain = { csvDelimiter: undefined, passThrough: [] } as const;
const samplesDir = fileURLToPath(new URL('../../../files/samples', import.meta.url));

/** The shared fixture of every kind, small and larger than a chunk, and the project's samples. */
export function fixtureFiles(): readonly ParityFile[] {
  const settings = { csvDelimiter: undefined, ...kindSettings };
  const made = kinds.flatMap(({ key, make }) =>
    [1, 300, 400_000].map(bytes => ({ ...settings, key, body: make(bytes), size: 64 * 1024 })),
  );
  const samples = ['good', 'unreadable'].flatMap(folder =>
    readdirSync(join(samplesDir, folder)).map(name => {
      const body = readFileSync(join(samplesDir, folder, name));
      return { ...plain, key: `${folder}/${name}`, body, size: 64 * 1024 };
    }),
  );
  return [...made, ...samples];
}

/** The same files for the same seed. */
export function drawParityFiles(count: number, seed: number): readonly ParityFile[] {
  return fc.sample(parityFile, { numRuns: count, seed });
}

const blank = fc.stringMatching(/^[ \t\n\r]{0,2}$/);
const names = ['a', '', 'é', '_millrace', '_mill', '\\u005fmillrace', '\\n', '渡🚀', '_millrace\\u0000'];
const number = fc.constantFrom(
  '0',
  '-0',
  '1.0',
  '12345678901234567890',
  '1e5',
  '-1.5E+3',
  '01',
  '1.',
  '-',
  '1e',
);
const scalar = fc.oneof(
  number,
  fc.json({ maxDepth: 0 }),
  fc.constantFrom('true', 'false', 'null', 'nul', '"\\u00e9\\n"', '"\\ud800"', '"\\x"', '"\t"', 'NaN', '""'),
  fc.string({ unit: 'binary', maxLength: 4 }).map(text => JSON.stringify(text)),
);

/** Text that is mostly JSON, with any whitespace, any spelling, and now and then a token that is none. */
const { value } = fc.letrec<{ value: string; object: string; array: string }>(tie => ({
  value: fc.oneof({ depthSize: 'small', maxDepth: 9 }, scalar, tie('object'), tie('array')),
  object: fc
    .array(fc.tuple(blank, fc.constantFrom(...names), blank, tie('value'), blank), { maxLength: 4 })
    .map(all => `{${all.map(([a, name, b, v, c]) => `${a}"${name}"${b}:${v}${c}`).join(',')}}`),
  array: fc
    .array(fc.tuple(blank, tie('value'), blank), { maxLength: 4 })
    .map(all => `[${all.map(parts => parts.join('')).join(',')}]`),
}));

const document = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(blank, value, blank).map(parts => parts.join('')) },
  { weight: 2, arbitrary: fc.json() },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 990, max: 1005 }), fc.constantFrom('[]', '{}', '[1,2]', '{"a":[0]}'))
      .map(([depth, text]) => '['.repeat(depth) + text + ']'.repeat(depth)),
  },
  { weight: 1, arbitrary: fc.nat(9000).map(gap => `{${' '.repeat(gap)}"a":1}`) },
);
const lineEnd = fc.constantFrom('\n', '\n', '\r\n', '\n\n', '\r', ' \n');
const lines = fc
  .array(
    fc.tuple(
      document.map(text => text.replaceAll(/[\r\n]/g, '')),
      lineEnd,
    ),
    { maxLength: 8 },
  )
  .map(all => all.flat().join(''));

const field = fc.oneof(
  fc.constantFrom('1', 'ab', '', '1,5', '12:00', 'a b', '5" disk'),
  fc
    .string({ unit: fc.constantFrom(...'ab ,;|\t"\n\ré'), maxLength: 6 })
    .map(text => `"${text.replaceAll('"', '""')}"`),
);
const table = fc
  .tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.constantFrom(...',;\t|:^~#\x01 '),
    fc.integer({ min: 1, max: 200 }),
  )
  .chain(([width, delimiter, most]) =>
    fc
      .array(
        fc.tuple(
          fc.array(field, { minLength: width, maxLength: width }),
          fc.constantFrom('\n', '\n', '\r\n', '\n\n'),
        ),
        { maxLength: most, size: 'max' },
      )
      .map(records => records.map(([fields, end]) => fields.join(delimiter) + end).join('')),
  );

const content = fc
  .tuple(fc.oneof(document, lines, table), fc.constantFrom('', '', '', '', '', '\ufeff'))
  .map(([text, before]) => Buffer.from(before + text));

/** Near-valid: some bytes changed, cut or added somewhere. */
const mutated = fc
  .tuple(
    fc.oneof(
      content,
      content.map(bytes => gzipSync(bytes)),
      fc.tuple(content, content).map(both => Buffer.concat(both.map(bytes => gzipSync(bytes)))),
    ),
    fc.nat(),
    fc.oneof(
      fc
        .constantFrom('', '"', '\\', ',', '\n', '\r', '\0', '{', ']', '}}', '\ufeff', '0', 'é')
        .map(text => Buffer.from(text)),
      fc.uint8Array({ maxLength: 3 }).map(bytes => Buffer.from(bytes)),
    ),
    fc.constantFrom('keep', 'keep', 'keep', 'change', 'cut', 'add'),
  )
  .map(([bytes, at, put, how]) => {
    const place = at % (bytes.length + 1);
    if (how === 'keep') return bytes;
    if (how === 'cut') return bytes.subarray(0, place);
    const rest = bytes.subarray(how === 'add' ? place : place + put.length);
    return Buffer.concat([bytes.subarray(0, place), put, rest]);
  });

const stem = fc.oneof(
  fc.constantFrom(
    'a',
    'd/é "x"\\',
    '~a',
    '',
    'a.error.json',
    'line\nfeed\x7f\u2028',
    'k'.repeat(1010),
    '.JSON',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }).filter(text => Buffer.from(text).toString() === text),
);
const ending = fc.constantFrom(
  '.json',
  '.ndjson',
  '.jsonl',
  '.csv',
  '.TSV',
  '.txt',
  '.parquet',
  '.bin',
  '.error.json',
);

const parityFile: fc.Arbitrary<ParityFile> = fc
  .tuple(
    stem,
    ending,
    mutated,
    fc.constantFrom(1, 2, 3, 7, 64, 1000, 65_536),
    fc.constantFrom(undefined, undefined, undefined, ',', '|', ' ', '^'),
    fc.constantFrom([], [], ['.parquet'], ['.bin.gz', '*']),
    fc.integer({ min: 0, max: 9 }),
  )
  .map(([stem, ending, body, size, csvDelimiter, passThrough, odd]) => {
    // A gzip file has the ending of one, but for a few that lie.
    const isZipped = body[0] === 0x1f ? odd > 0 : odd === 0;
    const key = stem + ending + (isZipped ? '.gz' : '');
    return { key, body, size: isZipped ? size + 20 : size, csvDelimiter, passThrough };
  });
