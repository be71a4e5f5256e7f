import t from 'tap';
import {
  buildTransit,
  type ErrorRecord,
  type Head,
  inputMetadata,
  judgePair,
  judgeTransit,
  type Listed,
  objectKeysOf,
  parseRecord,
  parseTransit,
  redriveExitCode,
  renderRedrive,
  transitMetadata,
} from '../../../scripts/core/redrive.ts';
import {
  fits,
  listPrefixes,
  mayFit,
  type Pair,
  pairObjects,
  parseSelection,
  type Selection,
} from '../../../scripts/core/redrive-selection.ts';
import { compareKeys, decodeListedKey, errorKeys, outputKey } from '../../../worker/shared/keys.ts';

const reasons = ['invalid-json', 'unknown-kind'];
const everything: Selection = {
  keys: [],
  prefix: undefined,
  reason: undefined,
  olderThanMs: undefined,
  newerThanMs: undefined,
};
const noon = new Date('2026-01-01T12:00:00Z');
const sha = 'a'.repeat(64);
const record: ErrorRecord = { key: 'a.json', reason: 'invalid-json', sourceSha256: sha, bytes: 5 };

function listed(objectKey: string, bytes = 5, modified = noon): Listed {
  return { objectKey, etag: '"e"', bytes, modified };
}

function head(metadata: Head['metadata'] = { 'source-sha256': sha }, modified = noon, bytes = 5): Head {
  return { etag: '"e"', bytes, modified, metadata };
}

t.test('reads a choice from the flags', async t => {
  t.strictSame(parseSelection({ all: true }, reasons), everything);
  t.strictSame(
    parseSelection(
      { key: ['a', 'b'], prefix: 'x/', reason: 'unknown-kind', 'older-than': '30m', 'newer-than': '7d' },
      reasons,
    ),
    {
      keys: ['a', 'b'],
      prefix: 'x/',
      reason: 'unknown-kind',
      olderThanMs: 30 * 60_000,
      newerThanMs: 7 * 86_400_000,
    },
  );
  t.equal(parseSelection({ 'older-than': '45s' }, reasons).olderThanMs, 45_000);
  t.equal(parseSelection({ 'newer-than': '2h' }, reasons).newerThanMs, 7_200_000);
});

for (const { title, values, message } of [
  { title: 'no choice', values: {}, message: /^redrive: expects a choice of files, got none$/ },
  { title: 'no choice but a dry run', values: { 'dry-run': true }, message: /^redrive: expects a choice/ },
  {
    title: '--all beside a choice',
    values: { all: true, key: ['a'], reason: 'invalid-json' },
    message: /^--all: expects no other choice beside it, got --key, --reason$/,
  },
  {
    title: 'an unknown reason',
    values: { reason: 'bad' },
    message: /^--reason: expects one of invalid-json, unknown-kind, got "bad"$/,
  },
  { title: 'an empty prefix', values: { prefix: '' }, message: /^--prefix: expects at least one character/ },
  ...['', '5', 'h', '1.5h', '-1h', '2w', '2h30m', '9999999s'].map(age => ({
    title: `the age "${age}"`,
    values: { 'older-than': age },
    message: new RegExp(`^--older-than: expects an age like 45s, 30m, 2h or 7d, got "${age}"$`),
  })),
  {
    title: 'ages that leave nothing',
    values: { 'older-than': '2h', 'newer-than': '120m' },
    message: /^--older-than: expects a shorter age than --newer-than, 120m, got 2h$/,
  },
]) {
  t.test(`refuses ${title}`, async t => {
    t.throws(() => parseSelection(values, reasons), { name: 'Failure', message, hint: /./ });
  });
}

t.test('lists each object once, and hashed names wherever a key may hide there', async t => {
  t.same(listPrefixes(everything), ['errors/']);
  t.same(listPrefixes({ ...everything, reason: 'invalid-json' }), ['errors/']);
  t.same(listPrefixes({ ...everything, keys: ['b', 'a', 'ab', 'b'] }), ['errors/a', 'errors/b', 'errors/~']);
  t.same(listPrefixes({ ...everything, keys: ['~x'] }), ['errors/~']);
  t.same(listPrefixes({ ...everything, keys: [''] }), ['errors/']);
  t.same(listPrefixes({ ...everything, prefix: 'x/', keys: ['x/a', 'y'] }), ['errors/x/', 'errors/~']);
});

