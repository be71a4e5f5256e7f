import t from 'tap';
import {
  findRetry,
  type GlueJob,
  type GlueRun,
  hasEnded,
  mayBeRetried,
  outputLogGroup,
  parseS3Url,
  requireSuccess,
  startHint,
} from '../../../scripts/core/glue-run.ts';

const job: GlueJob = {
  name: 'acme-dev-raw-to-staged',
  region: 'eu-west-1',
  script: 's3://scripts/spark/raw-to-staged.py',
  role: 'arn:aws:iam::123456789012:role/jobs/acme-dev-raw-to-staged',
  securityConfiguration: undefined,
  defaults: {},
  maxRetries: 1,
};
const run = (state: string, message?: string, attempt = 0): GlueRun => ({
  id: 'jr_1',
  state,
  message,
  attempt,
  previousId: undefined,
});

t.test('knows the states that a run does not leave', async t => {
  for (const state of ['SUCCEEDED', 'FAILED', 'TIMEOUT', 'ERROR', 'STOPPED', 'EXPIRED'])
    t.ok(hasEnded(run(state)), state);
  for (const state of ['STARTING', 'RUNNING', 'STOPPING', 'WAITING', 'UNKNOWN', ''])
    t.notOk(hasEnded(run(state)), state);
});

t.test('knows after which end Glue may try again', async t => {
  t.ok(mayBeRetried(job, run('FAILED')));
  t.notOk(mayBeRetried({ maxRetries: 0 }, run('FAILED')));
  t.notOk(mayBeRetried(job, run('FAILED', '', 1)), 'as often as it may');
  for (const state of ['SUCCEEDED', 'TIMEOUT', 'ERROR', 'STOPPED', 'RUNNING'])
    t.notOk(mayBeRetried(job, run(state)), state);
});

t.test('finds the run that tries another again', async t => {
  const one = (id: string, previousId?: string) => ({ ...run('RUNNING'), id, previousId });
  const runs = [one('jr_9', 'jr_8'), one('jr_3', 'jr_1'), one('jr_2', 'jr_1'), one('jr_1')];
  t.equal(findRetry(runs, ['jr_1'])?.id, 'jr_3');
  t.equal(findRetry(runs, ['jr_1', 'jr_3'])?.id, 'jr_2', 'one that names the first run again');
  t.equal(findRetry(runs, ['jr_1', 'jr_2', 'jr_3']), undefined);
});

t.test("passes a run that succeeded, and gives Glue's own words of any other", async t => {
  t.doesNotThrow(() => requireSuccess(job, run('SUCCEEDED')));
  const message = 'SystemExit: raw-to-staged: day: expected a date,\n got "x"';
  t.throws(() => requireSuccess(job, run('FAILED', message)), {
    name: 'Failure',
    message: `job acme-dev-raw-to-staged: run jr_1 ended as FAILED: ${message}`,
    hint: 'See: aws glue get-job-run --region eu-west-1 --job-name acme-dev-raw-to-staged --run-id jr_1',
  });
  t.throws(() => requireSuccess(job, run('FAILED', 'a\u001b[2J')), { message: /FAILED: a\\u\{1b\}\[2J$/ });
  for (const state of ['TIMEOUT', 'ERROR', 'STOPPED', 'EXPIRED']) {
    t.throws(() => requireSuccess(job, run(state)), {
      message: `job acme-dev-raw-to-staged: run jr_1 ended as ${state}`,
    });
  }
});

t.test('names the group of what scripts print', async t => {
  t.equal(outputLogGroup(job, {}), '/aws-glue/jobs/output');
  const grouped = { ...job, defaults: { '--custom-logGroup-prefix': '/aws-glue/jobs/a' } };
  t.equal(outputLogGroup(grouped, {}), '/aws-glue/jobs/a/output');
  t.equal(outputLogGroup(grouped, { '--custom-logGroup-prefix': '/b' }), '/b/output');
  const secured = { ...grouped, securityConfiguration: 'acme-dev' };
  t.equal(outputLogGroup(secured, {}), '/aws-glue/jobs/a/acme-dev-role/jobs/acme-dev-raw-to-staged/output');
  t.equal(outputLogGroup({ ...secured, role: 'plain' }, {}), '/aws-glue/jobs/a/acme-dev-role/plain/output');
});

t.test('has a remedy for the errors of a start', async t => {
  t.match(
    startHint('ConcurrentRunsExceededException', job),
    /get-job-runs --region eu-west-1 --job-name acme/,
  );
  t.match(startHint('ResourceNumberLimitExceededException', job), /limit/);
  t.match(startHint('AccessDeniedException', job), /glue:StartJobRun/);
  t.equal(startHint('InternalServiceException', job), undefined);
});

t.test('takes an S3 address apart, and refuses anything else', async t => {
  t.strictSame(parseS3Url('s3://b/a b/c=1.py', 'job'), { bucket: 'b', key: 'a b/c=1.py' });
  for (const url of ['', 's3://b', 's3://b/', 's3:///k', 'https://b/k', '/etc/passwd'])
    t.throws(() => parseS3Url(url, 'job'), {
      message: `job: expects s3://BUCKET/KEY, got ${JSON.stringify(url)}`,
    });
});
