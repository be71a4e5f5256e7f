import t from 'tap';
import { buildGlueName, jobNames, parseJobName } from '../../../scripts/core/job-names.ts';

t.test('knows the jobs of the lake by their very names', async t => {
  for (const name of jobNames) t.equal(parseJobName(name), name);
  for (const name of [
    '',
    'raw-to-stage',
    'RAW-TO-STAGED',
    'raw-to-staged ',
    'spark/raw-to-staged.py',
    'toString',
  ]) {
    t.throws(() => parseJobName(name), {
      name: 'Failure',
      message: `run-job: expects one of the jobs jdbc-to-raw, raw-to-staged, staged-to-analytics, files-batch, got ${JSON.stringify(name)}`,
    });
  }
});

t.test('names a job of Glue for its environment', async t => {
  t.equal(buildGlueName({ prefix: 'acme-dev' }, 'files-batch'), 'acme-dev-files-batch');
});
