import t from 'tap';
import { parseQueryRequest, parseStatement } from '../../../scripts/core/query-request.ts';

const operands = ['select 1'];

t.test('asks the staged layer for a table unless told otherwise', async t => {
  t.strictSame(parseQueryRequest({ operands }), { sql: 'select 1', layer: 'staged', format: 'table' });
  t.strictSame(parseQueryRequest({ operands, layer: 'analytics', csv: true }), {
    sql: 'select 1',
    layer: 'analytics',
    format: 'csv',
  });
  t.match(parseQueryRequest({ operands, json: true }), { format: 'json' });
  t.match(parseQueryRequest({ operands: ['-'] }), { sql: undefined }, 'a dash stands for standard input');
});

t.test('refuses what cannot be meant, before anything is asked', async t => {
  t.throws(() => parseQueryRequest({ operands, csv: true, json: true }), {
    message: 'query: expects at most one of --csv and --json, got both',
  });
  for (const layer of ['gold', 'Staged', ''])
    t.throws(() => parseQueryRequest({ operands, layer }), {
      message: `--layer: expects one of raw, staged, analytics, got ${JSON.stringify(layer)}`,
    });
  for (const sql of ['', ' \n\t'])
    t.throws(() => parseQueryRequest({ operands: [sql] }), {
      message: `query: expects an SQL statement, got ${JSON.stringify(sql)}`,
    });
  t.equal(parseStatement('\n select 1 \n'), 'select 1');
});
