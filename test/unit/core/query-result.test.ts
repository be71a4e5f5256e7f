import t from 'tap';
import { type AnsweredPage, isNumeric, parsePage, typedValue } from '../../../scripts/core/query-result.ts';

const page = (
  columns: readonly (readonly [string, string])[],
  rows: readonly (readonly (string | null)[])[],
): AnsweredPage => ({
  ResultSet: {
    ResultSetMetadata: { ColumnInfo: columns.map(([Name, Type]) => ({ Name, Type })) },
    Rows: rows.map(row => ({ Data: row.map(cell => (cell === null ? {} : { VarCharValue: cell })) })),
  },
});
const columns = [
  ['n', 'bigint'],
  ['name', 'varchar'],
] as const;

t.test('drops the names that come first on the first page, and nothing else', async t => {
  const named = page(columns, [
    ['n', 'name'],
    ['1', null],
    ['n', 'name'],
    ['2', ''],
  ]);
  t.strictSame(parsePage(named, true), {
    columns: [
      { name: 'n', type: 'bigint' },
      { name: 'name', type: 'varchar' },
    ],
    rows: [
      ['1', null],
      ['n', 'name'],
      ['2', ''],
    ],
  });
  t.equal(parsePage(named, false).rows.length, 4, 'a later page has none');
});

t.test('keeps every row of an answer that has no names in it', async t => {
  const tables = page([['tab_name', 'string']], [['movies'], ['series']]);
  t.strictSame(parsePage(tables, true).rows, [['movies'], ['series']]);
});

t.test('reads an answer without columns, without rows, and with nothing at all', async t => {
  t.strictSame(parsePage(page([], []), true), { columns: [], rows: [] });
  t.strictSame(parsePage(page(columns, []), true).rows, []);
  t.strictSame(parsePage({}, true), { columns: [], rows: [] });
});

t.test('a row that ends early ends in nulls', async t => {
  t.strictSame(parsePage(page(columns, [['n\tbigint\t']]), true).rows, [['n\tbigint\t', null]]);
});

t.test('gives JSON its own types, and text where a digit would be lost', async t => {
  const cases = [
    ['bigint', '9007199254740991', 9_007_199_254_740_991],
    ['bigint', '-9007199254740991', -9_007_199_254_740_991],
    ['bigint', '9007199254740992', '9007199254740992'],
    ['bigint', '9223372036854775807', '9223372036854775807'],
    ['integer', '-7', -7],
    ['tinyint', '0', 0],
    ['double', '1.0E10', 1e10],
    ['double', '0.1', 0.1],
    ['double', 'NaN', 'NaN'],
    ['double', '-Infinity', '-Infinity'],
    ['float', '1.5', 1.5],
    ['decimal', '12.50', 12.5],
    ['decimal', '-0.000000123', -0.000000123],
    ['decimal', '123456789.123456', 123_456_789.123456],
    ['decimal', '1234567890.123456', '1234567890.123456'],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['varchar', '1', '1'],
    ['varchar', '', ''],
    ['bigint', '', ''],
    ['timestamp', '2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000'],
    ['array', '[1, 2]', '[1, 2]'],
    ['bigint', null, null],
    ['varchar', null, null],
  ] as const;
  for (const [type, text, expected] of cases)
    t.equal(typedValue(text, { name: 'x', type }), expected, `${type} ${text}`);
});

t.test('tells numbers from the rest', async t => {
  const numeric = ['tinyint', 'smallint', 'integer', 'bigint', 'float', 'real', 'double', 'decimal'];
  const others = ['varchar', 'boolean', 'date', 'timestamp', 'array', 'map', 'row', 'varbinary'];
  for (const type of numeric) t.ok(isNumeric({ name: 'x', type }), type);
  for (const type of others) t.notOk(isNumeric({ name: 'x', type }), type);
});
