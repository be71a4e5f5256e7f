import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runProcess } from '../../../scripts/edge/process.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Calls a function of Python with arguments of JSON.
 * @returns what it gives, lists for what it yields, or the text of its ValueError
 */
async function call(importPath: string, name: string, ...args: readonly unknown[]): Promise<unknown> {
  const [, module = '', member = ''] = name.match(/^(.+)\.(\w+)$/) ?? [];
  const program = [
    'import importlib, importlib.util, json, os, sys',
    'path, module, member, args = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])',
    'if path.endswith(".py"):',
    '    spec = importlib.util.spec_from_file_location(module, path)',
    '    loaded = importlib.util.module_from_spec(spec)',
    '    spec.loader.exec_module(loaded)',
    'else:',
    '    sys.path.insert(0, path)',
    '    loaded = importlib.import_module(module)',
    'try:',
    '    answer = getattr(loaded, member)(*args)',
    '    answer = list(answer) if hasattr(answer, "__next__") else answer',
    'except ValueError as error:',
    '    answer = "ValueError: " + str(error)',
    'print(json.dumps(answer))',
  ].join('\n');
  const result = await runProcess({
    file: join(root, '.venv/bin/python'),
    args: ['-I', '-B', '-c', program, join(root, 'files', importPath), module, member, JSON.stringify(args)],
    env: {},
  });
  if (result.kind !== 'exited' || result.exitCode !== 0) throw new Error(JSON.stringify(result));
  return JSON.parse(result.stdout);
}

const layout = (name: string, ...args: readonly unknown[]) =>
  call('codebase', `lake.layout.${name}`, ...args);
const parse = (...args: readonly unknown[]) => call('codebase', 'lake.arguments.parse_arguments', ...args);
const objects = (event: unknown) => call('codebase_layer/python', 'lake_events.objects_of', event);

t.jobs = 2;

t.test('lake.layout gives the keys of the lake', async t => {
  const day = '2026-11-20';
  t.equal(
    await layout('upload_key', 'movies', day, 'movies.csv'),
    'Raw/Local/CSV/Movies/2026/11/20/movies.csv',
  );
  t.equal(await layout('archive_day', day), 'github/archive/dt=2026-11-20/');
  t.equal(await layout('jdbc_day', 'public', 'orders', day), 'jdbc/public.orders/dt=2026-11-20/');
  t.equal(await layout('table_day', 'movies', day), 'movies/dt=2026-11-20/');
  t.equal(await layout('rejected_day', 'movies', day), 'movies/_rejected/dt=2026-11-20/');
  t.equal(await layout('sources_day', 'movies', day), 'movies/_sources/dt=2026-11-20/');
});

t.test('lake.layout refuses what would lie where nobody looks', async t => {
  for (const day of ['20261120', '2026-W47-5', '2026-11-31', '2026-11-20\n', ''])
    t.match(await layout('table_day', 'movies', day), 'ValueError: day: expected', day);
  t.match(await layout('table_day', 'Movies', '2026-11-20'), 'ValueError: table: expected');
  t.match(await layout('upload_key', 'movies', '2026-11-20', '../x'), 'ValueError: file: expected');
  t.match(await layout('upload_key', '', '2026-11-20', 'x'), 'ValueError: dataset: expected');
  t.match(await layout('jdbc_day', 'a/b', 'c', '2026-11-20'), 'ValueError: table: expected');
});

t.test('lake.arguments reads what the job asks for and passes over what Glue adds', async t => {
  t.strictSame(
    await parse(
      [
        '--JOB_ID',
        'j_1',
        'true',
        '--raw_bucket',
        'raw',
        '--job-language=python',
        '--where=--b=c',
        '--conf',
        'a=b',
      ],
      ['raw_bucket'],
      ['where', 'tables'],
    ),
    { raw_bucket: 'raw', where: '--b=c' },
  );
  t.strictSame(await parse(['--TempDir', 's3://helper/temporary'], ['TempDir']), {
    TempDir: 's3://helper/temporary/',
  });
  t.strictSame(await parse([], [], ['day']), {});
  t.match(
    await parse([], [], ['day'], true),
    { day: /^\d{4}-\d{2}-\d{2}$/ },
    'today, where that is asked for',
  );
});