t.test('puts files and records together in any listing', async t => {
  const files = ['a', 'a.csv', 'a.e', 'a.error', 'a.error.jsonx', 'a/b', 'ab', 'é', '🚀', '\uffff'];
  const keys = [
    ...files.flatMap(name => [name, `${name}.error.json`]),
    'alone',
    'alone/x',
    'lost.error.json',
    'z',
  ].map(name => `errors/${name}`);
  const objects = [...keys].sort(compareKeys).map(key => listed(key));
  const skipped = [listed('errors/', 0), listed('errors/folder/', 0), listed('errors/~redrive/1', 5)];
  const all = [...objects, ...skipped].sort((a, b) => compareKeys(a.objectKey, b.objectKey));
  const pairs: Pair[] = [];
  for await (const pair of pairObjects(stream(all))) pairs.push(pair);
  const shown = pairs.map(({ file, record }) => [file?.objectKey, record?.objectKey]);
  const expected = [
    ...files.map(name => [`errors/${name}`, `errors/${name}.error.json`]),
    ['errors/alone', undefined],
    ['errors/alone/x', undefined],
    [undefined, 'errors/lost.error.json'],
    ['errors/z', undefined],
  ];
  t.strictSame(new Set(shown.map(String)), new Set(expected.map(String)));
  t.equal(shown.length, expected.length);
});

t.test('chooses by name and age before anything is read', async t => {
  const pair = { file: listed('errors/a/b.json'), record: listed('errors/a/b.json.error.json') };
  const hashed = { file: listed('errors/~1'), record: listed('errors/~1.error.json') };
  const later = (ms: number) => new Date(noon.getTime() + ms);
  t.equal(mayFit(everything, pair, noon), true);
  t.equal(mayFit({ ...everything, keys: ['a/b.json'] }, pair, noon), true);
  t.equal(mayFit({ ...everything, keys: ['a/b'] }, pair, noon), false);
  t.equal(mayFit({ ...everything, prefix: 'a/' }, pair, noon), true);
  t.equal(mayFit({ ...everything, prefix: 'b' }, pair, noon), false);
  t.equal(mayFit({ ...everything, olderThanMs: 1000 }, pair, later(999)), false);
  t.equal(mayFit({ ...everything, olderThanMs: 1000 }, pair, later(1000)), true);
  t.equal(mayFit({ ...everything, newerThanMs: 1000 }, pair, later(999)), true);
  t.equal(mayFit({ ...everything, newerThanMs: 1000 }, pair, later(1000)), false);
  t.equal(mayFit({ ...everything, keys: ['k'] }, hashed, noon), true, 'its key stands in its record');
  const alone = { ...hashed, record: undefined };
  t.equal(mayFit({ ...everything, keys: ['k'] }, alone, noon), false);
  t.equal(mayFit(everything, alone, noon), true);
  t.equal(mayFit({ ...everything, reason: 'invalid-json' }, { ...pair, record: undefined }, noon), false);
  t.equal(fits({ ...everything, keys: ['a.json'], reason: 'invalid-json' }, record), true);
  t.equal(fits({ ...everything, reason: 'unknown-kind' }, record), false);
  t.equal(fits({ ...everything, prefix: 'b' }, record), false);
});

t.test('finds the objects of a key where the worker puts them', async t => {
  const keys = [
    'a.json',
    '',
    '~a',
    'x.error.json',
    'é'.repeat(503),
    'é'.repeat(502),
    'a'.repeat(1018),
    'a\r\n',
  ];
  for (const key of keys) {
    const found = objectKeysOf(key);
    t.same({ file: found.errorFile, record: found.errorRecord }, errorKeys(key), JSON.stringify(key));
    t.equal(found.output, outputKey(key));
    t.equal(found.input, `input/${key}`);
  }
});

t.test('takes only a record that the worker has written here', async t => {
  const text = JSON.stringify({ ...record, detail: 'more', redrives: 0 });
  t.same(parseRecord(text, 'errors/a.json.error.json'), record);
  const awkward = { ...record, key: '~a.json' };
  t.same(parseRecord(JSON.stringify(awkward), errorKeys('~a.json').record), awkward);
  t.equal(parseRecord(text, 'errors/b.json.error.json'), undefined);
  for (const other of ['', '[]', '{"key":"a.json"}', JSON.stringify({ ...record, sourceSha256: 'x' })])
    t.equal(parseRecord(other, 'errors/a.json.error.json'), undefined, other);
});

