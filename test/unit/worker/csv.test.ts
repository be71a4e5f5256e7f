import fc from 'fast-check';
import t from 'tap';
import { csv, detectDelimiter } from '../../../worker/host/processors/csv.ts';
import { runProcessor } from '../../helpers/run-processor.ts';

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
  ['quoted at the end of the file', 'a,b\n1,"2"'],
];

const bad: readonly (readonly [string, string, object, RegExp])[] = [
  ['nothing', '', { byte: 0, record: 1 }, /expected at least one record/],
  ['only blank lines', '\n\r\n', { byte: 0, record: 1 }, /expected at least one record/],
  ['too few fields', 'a,b\n1,2\n3\n', { byte: 8, record: 3 }, /expected 2 fields .*, got 1/],
  ['too many fields', 'a,b\n1,2,3', { byte: 4, record: 2 }, /expected 2 fields .*, got 3/],
  ['text after a quote', 'a,b\n"1"x,2\n', { byte: 7, record: 2 }, /after a closing quote/],
  ['CR after a quote', 'a,b\n1,"2"\rx\n', { byte: 10, record: 2 }, /after a closing quote/],
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
    ['alone\n', ','],
  ];
  for (const [text, delimiter] of cases) {
    t.equal(String.fromCharCode(detectDelimiter(Buffer.from(text))), delimiter, JSON.stringify(text));
  }
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
    fc.constantFrom(',', ';', '\t', '|'),
    fc.integer({ min: 1, max: 9 }),
    async (rows, delimiter, size) => {
      const bytes = Buffer.from(rows.map(row => `${row.map(quoteField).join(delimiter)}\r\n`).join(''));
      return (await run(bytes, size)).equals(bytes);
    },
  );
  await t.resolves(fc.assert(property, { numRuns: 500 }));
});
