import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { buildNames } from '../../scripts/core/names.ts';
import type { ResultPage } from '../../scripts/core/query-result.ts';
import { openQueryEngine, type QueryEngine } from '../../scripts/edge/athena.ts';
import { type AwsAccess, createAthena, createS3 } from '../../scripts/edge/aws.ts';
import { createTarget } from '../../scripts/edge/target-choice.ts';
import { openWorkspace } from '../../scripts/edge/workspace.ts';
import { copyProject, ended, runInCopy } from '../helpers/clean-copy.ts';
import { startEmulator, testRegion } from '../helpers/emulator.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const workgroup = 'acme-test';
const database = 'acme_test_staged';

/** What the rows of table `odd` hold: each is a trap for some way of printing. */
const texts = ['a,b', 'say "hi"', 'two\r\nlines', '', '\u001b[2J\u009b31m', '日本 👩‍🔬', "it's"];
const table = `
  select * from (values
    (1::bigint, 9223372036854775807::bigint, 0.1::double, true, 'a,b', timestamp '2026-01-01 12:30:00'),
    (2, 9007199254740991, 'nan'::double, false, 'say "hi"', null),
    (3, null, null, null, e'two\\r\\nlines', null),
    (4, 0, -1.5, true, '', null),
    (5, 1, 1e300, true, chr(27) || '[2J' || chr(155) || '31m', null),
    (6, 1, 0, true, '日本 👩‍🔬', null),
    (7, 1, 0, true, 'it''s', null),
    (8, 1, 0, true, null, null)
  ) as odd(n, big, share, flag, label, seen)`;

/** Writes Parquet with the DuckDB that the emulator answers with. */
async function makeParquet(t: Test, select: string): Promise<Buffer> {
  const file = join(t.testdir({}), 'rows.parquet');
  const code = 'import duckdb, sys; duckdb.sql(sys.argv[1]).write_parquet(sys.argv[2])';
  await execa(join(root, '.venv/bin/python'), ['-c', code, select, file]);
  return readFileSync(file);
}

/** A lake of one table: what stack datalake declares, and what a job has written. */
async function makeLake(
  t: Test,
  access: AwsAccess,
  names: Readonly<Record<'workgroup' | 'database', string>>,
) {
  const { local, region } = access;
  const glue = new GlueClient({
    region,
    endpoint: local?.endpoint ?? '',
    credentials: { accessKeyId: local?.accountId ?? '', secretAccessKey: 'local' },
  });
  const [s3, athena] = [createS3(access), await createAthena(access)];
  t.teardown(() => {
    for (const client of [glue, s3, athena]) client.destroy();
  });
  const Bucket = 'acme-test-staged';
  await s3.send(new CreateBucketCommand({ Bucket }));
  const put = async (Key: string, Body: Buffer | string) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  await put('odd/dt=2026-01-01/rows.parquet', await makeParquet(t, table));
  const more = await makeParquet(
    t,
    `select (100 + i)::bigint as n, 'row ' || i as label from range(2499) t(i)`,
  );
  await put('odd/dt=2026-01-02/rows.parquet', more);
  await put('odd/_rejected/dt=2026-01-02/rows.json', '{"reason":"not a row"}\n');
  const DatabaseName = names.database;
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }));
  await glue.send(new CreateTableCommand({ DatabaseName, TableInput: tableInput(`s3://${Bucket}/odd/`) }));
  await athena.send(
    new CreateWorkGroupCommand({
      Name: names.workgroup,
      Configuration: { ResultConfiguration: { OutputLocation: `s3://${Bucket}-results/` } },
    }),
  );
  await s3.send(new CreateBucketCommand({ Bucket: `${Bucket}-results` }));
  return { athena };
}

