import { createServer } from 'node:http';
import t, { type Test } from 'tap';
import type { AwsAccess } from '../../../scripts/edge/aws.ts';
import { createGlueRunner } from '../../../scripts/edge/glue-job.ts';
import type { Workspace } from '../../../scripts/edge/workspace.ts';

type Answer = { readonly status?: number; readonly body: object };
type Call = { readonly action: string; readonly input: Readonly<Record<string, unknown>> };

/** A service of AWS's JSON protocol that answers each action with its next answer, and the last one for ever. */
async function startService(t: Test, answers: Readonly<Record<string, readonly Answer[]>>) {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const at = calls.filter(call => call.action === action).length;
    calls.push({ action, input: JSON.parse(text) });
    const known = answers[action] ?? [];
    const { status = 200, body } = known[at] ?? known.at(-1) ?? refusal('UnknownOperationException');
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.closeAllConnections());
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const access: AwsAccess = {
    region: 'eu-west-1',
    local: { endpoint: `http://127.0.0.1:${port}`, accountId: '123456789012' },
  };
  return { access, calls };
}

const now = Date.now();
const refusal = (name: string, message = 'no', status = 400): Answer => ({
  status,
  body: { __type: name, message, Message: message },
});
const state = (JobRunState: string, ErrorMessage?: string): Answer => ({
  body: { JobRun: { Id: 'jr_1', JobRunState, ErrorMessage } },
});
const events = (...texts: readonly (readonly [id: string, message: string, time?: number])[]): Answer => ({
  body: {
    events: texts.map(([eventId, message, time = 0]) => ({ eventId, message, timestamp: now + time })),
  },
});
const job: Answer = {
  body: {
    Job: {
      Name: 'acme-dev-raw-to-staged',
      Role: 'arn:aws:iam::123456789012:role/r',
      SecurityConfiguration: 'acme-dev',
      Command: { ScriptLocation: 's3://s/k.py' },
      DefaultArguments: { '--custom-logGroup-prefix': '/aws-glue/jobs/x' },
    },
  },
};
const started: Answer = { body: { JobRunId: 'jr_1' } };

const workspace = {
  environment: 'dev',
  names: { prefix: 'acme-dev' },
  config: { jobs: { jdbc: null } },
} as unknown as Workspace;

/** Runs a job against such a service, and gives what was said and asked. */
async function run(
  t: Test,
  answers: Readonly<Record<string, readonly Answer[]>>,
  more: {
    /** A text among what was said, or an action among what was asked. */
    readonly interruptAfter?: string;
    readonly job?: 'raw-to-staged' | 'jdbc-to-raw';
  } = {},
) {
  const { access, calls } = await startService(t, { GetJob: [job], StartJobRun: [started], ...answers });
  const said: string[] = [];
  const error = await createGlueRunner(
    workspace,
    access,
    10,
  )({
    job: more.job ?? 'raw-to-staged',
    given: { '--day': '2026-07-01', '--where': '$(x) "y"' },
    say: line => said.push(line),
    isInterrupted: () =>
      more.interruptAfter !== undefined &&
      [...said, ...calls.map(({ action }) => action)].some(line => line.includes(more.interruptAfter ?? '')),
  }).then(
    () => undefined,
    (failure: unknown) => failure,
  );
  return {
    error,
    said,
    calls,
    count: (action: string) => calls.filter(call => call.action === action).length,
  };
}

