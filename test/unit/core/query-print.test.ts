import t from 'tap';
import { openPrinter, type PrintFormat } from '../../../scripts/core/query-print.ts';
import type { Column, Row } from '../../../scripts/core/query-result.ts';

const columns: readonly Column[] = [
  { name: 'title', type: 'varchar' },
  { name: 'votes', type: 'bigint' },
  { name: 'note', type: 'varchar' },
];
const hostile: readonly Row[] = [
  ['a,b', '7', 'say "hi"'],
  ['two\r\nlines', '1234567', ''],
  [' padded ', null, null],
  ['日本', '9007199254740993', '\u001b[31mred\u009b\u2028'],
];

function print(format: PrintFormat, from: readonly Column[], ...pages: readonly (readonly Row[])[]) {
  const printer = openPrinter(format, from);
  const text = pages.map(printer.page).join('') + printer.end(123);
  return { text, remark: printer.remark() };
}

t.test('a table is aligned, in one line a row, nulls seen, and harms no terminal', async t => {
  t.strictSame(print('table', columns, hostile), {
    text: [
      'title                    votes  note',
      '------------  ----------------  ---------------------------',
      'a,b                          7  say "hi"',
      'two\\r\\nlines           1234567',
      ' padded                   NULL  NULL',
      '日本          9007199254740993  \\u{1b}[31mred\\u{9b}\\u{2028}',
      '',
    ].join('\n'),
    remark: undefined,
  });
});

t.test('a table cuts long texts and says so, but not those that stand alone', async t => {
  const long = 'x'.repeat(61);
  const { text, remark } = print('table', columns, [[long, '1', 'b']]);
  t.match(text, `\n${'x'.repeat(59)}…      1  b\n`);
  t.equal(remark, 'Long cells were cut: --csv and --json give them whole.');
  const alone = print('table', [{ name: 'plan', type: 'varchar' }], [[long]]);
  t.match(alone, { text: `plan\n${'-'.repeat(61)}\n${long}\n`, remark: undefined });
});

t.test('a table has its head once, and cuts no number of a later page', async t => {
  const narrow: readonly Column[] = [
    { name: 'n', type: 'bigint' },
    { name: 'm', type: 'bigint' },
  ];
  t.equal(print('table', narrow, [['1', '2']], [['1000', '20']]).text, 'n  m\n-  -\n1  2\n1000  20\n');
  t.equal(print('table', narrow, []).text, 'n  m\n-  -\n');
});

t.test('a statement without columns prints nothing but, as JSON, its object', async t => {
  t.equal(print('table', [], []).text, '');
  t.equal(print('csv', [], []).text, '');
  t.equal(print('json', [], []).text, '{"columns":[],"rows":[],"scannedBytes":123}\n');
});

t.test('CSV is that of RFC 4180, bytes as they are, a null apart from an empty text', async t => {
  t.equal(
    print('csv', columns, hostile.slice(0, 2), hostile.slice(2)).text,
    [
      'title,votes,note',
      '"a,b",7,"say ""hi"""',
      '"two\r\nlines",1234567,""',
      ' padded ,,',
      '日本,9007199254740993,\u001b[31mred\u009b\u2028',
      '',
    ].join('\r\n'),
  );
  t.equal(
    print('csv', [{ name: 'a', type: 'varchar' }], [[null], ['b']]).text,
    'a\r\n""\r\nb\r\n',
    'a record of one null is no empty line',
  );
  t.equal(print('csv', columns, []).text, 'title,votes,note\r\n');
});

t.test('JSON is one object of typed values, whatever the pages', async t => {
  const rows = [
    { title: 'a,b', votes: 7, note: 'say "hi"' },
    { title: 'two\r\nlines', votes: 1_234_567, note: '' },
    { title: ' padded ', votes: null, note: null },
    { title: '日本', votes: '9007199254740993', note: '\u001b[31mred\u009b\u2028' },
  ];
  const whole = { columns: ['title', 'votes', 'note'], rows, scannedBytes: 123 };
  for (const pages of [[hostile], [hostile.slice(0, 1), hostile.slice(1)], [[], hostile, []]]) {
    const { text } = print('json', columns, ...pages);
    t.strictSame(JSON.parse(text), whole);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may reach a terminal
    t.notMatch(text.trimEnd(), /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  }
  t.strictSame(JSON.parse(print('json', columns, []).text), { ...whole, rows: [] });
});

t.test('JSON keeps odd names and refuses one that comes twice', async t => {
  const odd = ['__proto__', 'constructor', ''].map(name => ({ name, type: 'bigint' }));
  t.strictSame(Object.entries(JSON.parse(print('json', odd, [['1', '2', '3']]).text).rows[0]), [
    ['__proto__', 1],
    ['constructor', 2],
    ['', 3],
  ]);
  const twice = [...columns, { name: 'votes', type: 'bigint' }];
  t.throws(() => openPrinter('json', twice), {
    name: 'Failure',
    message: '--json: expects columns of different names, got "votes" more than once',
  });
  t.match(print('csv', twice, [['a', '1', 'b', '2']]).text, /^title,votes,note,votes\r\na,1,b,2\r\n$/);
});