/** As in terraform/datalake/catalog.tf. */
function tableInput(Location: string) {
  const types = {
    n: 'bigint',
    big: 'bigint',
    share: 'double',
    flag: 'boolean',
    label: 'string',
    seen: 'timestamp',
  };
  const hive = 'org.apache.hadoop.hive.ql.io.parquet';
  return {
    Name: 'odd',
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      EXTERNAL: 'TRUE',
      classification: 'parquet',
      'projection.enabled': 'true',
      'projection.dt.type': 'date',
      'projection.dt.format': 'yyyy-MM-dd',
      'projection.dt.range': '2026-01-01,NOW',
      'storage.location.template': `${Location}dt=\${dt}/`,
    },
    PartitionKeys: [{ Name: 'dt', Type: 'string' }],
    StorageDescriptor: {
      Location,
      InputFormat: `${hive}.MapredParquetInputFormat`,
      OutputFormat: `${hive}.MapredParquetOutputFormat`,
      SerdeInfo: { SerializationLibrary: `${hive}.serde.ParquetHiveSerDe` },
      Columns: Object.entries(types).map(([Name, Type]) => ({ Name, Type })),
    },
  };
}

async function untilEnded(engine: QueryEngine, sql: string) {
  const started = await engine.start(sql, database);
  if ('refused' in started) return { ...started, id: '' };
  for (;;) {
    const execution = await engine.look(started.id);
    if (execution.state !== 'running') return { ...execution, id: started.id };
    await sleep(50);
  }
}

async function pagesOf(engine: QueryEngine, sql: string): Promise<readonly ResultPage[]> {
  const { id } = await untilEnded(engine, sql);
  const pages: ResultPage[] = [];
  for await (const page of engine.pages(id)) pages.push(page);
  return pages;
}

t.test('the engine: rows over Parquet in days, pages, errors, and statements without rows', async t => {
  const emulator = await startEmulator(t);
  const access = { region: testRegion, local: { endpoint: emulator.endpoint, accountId: '000000000000' } };
  const { athena } = await makeLake(t, access, { workgroup, database });
  const engine = openQueryEngine(athena, workgroup);
  t.equal(await engine.hasWorkgroup(), true);
  t.equal(await openQueryEngine(athena, 'nobody').hasWorkgroup(), false);

  const [first] = await pagesOf(engine, "select n, label, dt from odd where dt = '2026-01-01' order by n");
  t.strictSame(first?.columns, [
    { name: 'n', type: 'bigint' },
    { name: 'label', type: 'varchar' },
    { name: 'dt', type: 'varchar' },
  ]);
  t.strictSame(
    first?.rows,
    [...texts, null].map((label, at) => [`${at + 1}`, label, '2026-01-01']),
    'texts arrive as they are, an empty one apart from a null; what is set aside is no row',
  );

  const pages = await pagesOf(engine, "select n from odd where dt = '2026-01-02' order by n");
  t.ok(pages.length > 1, 'more rows than a page holds');
  t.strictSame(
    pages.flatMap(({ rows }) => rows.map(([n]) => n)),
    Array.from({ length: 2499 }, (_, at) => `${100 + at}`),
    'each row once, the names of the columns never',
  );

  t.match(await untilEnded(engine, 'select * from nothing'), {
    state: 'failed',
    reason: /^Catalog Error: Table with name nothing does not exist!/,
  });
  t.match(await untilEnded(engine, 'create table x (n bigint)'), {
    refused: 'External keyword required for table type HIVE',
  });
  t.strictSame(await pagesOf(engine, 'drop table if exists nothing'), [{ columns: [], rows: [] }]);
});