t.test('judges what may be done with a refused file', async t => {
  const before = new Date(noon.getTime() - 1000);
  const none = { file: head(), input: undefined, output: undefined };
  const other = { 'source-sha256': 'b'.repeat(64) };
  for (const [expected, found] of [
    ['send', none],
    ['send', { ...none, output: head(other, before) }],
    ['newer-output', { ...none, output: head(other, noon) }],
    ['input-waits', { ...none, input: head() }],
    ['no-file', { ...none, file: undefined }],
    ['record-differs', { ...none, file: head(other) }],
    ['record-differs', { ...none, file: head({}) }],
    ['record-differs', { ...none, file: head(undefined, noon, 6) }],
    ['record-differs', { ...none, file: head(other), output: head() }],
    ['processed', { ...none, output: head() }],
    ['processed', { ...none, file: undefined, output: head() }],
    ['send', { ...none, file: head({ 'source-sha256': sha, redrives: '2' }) }],
    ['redriven-three-times', { ...none, file: head({ 'source-sha256': sha, redrives: '3' }) }],
    ['send', { ...none, file: head({ 'source-sha256': sha, redrives: 'many' }) }],
  ] as const) {
    const verdict = judgePair(record, found);
    t.equal(verdict.kind === 'send' ? 'send' : verdict.reason, expected);
  }
  const huge = { ...record, bytes: 5 * 1024 ** 3 + 1 };
  t.match(judgePair(huge, { ...none, file: head(undefined, noon, huge.bytes) }), { reason: 'too-large' });
});

t.test('judges what may be done with a file on its way', async t => {
  const transit = buildTransit({ id: '1', record, file: head(), recordEtag: '"r"' });
  const none = { copy: head(), file: undefined, input: undefined, output: undefined };
  const other = { 'source-sha256': 'b'.repeat(64) };
  const again = (redrives: number) => head({ 'source-sha256': sha, redrives: String(redrives) });
  for (const [expected, found] of [
    ['send', none],
    ['send', { ...none, file: head() }],
    ['sent-before', { ...none, input: head(inputMetadata(transit)) }],
    ['input-waits', { ...none, input: head(inputMetadata({ ...transit, id: '2' })) }],
    ['processed', { ...none, output: head() }],
    ['refused-again', { ...none, file: again(1) }],
    ['newer-error', { ...none, file: head(other) }],
    ['newer-output', { ...none, output: head(other) }],
  ] as const) {
    const verdict = judgeTransit(transit, found);
    t.equal(verdict.kind === 'send' ? 'send' : verdict.reason, expected);
  }
});

t.test('keeps all that is needed to go on in metadata that S3 takes', async t => {
  const file = head({ 'source-sha256': sha, redrives: '2' });
  for (const key of ['a.json', 'line\nbreak\r', '🚀'.repeat(256)]) {
    const transit = buildTransit({ id: 'x', record: { ...record, key }, file, recordEtag: '"r"' });
    const metadata = transitMetadata(transit);
    const text = Object.entries(metadata).flat().join('');
    t.match(text, /^[\x20-\x7e]*$/);
    t.ok(text.length <= 2048, `${text.length} bytes`);
    t.strictSame(parseTransit(transit.objectKey, head(metadata)), transit);
    t.match(inputMetadata(transit), { redrives: '3', 'redriven-from': '"e"', 'redrive-id': 'x' });
  }
  t.equal(parseTransit('errors/~redrive/x', head({})), undefined);
});

t.test('decodes listed keys of either server', async t => {
  t.equal(decodeListedKey('a+b%20c%2Bd%0D'), 'a b c+d\r');
});

t.test('ends with 0 only when nothing was refused and nothing failed', async t => {
  const none = { sent: [], finished: [], refused: [], failed: [] };
  t.equal(redriveExitCode(none), 0);
  t.equal(redriveExitCode({ ...none, sent: [{ key: 'a', redrives: 1, bytes: 1 }] }), 0);
  t.equal(redriveExitCode({ ...none, refused: [{ key: 'a', reason: 'no-file', detail: '' }] }), 1);
  t.equal(redriveExitCode({ ...none, failed: [{ key: 'a', detail: '' }] }), 1);
  t.equal(renderRedrive(none, false), '0 sent, 0 finished, 0 refused, 0 failed');
  t.match(renderRedrive(none, true), /^Nothing was changed\. Would be: 0 sent/);
});

async function* stream(objects: readonly Listed[]): AsyncGenerator<Listed> {
  yield* objects;
}