t.test('lake.arguments names what is missing, doubled, unknown or of another form', async t => {
  for (const [argv, expected] of [
    [['--a='], '--a: expected a value, got none'],
    [[], '--a, --b_bucket: expected a value, got none'],
    [['--a', '--b_bucket=raw'], '--a: expected a value, got none'],
    [['--a=1', '--a=2'], '--a: expected once, got it twice'],
    [['--a=1', '--B-Bucket', 'raw'], '--B-Bucket: expected --b_bucket'],
    [['--a=1', '--b_bucket=raw', '--Day=2026-11-20'], '--Day: expected --day'],
    [['--a=1', '--b_bucket=raw', 'day=2026-11-20'], 'day: expected --day'],
    [['--a=1', '--b_bucket=raw', '-day', '2026-11-20'], '-day: expected --day'],
    [['--a=1', '--b_bucket=raw', '--dya=2026-11-20'], '--dya: expected one of --a, --b_bucket, --day'],
    [['--a=1', '--b_bucket=Raw!'], "--b_bucket: expected the name of a bucket, got 'Raw!'"],
    [['--a=1', '--b_bucket=raw', '--day=today'], "--day: expected YYYY-MM-DD, got 'today'"],
    [
      ['--a=1', '--b_bucket=raw', '--day=2026-11-31'],
      "--day: expected a day of the calendar, got '2026-11-31'",
    ],
  ] as const)
    t.equal(await parse(argv, ['a', 'b_bucket'], ['day']), `ValueError: ${expected}`, argv.join(' '));
  t.equal(
    await parse(['--TempDir=/tmp'], ['TempDir']),
    "ValueError: --TempDir: expected s3://BUCKET/PREFIX/, got '/tmp'",
  );
});

t.test('lake_events finds the objects of an event on whichever way it came', async t => {
  const notification = {
    Records: [
      { eventSource: 'aws:s3', s3: { bucket: { name: 'raw' }, object: { key: 'a+b/%C3%A9%2B.csv' } } },
      { eventSource: 'aws:s3', s3: { bucket: { name: 'raw' }, object: { key: 'c' } } },
    ],
  };
  const found = [
    ['raw', 'a b/é+.csv'],
    ['raw', 'c'],
  ];
  const throughSns = { Type: 'Notification', Message: JSON.stringify(notification) };
  const throughSqs = (body: unknown) => ({
    Records: [{ eventSource: 'aws:sqs', body: JSON.stringify(body) }],
  });
  t.strictSame(await objects(notification), found);
  t.strictSame(await objects(throughSqs(notification)), found);
  t.strictSame(await objects(throughSqs(throughSns)), found);
  t.strictSame(
    await objects({ Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(notification) } }] }),
    found,
  );
  t.strictSame(
    await objects({ source: 'aws.s3', detail: { bucket: { name: 'raw' }, object: { key: 'a+b' } } }),
    [['raw', 'a+b']],
    'EventBridge encodes nothing',
  );
  t.strictSame(await objects(throughSqs({ Service: 'Amazon S3', Event: 's3:TestEvent' })), []);
});

t.test('lake_events refuses an event it would lose', async t => {
  t.equal(
    await objects({ Records: [{ eventSource: 'aws:kinesis' }] }),
    "ValueError: event: expected a record of S3, SQS or SNS, got one of 'aws:kinesis'",
  );
  t.equal(
    await objects({ a: 1 }),
    "ValueError: event: expected one about objects of S3, got an object with ['a']",
  );
  t.equal(await objects([]), 'ValueError: event: expected one about objects of S3, got a list');
});
