import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { z } from 'zod';

const readFile = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../files/${path}`, import.meta.url)), 'utf8');

const column = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  type: z.enum(['bigint', 'boolean', 'double', 'int', 'string', 'timestamp']),
  path: z.string().optional(),
  json: z.literal(true).optional(),
  comment: z.string().min(1),
});
const keys = z.array(z.string().regex(/YYYY.MM.DD\//)).min(1);
const table = z.strictObject({
  description: z.string().min(1),
  source: z.discriminatedUnion('format', [
    z.strictObject({
      layer: z.literal('raw'),
      keys,
      format: z.literal('csv'),
      delimiter: z.string().length(1),
      null: z.string(),
    }),
    z.strictObject({ layer: z.literal('raw'), keys, format: z.literal('ndjson'), time: z.string() }),
    z.strictObject({ layer: z.literal('staged'), keys, format: z.literal('parquet') }),
  ]),
  key: z.array(z.string()).min(1),
  required: z.array(z.string()).min(1),
  firstDay: z.iso.date(),
  columns: z.array(column).min(1),
});
const tables = z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), table);
const datasets = z
  .strictObject({ staged: tables, analytics: tables })
  .parse(JSON.parse(readFile('configuration/datasets.json')));

const columnsOf = (layer: 'staged' | 'analytics', name: string) =>
  (datasets[layer][name]?.columns ?? []).map(({ name, type }) => `${name} ${type}`);

t.test('declares the tables of the layout, each column once and none of them the partition', async t => {
  t.strictSame(Object.keys(datasets.staged), ['movies', 'series', 'github_events']);
  t.strictSame(Object.keys(datasets.analytics), [
    'github_activity',
    'github_repos',
    'titles_by_genre',
    'artists',
  ]);
  for (const { columns, key, required } of [
    ...Object.values(datasets.staged),
    ...Object.values(datasets.analytics),
  ]) {
    const names = columns.map(({ name }) => name);
    t.equal(new Set(['dt', ...names]).size, names.length + 1, names.join(', '));
    t.ok(
      [...key, ...required].every(name => names.includes(name)),
      'key and required columns are declared',
    );
  }
});

t.test('what analytics is made of is in staged', async t => {
  for (const [name, { source }] of Object.entries(datasets.analytics))
    for (const key of source.keys) {
      const [from = '', ...rest] = key.split('/');
      t.ok(from in datasets.staged, `${name} reads ${from}`);
      t.strictSame(rest, ['dt=YYYY-MM-DD', '']);
    }
});

t.test('a series is a movie with an end', async t => {
  t.strictSame(
    columnsOf('staged', 'series').filter(column => column !== 'end_year int'),
    columnsOf('staged', 'movies'),
  );
});
