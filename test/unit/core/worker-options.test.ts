import t from 'tap';
import { buildWorkerOptions } from '../../../scripts/core/worker-options.ts';
import { parseWorkerConfig } from '../../../worker/host/config.ts';

const nothing = {
  nodeVersion: '22.23.3',
  concurrency: null,
  budget: null,
  csvDelimiter: null,
  passThrough: null,
};
const all = {
  nodeVersion: '22.23.3',
  concurrency: 8,
  budget: { files: 10, gib: 2, seconds: 30 },
  csvDelimiter: '|',
  passThrough: ['.parquet', '*'],
};

t.test('leaves to the worker what the config does not say', async t => {
  t.strictSame(buildWorkerOptions(nothing), {});
});

t.test('says the rest in the words and units that the worker reads', async t => {
  const options = buildWorkerOptions(all);
  t.strictSame(options, {
    concurrency: 8,
    budget: { files: 10, bytes: 2 * 1024 ** 3, seconds: 30 },
    csvDelimiter: '|',
    passThrough: ['.parquet', '*'],
  });
  t.match(parseWorkerConfig(JSON.stringify({ bucket: 'files', region: 'eu-west-1', ...options })), options);
});
