import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { createCsv, detectDelimiter } from '../../../worker/host/processors/csv.ts';
import { countOpen, findFault, runProcessor } from '../../helpers/run-processor.ts';

const csv = createCsv(undefined);

const run = (text: string | Buffer, size?: number) => runProcessor(csv, 'a.csv', Buffer.from(text), size);

const good: readonly (readonly [string, string])[] = [
  ['header only', 'a,b\n'],
  ['header without a line end', 'a,b'],
  ['CRLF', 'a,b\r\n1,2\r\n'],
  ['no line end at the end', 'a,b\n1,2'],
  ['one column', 'name\nada\ngrace\n'],
  ['quoted delimiter and line end', 'a,b\n"1,\r\n1","2"\n'],
  ['doubled quotes', 'a,b\n"say ""hi""",""\n'],
  ['quote inside a field', 'a,b\n5" disk,x"y"z\n'],
  ['blank lines', 'a,b\n\n1,2\n\r\n3,4\n\n'],
  ['semicolons with decimal commas', 'a;b\n1,5;2\n2;3,5\n'],
  ['tabs', 'a\tb\n1,1\t2\n'],
  ['pipes', 'a|b|c\n1|2,2|3\n'],
  ['byte order mark before a quote', '\ufeff"a",b\n1,2\n'],
  ['empty fields', ',\n,\n'],
  ['CR at the end of the file', 'a,b\n1,2\r'],
  ['line ends and doubled quotes in quotes', 'a,b\r\n"\r\n\r""",2\r\n'],
  ['an empty quoted field alone', 'a\n""\n'],
  ['quoted at the end of the file', 'a,b\n1,"2"'],
];

const bad: readonly (readonly [string, string, object, RegExp])[] = [
  ['nothing', '', { byte: 0, record: 1 }, /expected at least one record/],
  ['only blank lines', '\n\r\n', { byte: 0, record: 1 }, /expected at least one record/],
  ['too few fields', 'a,b\n1,2\n3\n', { byte: 8, record: 3 }, /expected 2 fields .*, got 1/],
  ['too many fields', 'a,b\n1,2,3', { byte: 4, record: 2 }, /expected 2 fields .*, got 3/],
  ['text after a quote', 'a,b\n"1"x,2\n', { byte: 7, record: 2 }, /after a closing quote/],
  ['CR after a quote', 'a,b\n1,"2"\rx\n', { byte: 10, record: 2 }, /line feed after a carriage/],
  ['CR in a field', 'a,b\n1\r,2\n', { byte: 6, record: 2 }, /line feed after a carriage/],
  ['CR that ends a record', 'a,b\r1,2\r', { byte: 4, record: 1 }, /line feed after a carriage/],
  ['only a byte order mark', '\ufeff', { byte: 0, record: 1 }, /expected at least one record/],
  ['open quote', 'a,b\n1,"2\n', { byte: 4, record: 2 }, /never ends/],
  ['NUL', 'a,b\n1,\u0000\n', { byte: 6, record: 2 }, /NUL/],
  ['NUL in quotes', 'a,b\n1,"\u0000"\n', { byte: 7, record: 2 }, /NUL/],
  ['place behind a byte order mark', '\ufeffa,b\n1\n', { byte: 7, record: 2 }, /got 1/],
];

t.test('passes good files on byte for byte, at every chunk boundary', async t => {
  for (const [name, text] of good) {
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size += 1)
      t.same(await run(bytes, size), bytes, `${name}, ${size}`);
  }
});

t.test('refuses bad files, naming the record', async t => {
  for (const [name, text, place, message] of bad) {
    for (const size of [1, 2, 3, 100]) {
      await t.rejects(run(text, size), { reason: 'invalid-csv', place, message }, name);
    }
  }
});

t.test('refuses UTF-16 and accepts other encodings that contain ASCII', async t => {
  await t.rejects(run(Buffer.from('\ufeffa,b\n', 'utf16le')), { reason: 'invalid-csv', message: /UTF-16/ });
  const latin1 = Buffer.from('name,größe\nünal,1\n', 'latin1');
  t.same(await run(latin1), latin1);
});

t.test('finds a fault far behind the sample', async t => {
  const text = `a,b\n${'1,2\n'.repeat(50_000)}3\n`;
  await t.rejects(run(text, 65_536), { message: /got 1/, place: { byte: 200_004, record: 50_002 } });
});