t.test('starts the run, tells its states and its log lines once each, and ends with it', async t => {
  const { error, said, calls } = await run(t, {
    GetJobRun: [state('STARTING'), state('STARTING'), state('RUNNING'), state('RUNNING'), state('SUCCEEDED')],
    FilterLogEvents: [
      refusal('ResourceNotFoundException'),
      events(),
      events(['2', 'second\n', 2], ['1', 'first', 1]),
      { body: { events: [{ eventId: '2', message: 'second', timestamp: now + 2 }], nextToken: 'more' } },
      events(['3', 'third', 3]),
      events(['3', 'third', 3]),
      events(['3', 'third', 3], ['4', 'last\u001b[2J\n\tat x', 4]),
    ],
  });
  t.equal(error, undefined);
  t.strictSame(said, [
    '  acme-dev-raw-to-staged: run jr_1',
    '  acme-dev-raw-to-staged: STARTING',
    '  acme-dev-raw-to-staged: RUNNING',
    'first',
    'second',
    'third',
    '  acme-dev-raw-to-staged: SUCCEEDED',
    'last\\u{1b}[2J\n\tat x',
  ]);
  const find = (action: string) => calls.find(call => call.action === action)?.input;
  t.strictSame(find('StartJobRun'), {
    JobName: 'acme-dev-raw-to-staged',
    Arguments: { '--day': '2026-07-01', '--where': '$(x) "y"' },
  });
  t.strictSame(find('GetJobRun'), { JobName: 'acme-dev-raw-to-staged', RunId: 'jr_1' });
  t.match(find('FilterLogEvents'), {
    logGroupName: '/aws-glue/jobs/x/acme-dev-role/r/output',
    logStreamNamePrefix: 'jr_1',
    startTime: Number,
  });
});

for (const end of ['FAILED', 'TIMEOUT', 'ERROR', 'STOPPED']) {
  t.test(`fails with Glue's own words when the run ends as ${end}`, async t => {
    const { error, said } = await run(t, {
      GetJobRun: [state('RUNNING'), state(end, 'SystemExit: --day: expected a date')],
      FilterLogEvents: [events(['1', 'the job says'])],
    });
    t.match(error, {
      name: 'Failure',
      message: `job acme-dev-raw-to-staged: run jr_1 ended as ${end}: SystemExit: --day: expected a date`,
      hint: /aws glue get-job-run/,
    });
    t.ok(said.includes('the job says'));
  });
}

t.test('stops following at an interrupt, leaves the run alone and says how to stop it', async t => {
  const { error, count } = await run(
    t,
    { GetJobRun: [state('RUNNING')], FilterLogEvents: [events()] },
    { interruptAfter: 'RUNNING' },
  );
  t.match(error, {
    message: 'job acme-dev-raw-to-staged: is no longer followed; run jr_1 goes on',
    hint: 'To stop it: aws glue batch-stop-job-run --region eu-west-1 --job-name acme-dev-raw-to-staged --job-run-ids jr_1',
  });
  t.equal(count('GetJobRun'), 1);
  t.equal(count('BatchStopJobRun'), 0);
});

const retriedJob: Answer = { body: { Job: { Name: 'acme-dev-raw-to-staged', Role: 'r', MaxRetries: 1 } } };
const runs = (...JobRuns: readonly object[]): Answer => ({ body: { JobRuns } });

t.test('follows the run by which Glue tries a failed one again, and ends with that', async t => {
  const retry = (JobRunState: string, ErrorMessage?: string): Answer => ({
    body: { JobRun: { JobRunState, ErrorMessage, Attempt: 1, PreviousRunId: 'jr_1' } },
  });
  const answers = (...last: readonly Answer[]) => ({
    GetJob: [retriedJob],
    GetJobRun: [state('FAILED', 'first'), ...last],
    GetJobRuns: [
      refusal('InternalServiceException', 'busy', 500),
      runs({ Id: 'jr_1' }, { Id: 'jr_0_attempt_1', PreviousRunId: 'jr_0' }),
      runs({ Id: 'jr_1_attempt_1', PreviousRunId: 'jr_1', Attempt: 1 }, { Id: 'jr_1' }),
    ],
    FilterLogEvents: [events(['1', 'first']), events(), events(['2', 'again'])],
  });
  const { error, said, calls } = await run(t, answers(retry('RUNNING'), retry('SUCCEEDED')));
  t.equal(error, undefined);
  const name = '  acme-dev-raw-to-staged';
  t.strictSame(said, [
    `${name}: run jr_1`,
    `${name}: FAILED`,
    'first',
    `${name}: run jr_1 ended as FAILED: first`,
    `${name}: waiting for Glue to try it again`,
    `${name}: run jr_1_attempt_1`,
    `${name}: RUNNING`,
    'again',
    `${name}: SUCCEEDED`,
  ]);
  const asked = calls.filter(({ action }) => action === 'FilterLogEvents');
  t.equal(asked.at(-1)?.input['logStreamNamePrefix'], 'jr_1_attempt_1');

  const failed = await run(t, answers(retry('FAILED', 'second')));
  t.match(failed.error, {
    message: 'job acme-dev-raw-to-staged: run jr_1_attempt_1 ended as FAILED: second',
  });
});

