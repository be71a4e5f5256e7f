import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { z } from 'zod';

const readFile = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../files/${path}`, import.meta.url)), 'utf8');

const column = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  type: z.enum(['bigint', 'boolean', 'double', 'int', 'string', 'timestamp']),
  comment: z.string().min(1),
});
const table = z.strictObject({
  description: z.string().min(1),
  source: z.discriminatedUnion('format', [
    z.strictObject({
      layer: z.literal('raw'),
      key: z.string(),
      format: z.literal('csv'),
      delimiter: z.string().length(1),
      header: z.boolean(),
    }),
    z.strictObject({ layer: z.literal('raw'), key: z.string(), format: z.literal('ndjson') }),
    z.strictObject({ layer: z.literal('staged'), key: z.string(), format: z.literal('parquet') }),
  ]),
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
  t.strictSame(Object.keys(datasets.analytics), ['github_activity']);
  for (const { columns } of [...Object.values(datasets.staged), ...Object.values(datasets.analytics)]) {
    const names = columns.map(({ name }) => name);
    t.equal(new Set(['dt', ...names]).size, names.length + 1, names.join(', '));
  }
});

t.test('a series is a movie with an end', async t => {
  t.strictSame(
    columnsOf('staged', 'series').filter(column => column !== 'end_year int'),
    columnsOf('staged', 'movies'),
  );
});

t.test('github_events has the columns that raw-to-staged writes', async t => {
  const script = readFile('spark/raw-to-staged.py');
  t.strictSame(columnsOf('staged', 'github_events'), selectedColumns(script, 'select_events'));
});

t.test('github_activity has the columns that staged-to-analytics writes', async t => {
  const body = functionBody(readFile('spark/staged-to-analytics.py'), 'count_activity');
  const group = [...(body.match(/groupBy\(([^)]*)\)/)?.[1] ?? '').matchAll(/"(\w+)"/g)].map(
    match => match[1],
  );
  const counts = [...body.matchAll(/f\.count(?:_distinct)?\([^)]*\)\.alias\("(\w+)"\)/g)].map(
    match => match[1],
  );
  t.strictSame(columnsOf('analytics', 'github_activity'), [
    ...group.map(name => `${name} string`),
    ...counts.map(name => `${name} bigint`),
  ]);
});

/** `name type` of each column that a function selects, by its casts and the script's EVENT_SCHEMA. */
function selectedColumns(script: string, name: string): readonly string[] {
  const schema = schemaTypes(script.match(/EVENT_SCHEMA = """([^"]*)"""/)?.[1] ?? '');
  const selected = functionBody(script, name).match(/\.select\(([\s\S]*?)\n {8}\)/)?.[1] ?? '';
  return selected
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
    .map(line => {
      const [, alias] = line.match(/\.alias\("(\w+)"\),$/) ?? [];
      const [, cast] = line.match(/\.cast\("(\w+)"\)/) ?? [];
      const [, path = ''] = line.match(/^f\.col\("event\.([\w.]+)"\)/) ?? [];
      const type = cast ?? (line.startsWith('f.get_json_object(') ? 'string' : schema.get(path));
      return `${alias} ${type}`;
    });
}

function functionBody(script: string, name: string): string {
  return script.match(new RegExp(`^def ${name}\\([\\s\\S]*?(?=^def |$(?![\\s\\S]))`, 'm'))?.[0] ?? '';
}

/** Spark's DDL as types by path: `actor STRUCT<id: BIGINT>` is `actor.id` and `bigint`. */
function schemaTypes(ddl: string): ReadonlyMap<string, string> {
  const types = new Map<string, string>();
  for (const [, name, fields, type = ''] of ddl.matchAll(/(\w+) (?:STRUCT<([^>]*)>|(\w+))/g)) {
    if (fields === undefined) types.set(`${name}`, type.toLowerCase());
    for (const [, field, fieldType = ''] of (fields ?? '').matchAll(/(\w+): (\w+)/g))
      types.set(`${name}.${field}`, fieldType.toLowerCase());
  }
  return types;
}