t.test('detects the delimiter under which the file holds', async t => {
  const cases: readonly (readonly [string, string])[] = [
    ['a,b\n1,2\n', ','],
    ['a;b,c\n1;2,5\n3;4,5\n', ','],
    ['a;b;c\n1,1;2;3\n', ';'],
    ['name, first|age\nx|1\n', '|'],
    ['a\tb\n', '\t'],
    ['a\tb', '\t'],
    ['alone\n', ','],
    ['', ','],
    ['a^b\n1^2\n', '^'],
    ['a~b\n1~2\n', '~'],
    ['a\x01b\n1,5\x012\n', '\x01'],
    ['a\x1fb\n1,5\x1f2\n', '\x1f'],
    ['a:b\n1:2\n', ':'],
    // The last record counts too when the sample is the whole file.
    ['a;b|c\n1;2|3|4', ';'],
    // Times have colons in every record, and a comma that does not hold still is what a reader would use.
    ['12:00,1\n12:01,2\n', ','],
    ['12:00,1\n12:01,2,3\n', ','],
    ['at\n12:00\n12:01\n', ','],
    // One that splits the first record is meant, even where another record is at fault.
    ['a^b:c\n1^2:3^4\n', '^'],
    // Words and dates are no reason to split.
    ['first last\nx y\n', ','],
    ['2026-01-01\n2026-01-02\n', ','],
  ];
  for (const [text, delimiter] of cases) {
    t.equal(String.fromCharCode(detectDelimiter(Buffer.from(text))), delimiter, JSON.stringify(text));
  }
});

t.test('detects the delimiter of a record that is longer than the sample', async t => {
  const wide = Buffer.from(`${'1;2;3,5;'.repeat(20_000)}\n`);
  t.equal(String.fromCharCode(detectDelimiter(wide)), ';');
  t.same(await run(wide, 1000), wide);
});

t.test('detects the same however the file arrives', async t => {
  // The comma no longer holds behind the first 64 KiB, the semicolon does; what lies there is not looked at.
  const head = 'a;b,c\n1;2,3\n';
  const text = `${head.repeat(Math.ceil(65_536 / head.length))}1;2\n`;
  for (const size of [1000, 65_536, 65_537, 1_000_000]) {
    const fault = await findFault(csv, 'a.csv', Buffer.from(text), size);
    t.match(fault, { place: { byte: text.length - 4 }, message: /expected 2 fields .*, got 1/ }, `${size}`);
  }
});

t.test('finds a rare mark, but not over a delimiter that splits the first record', async t => {
  for (const mark of '#/\\@$%&*+=!') {
    const table = Buffer.from(`a${mark}b\n"1, 2"${mark}x,y\n`);
    t.equal(detectDelimiter(table), mark.charCodeAt(0), mark);
    t.same(await runProcessor(csv, 'a.csv', table, 1), table);
  }
  t.match(await findFault(csv, 'a.csv', Buffer.from('a,b#\n1#\n')), { reason: 'invalid-csv' });
});

t.test('takes a given delimiter instead of looking for one', async t => {
  const given = createCsv(':');
  const text = Buffer.from('a:b\n1,2:3\n');
  t.same(await runProcessor(given, 'a.csv', text, 1), text);
  t.match(await findFault(given, 'a.csv', Buffer.from('a,b:c\n1,2\n')), {
    reason: 'invalid-csv',
    message: 'expected 2 fields as in the first record, got 1',
    place: { byte: 6, record: 2 },
  });
  for (const delimiter of [' ', '#', '\x7f', '/']) {
    const table = Buffer.from(`a${delimiter}"${delimiter}"\r\n1${delimiter}2\r\n`);
    t.same(await runProcessor(createCsv(delimiter), 'a.txt', table, 1), table, JSON.stringify(delimiter));
    const ragged = Buffer.from(`a${delimiter}b\n1\n`);
    t.match(await findFault(createCsv(delimiter), 'a.txt', ragged), { place: { byte: 4, record: 2 } });
  }
});

t.test('leaves no file open after a fault', async t => {
  const path = join(t.testdir(), 'a.csv');
  writeFileSync(path, `a,b\n1\n${'1,2\n'.repeat(100_000)}`);
  const source = { key: 'a.csv', sha256: '', open: () => createReadStream(path) };
  const reading = csv.process(source)[Symbol.asyncIterator]();
  await t.rejects(reading.next(), { name: 'FileFault' });
  for (let waits = 0; waits < 100 && countOpen(path) > 0; waits += 1) await setTimeout(10);
  t.equal(countOpen(path), 0);
});

t.test('accepts every table that a writer of RFC 4180 makes', async t => {
  const field = fc.string({ unit: fc.constantFrom(...'ab1 ,;|\t"\n\ré') });
  const table = fc
    .integer({ min: 2, max: 5 })
    .chain(width =>
      fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    );
  const quoteField = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const property = fc.asyncProperty(
    table,
    fc.constantFrom(',', ';', '\t', '|', '\x01', '^', '~', ':'),
    fc.integer({ min: 1, max: 9 }),
    async (rows, delimiter, size) => {
      const bytes = Buffer.from(rows.map(row => `${row.map(quoteField).join(delimiter)}\r\n`).join(''));
      return (await run(bytes, size)).equals(bytes);
    },
  );
  await t.resolves(fc.assert(property, { numRuns: 500 }));
});