t.test('waits for a retry no longer than it may, nor past an interrupt or a refusal', async t => {
  const failed = { GetJob: [retriedJob], GetJobRun: [state('FAILED')], FilterLogEvents: [events()] };
  const never = await run(t, { ...failed, GetJobRuns: [runs({ Id: 'jr_1' })] });
  t.match(never.error, { message: /run jr_1 ended as FAILED$/ });
  t.match(never.said.at(-1), 'no retry has shown up');
  t.equal(never.count('GetJobRuns'), 24);
  const refused = await run(t, { ...failed, GetJobRuns: [refusal('AccessDeniedException', 'not you')] });
  t.match(refused.error, { message: /run jr_1 ended as FAILED$/ });
  t.match(refused.said.at(-1), 'its other runs cannot be seen: AccessDeniedException: not you');
  const left = await run(t, failed, { interruptAfter: 'waiting for Glue' });
  t.match(left.error, { message: /run jr_1 has failed, and Glue may try it again$/, hint: /get-job-runs/ });
});

t.test('starts nothing after an interrupt', async t => {
  const { error, count } = await run(t, {}, { interruptAfter: 'GetJob' });
  t.match(error, { message: 'job acme-dev-raw-to-staged: was interrupted before a run was started' });
  t.equal(count('StartJobRun'), 0);
});

t.test('tells of a job that is not there, and starts nothing', async t => {
  const missing = { GetJob: [refusal('EntityNotFoundException')] };
  const { error, count } = await run(t, missing);
  t.match(error, {
    message: 'environment dev: has no job raw-to-staged yet',
    hint: 'Run deploy first: npx zx scripts/deploy.mjs --env dev',
  });
  t.equal(count('StartJobRun'), 0);
  t.match((await run(t, missing, { job: 'jdbc-to-raw' })).error, {
    message: 'environment dev: has no job jdbc-to-raw: its config names no database',
    hint: 'Give jobs.jdbc in config/dev.yaml, then run deploy.',
  });
});

for (const { name, hint } of [
  {
    name: 'ConcurrentRunsExceededException',
    hint: /aws glue get-job-runs --region eu-west-1 --job-name acme-dev-raw-to-staged/,
  },
  { name: 'ResourceNumberLimitExceededException', hint: /limit/ },
  { name: 'AccessDeniedException', hint: /glue:StartJobRun/ },
]) {
  t.test(`tells a start that ends in ${name}`, async t => {
    const { error, count } = await run(t, { StartJobRun: [refusal(name, 'Glue says no')] });
    t.match(error, {
      message: `job acme-dev-raw-to-staged: cannot be started: ${name}: Glue says no`,
      hint,
    });
    t.equal(count('GetJobRun'), 0);
  });
}

t.test('follows on without a log that may not be read, and says so once', async t => {
  const { error, said, count } = await run(t, {
    GetJobRun: [state('RUNNING'), state('RUNNING'), state('SUCCEEDED')],
    FilterLogEvents: [refusal('AccessDeniedException', 'not you')],
  });
  t.equal(error, undefined);
  t.equal(said.filter(line => line === '  Its log cannot be read: AccessDeniedException: not you').length, 1);
  t.equal(count('FilterLogEvents'), 1);
});

t.test('bears with a service that is away for a while, and not with a refusal', async t => {
  const away = refusal('InternalServiceException', 'busy', 500);
  const patient = await run(t, {
    GetJobRun: [state('RUNNING'), away, away, away, away, state('SUCCEEDED')],
    FilterLogEvents: [events()],
  });
  t.equal(patient.error, undefined);
  const refused = await run(t, {
    GetJobRun: [state('RUNNING'), refusal('ExpiredTokenException', 'old')],
    FilterLogEvents: [events()],
  });
  t.match(refused.error, {
    message: 'job acme-dev-raw-to-staged: run jr_1 cannot be followed any more: ExpiredTokenException: old',
    hint: 'It goes on. See: aws glue get-job-run --region eu-west-1 --job-name acme-dev-raw-to-staged --run-id jr_1',
  });
});
