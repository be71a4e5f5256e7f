import t from 'tap';
import { jobArgv, parseJobArguments } from '../../../scripts/core/job-arguments.ts';

t.test("gives names Glue's dashes and leaves values as they are", async t => {
  t.strictSame(parseJobArguments([]), {});
  t.strictSame(
    parseJobArguments(['day=2026-07-01', 'where=a = \'b\' and c="$(x)"', 'TempDir=s3://b/', 'v=a\nb', 'w= ']),
    {
      '--day': '2026-07-01',
      '--where': 'a = \'b\' and c="$(x)"',
      '--TempDir': 's3://b/',
      '--v': 'a\nb',
      '--w': ' ',
    },
  );
});

for (const { given, what } of [
  { given: ['day'], what: 'expects NAME=VALUE, got "day"' },
  { given: ['day='], what: 'expects NAME=VALUE, got "day="' },
  { given: ['=1'], what: 'expects NAME=VALUE, got "=1"' },
  { given: ['--day=1'], what: 'expects NAME=VALUE, got "--day=1"' },
  { given: ['a b=1'], what: 'expects NAME=VALUE, got "a b=1"' },
  { given: ['1a=1'], what: 'expects NAME=VALUE, got "1a=1"' },
  { given: ['day=1', 'day=1'], what: 'expects each name once, got day twice' },
  { given: ['x', 'a=1', 'a=2'], what: 'expects NAME=VALUE, got "x"; expects each name once, got a twice' },
]) {
  t.test(`refuses ${JSON.stringify(given)}`, async t => {
    t.throws(() => parseJobArguments(given), {
      name: 'Failure',
      message: `--arg: ${what}`,
      hint: /--arg day=2026-07-01$/,
    });
  });
}

t.test('writes names and values as words of their own, given ones over those of the job', async t => {
  t.strictSame(
    jobArgv({
      glueName: 'acme-dev-raw-to-staged',
      runId: 'jr_1',
      defaults: { '--raw_bucket': 'raw', '--day': 'yesterday', '--enable-metrics': 'true' },
      given: { '--day': '--x y', '--tables': 'movies' },
    }),
    [
      ...['--raw_bucket', 'raw', '--day', '--x y', '--enable-metrics', 'true', '--tables', 'movies'],
      ...['--JOB_NAME', 'acme-dev-raw-to-staged', '--JOB_RUN_ID', 'jr_1'],
    ],
  );
});
