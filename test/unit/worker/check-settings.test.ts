import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { bundlePrograms } from '../../../scripts/edge/bundle.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = t.testdir();
const { worker } = await bundlePrograms({ root, outDir: join(folder, 'dist') });
const settingsFile = join(folder, 'worker.json');
const workDir = join(folder, 'work');

/** Asks the bundle as the role does, by standard input, and by a file; both answer alike. */
function check(text: string) {
  const ask = (args: readonly string[], input = '') => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [worker, '--check', ...args], {
      input,
      encoding: 'utf8',
      env: {},
    });
    return { status, stdout, stderr };
  };
  const answer = ask(['-'], text);
  writeFileSync(settingsFile, text);
  t.strictSame(ask([settingsFile]), answer);
  return answer;
}

t.test('takes what a run would take, and says and does nothing', async t => {
  const settings = { bucket: 'lake-files', region: 'eu-west-1', workDir, concurrency: 8, csvDelimiter: ';' };
  t.strictSame(check(JSON.stringify(settings)), { status: 0, stdout: '', stderr: '' });
  t.notOk(existsSync(workDir), 'it is no run');
});

t.test('refuses what a run would refuse, with a line for each fault', async t => {
  const { status, stdout, stderr } = check(
    JSON.stringify({
      bucket: 'lake-files',
      region: true,
      workDir,
      concurrency: '8',
      csvDelimiter: ';;',
      passThrough: ['parquet'],
      budget: { files: 0, bytes: -1, seconds: 1_000_000 },
      'two\nlines': 1,
    }),
  );
  t.strictSame([status, stdout], [78, '']);
  t.strictSame(stderr.split('\n'), [
    'region: expected a region such as eu-west-1, got true',
    'concurrency: expected a whole number from 1 to 256, got "8"',
    'csvDelimiter: expected one ASCII character other than a quote, CR, LF or NUL, got ";;"',
    'passThrough: expected a list of endings in small letters such as .parquet, or *, got ["parquet"]',
    'budget.files: expected a whole number from 1, got 0',
    'budget.bytes: expected a whole number from 1, got -1',
    'budget.seconds: expected a whole number from 1 to 86400, got 1000000',
    'two lines: expected no such setting, got 1',
    '',
  ]);
  t.match(check('{'), { status: 78, stderr: /^expected JSON: .+\n$/ });
  t.strictSame(check('[]'), { status: 78, stdout: '', stderr: 'expected a JSON object, got []\n' });
});

t.test('does not call refused what it could not read', async t => {
  const { status, stderr } = spawnSync(process.execPath, [worker, '--check', join(folder, 'none.json')], {
    encoding: 'utf8',
  });
  t.equal(status, 1);
  t.match(stderr, /none\.json: ENOENT.*\n$/);
});
