import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { buildUploadKey, datasetOf, parseDataset, parseUploadDay } from '../../../scripts/core/upload-key.ts';

const codebase = fileURLToPath(new URL('../../../files/codebase', import.meta.url));

t.test('builds the very keys that the jobs look for', async t => {
  const inputs = [
    { dataset: 'movies', day: '2026-11-20', file: 'movies.csv' },
    { dataset: 'Series', day: '2024-02-29', file: 'a b|é.csv' },
    { dataset: '_x1', day: '1999-01-01', file: 'x' },
    { dataset: 'github_events', day: '2026-01-01', file: '1.csv' },
  ];
  const program =
    'import json, sys; from lake.layout import upload_key; print(json.dumps([upload_key(**one) for one in json.loads(sys.argv[1])]))';
  const theirs = execFileSync('python3', ['-c', program, JSON.stringify(inputs)], {
    env: { ...process.env, PYTHONPATH: codebase, PYTHONDONTWRITEBYTECODE: '1' },
    encoding: 'utf8',
  });
  t.strictSame(inputs.map(buildUploadKey), JSON.parse(theirs));
  t.equal(
    buildUploadKey({ dataset: 'movies', day: '2026-11-20', file: 'movies.csv' }),
    'Raw/Local/CSV/Movies/2026/11/20/movies.csv',
  );
});

t.test('takes the dataset from what stands before the first dot', async t => {
  t.strictSame(['movies.csv', 'series.2024.csv.gz', 'plain', '.hidden.csv'].map(datasetOf), [
    'movies',
    'series',
    'plain',
    '',
  ]);
});

t.test('accepts the datasets that layout.py accepts', async t => {
  t.equal(parseDataset(undefined), undefined);
  for (const name of ['Movies', '_a', 'a1_B']) t.equal(parseDataset(name), name);
  for (const name of ['', '9x', 'a-b', 'a b', 'é', 'a/b', 'a\n'])
    t.throws(() => parseDataset(name), { message: /^--dataset: expects letters, .*, got "/ });
});

t.test('takes the day in UTC, or the one that is given', async t => {
  const now = new Date('2026-11-20T23:59:59.999Z');
  t.equal(parseUploadDay(undefined, now), '2026-11-20');
  t.equal(parseUploadDay(undefined, new Date('2026-11-20T22:00:00-05:00')), '2026-11-21');
  t.equal(parseUploadDay('2024-02-29', now), '2024-02-29');
  for (const day of [
    '',
    '2026-02-29',
    '2026-13-01',
    '2026-1-2',
    '20261120',
    '2026-11-20T00',
    'today',
    '2026-00-10',
  ])
    t.throws(() => parseUploadDay(day, now), {
      message: `--day: expects a day of the calendar as YYYY-MM-DD, got ${JSON.stringify(day)}`,
    });
});