t.test('the command: help, bad input, an environment that is not deployed, and one that is', async t => {
  const copy = mkdtempSync(join(tmpdir(), 'millrace-query-'));
  t.teardown(() => rmSync(copy, { recursive: true, force: true }));
  await copyProject(copy);
  for (const name of ['node_modules', '.venv']) symlinkSync(join(root, name), join(copy, name));
  const argv = ['node_modules/zx/build/cli.js', 'scripts/query.mjs'];
  const run = async (...args: readonly string[]) =>
    ended(await runInCopy([process.execPath, ...argv, ...args], { cwd: copy }));

  t.match(await run('--help'), { exitCode: 0, stdout: /^npx zx scripts\/query\.mjs SQL .*--layer LAYER/s });
  const failures = [
    [[], /^error: query: expects SQL, got nothing\n/],
    [['-'], /^error: query: expects an SQL statement, got ""\n/],
    [['select 1', '--env', 'nowhere'], /^error: config\/nowhere\.yaml: there is no such environment\n/],
    [
      ['select 1'],
      /^error: environment local: has no Athena workgroup millrace-local yet\n {2}Run deploy first/,
    ],
  ] as const;
  for (const [args, stderr] of failures) t.match(await run(...args), { exitCode: 1, stdout: '', stderr });

  const workspace = openWorkspace(copy, 'local');
  const target = await createTarget(workspace);
  t.teardown(target.remove);
  await target.start(() => {});
  t.match(await run('select 1'), {
    exitCode: 1,
    stdout: '',
    stderr: /error: environment local: has no Athena workgroup/,
  });

  const names = buildNames(workspace.config, 'local');
  await makeLake(t, target.access, { workgroup: names.prefix, database: names.databases.staged });
  const sql = "select n, big, share, flag, label, seen from odd where dt = '2026-01-01' order by n";
  await t.test('a table', async t => {
    const { exitCode, stdout, stderr } = await run(sql);
    t.equal(exitCode, 0);
    t.strictSame(stdout.split('\n').slice(0, 5), [
      'n                  big   share  flag   label               seen',
      '-  -------------------  ------  -----  ------------------  -------------------',
      '1  9223372036854775807     0.1  true   a,b                 2026-01-01 12:30:00',
      '2     9007199254740991     nan  false  say "hi"            NULL',
      '3                 NULL    NULL  NULL   two\\r\\nlines        NULL',
    ]);
    t.match(stderr, /^> query\n\+ query \d+\.\d s\n8 rows, .+ scanned, \d+\.\d s\n$/);
  });
  await t.test('CSV, read back by a CSV reader', async t => {
    const { stdout } = await run(sql, '--csv');
    const code = 'import csv, json, sys; json.dump(list(csv.reader(open(0, newline=""))), sys.stdout)';
    const read = await execa(join(root, '.venv/bin/python'), ['-X', 'utf8', '-c', code], { input: stdout });
    const [head, ...rows] = JSON.parse(read.stdout);
    t.strictSame(head, ['n', 'big', 'share', 'flag', 'label', 'seen']);
    t.strictSame(
      rows.map((row: readonly string[]) => row[4]),
      [...texts, ''],
    );
  });
  await t.test('JSON, of a statement from standard input', async t => {
    const { stdout, exitCode } = await execa(process.execPath, [...argv, '-', '--json'], {
      cwd: copy,
      input: `-- the traps\n${sql}\n`,
    });
    t.equal(exitCode, 0);
    const { columns, rows, scannedBytes } = JSON.parse(stdout);
    t.strictSame(columns, ['n', 'big', 'share', 'flag', 'label', 'seen']);
    t.strictSame(rows[0], {
      n: 1,
      big: '9223372036854775807',
      share: 0.1,
      flag: true,
      label: 'a,b',
      seen: '2026-01-01 12:30:00',
    });
    t.match(rows[2], { n: 3, big: null, share: null, flag: null, label: 'two\r\nlines' });
    t.strictSame(
      rows.map(({ label }: { label: string }) => label),
      [...texts, null],
    );
    t.type(scannedBytes, 'number');
  });
  t.match(await run('select count(*) as n from odd', '--csv'), { exitCode: 0, stdout: 'n\r\n2507\r\n' });
  t.match(await run('select * from odd', '--layer', 'raw', '--json'), {
    exitCode: 1,
    stdout: '',
    stderr: /\nerror: Athena: Catalog Error: Table with name odd does not exist!\n/,
  });
  await t.test('a reader that has enough ends it quietly', async t => {
    const child = execa(process.execPath, [...argv, 'select * from odd', '--csv'], {
      cwd: copy,
      reject: false,
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const { exitCode, stderr } = await child;
    t.equal(exitCode, 0);
    t.notMatch(stderr, /error/);
  });
  await t.test('Ctrl-C stops the statement', async t => {
    const endless = 'select count(*) from range(3000000000) t(i) where i % 7 = 3';
    const child = execa(process.execPath, [...argv, endless], { cwd: copy, reject: false });
    child.stderr.once('data', () => setTimeout(() => child.kill('SIGINT'), 1_000));
    const { exitCode, stdout, stderr } = await child;
    t.equal(exitCode, 1);
    t.equal(stdout, '');
    t.match(stderr, /\nInterrupted\.\nThe statement was stopped \([0-9a-f-]{36}\)\.\n/);
  });
});
