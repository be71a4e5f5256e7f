import t from 'tap';
import { defaultConcurrency, parseWorkerConfig, SettingsFault } from '../../../worker/host/config.ts';

t.test('fills in what is not said', async t => {
  t.same(parseWorkerConfig('{"bucket":"some-bucket","region":"eu-west-1"}'), {
    bucket: 'some-bucket',
    region: 'eu-west-1',
    workDir: '/var/lib/millrace',
    concurrency: undefined,
    budget: { files: 100_000, bytes: 100 * 1024 ** 3, seconds: 600 },
    csvDelimiter: undefined,
    passThrough: [],
  });
  const all = {
    bucket: 'some-bucket',
    region: 'us-gov-east-1',
    workDir: '/x',
    concurrency: 1,
    budget: { files: 1, bytes: 2, seconds: 3 },
    csvDelimiter: '\x01',
    passThrough: ['.parquet', '.tar.gz', '*'],
  };
  t.same(parseWorkerConfig(JSON.stringify(all)), all);
  const { budget } = parseWorkerConfig('{"bucket":"abc","region":"eu-west-1","budget":{"files":7}}');
  t.same(budget, { files: 7, bytes: 100 * 1024 ** 3, seconds: 600 });
});

t.test('names every fault with its path and value', async t => {
  const fields = {
    bucket: 'No',
    workDir: 'here',
    concurrency: 0.5,
    budget: { files: 0, bytes: '1', seconds: 86_401, minutes: 1 },
    csvDelimiter: '"',
    passThrough: ['png'],
    colour: 'red',
  };
  t.throws(() => parseWorkerConfig(JSON.stringify(fields)), {
    message: [
      'bucket: expected the name of a bucket, got "No"',
      'region: expected a region such as eu-west-1, got nothing',
      'workDir: expected an absolute path, got "here"',
      'concurrency: expected a whole number from 1 to 256, got 0.5',
      'csvDelimiter: expected one ASCII character other than a quote, CR, LF or NUL, got "\\""',
      'passThrough: expected a list of endings in small letters such as .parquet, or *, got ["png"]',
      'budget.files: expected a whole number from 1, got 0',
      'budget.bytes: expected a whole number from 1, got "1"',
      'budget.seconds: expected a whole number from 1 to 86400, got 86401',
      'colour: expected no such setting, got "red"',
      'budget.minutes: expected no such setting, got 1',
    ].join('; '),
  });
  t.throws(() => parseWorkerConfig('{"bucket":"abc","region":"eu-west-1","budget":7}'), {
    message: 'budget: expected a JSON object, got 7',
  });
});

t.test('refuses what is no JSON object', async t => {
  for (const text of ['[]', 'null', '"x"'])
    t.throws(() => parseWorkerConfig(text), new SettingsFault([`expected a JSON object, got ${text}`]), text);
  for (const text of ['', '{'])
    t.throws(() => parseWorkerConfig(text), { name: 'SettingsFault', message: /^expected JSON: / }, text);
});

t.test('works on as many files at a time as cores and descriptors allow', async t => {
  t.equal(defaultConcurrency(2, 4096), 32);
  t.equal(defaultConcurrency(64, 1_000_000), 256);
  t.equal(defaultConcurrency(8, 128), 16);
  t.equal(defaultConcurrency(1, 10), 1);
});
