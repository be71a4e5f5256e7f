import t from 'tap';
import { Failure } from '../../../scripts/core/failure.ts';
import type { Report } from '../../../scripts/core/report.ts';
import { mayChange, renderPlanSummary, renderReport, type StackPlan } from '../../../scripts/core/summary.ts';

const planned = (
  stack: StackPlan['stack'],
  over: Partial<Extract<StackPlan, { kind: 'planned' }>> = {},
): StackPlan => ({
  kind: 'planned',
  stack,
  isPreview: false,
  hasChanges: false,
  add: 0,
  change: 0,
  destroy: 0,
  changes: [],
  ...over,
});
const deferred: StackPlan = {
  kind: 'deferred',
  stack: 'ec2',
  awaits: [
    { stack: 'network', output: 'vpc_id' },
    { stack: 'network', output: 'public_subnet_ids' },
  ],
};
const failed: StackPlan = {
  kind: 'failed',
  stack: 'mpp',
  error: new Failure({ where: 'stack mpp', what: 'no' }),
};

t.test('shows every stack in one table, and removals by address below it', async t => {
  const text = renderPlanSummary([
    planned('bootstrap', { isPreview: true, hasChanges: true, add: 12 }),
    planned('network', {
      hasChanges: true,
      add: 1,
      destroy: 2,
      changes: [
        { address: 'aws_vpc.this', type: 'aws_vpc', action: 'replace' },
        { address: 'aws_subnet.public["a"]', type: 'aws_subnet', action: 'delete' },
        { address: 'aws_subnet.public["b"]', type: 'aws_subnet', action: 'create' },
      ],
    }),
    failed,
    deferred,
  ]);
  t.strictSame(text.split('\n'), [
    'stack      add  change  destroy',
    'bootstrap   12       0        0  preview',
    'network      1       0        2',
    'mpp        -    -       -        failed',
    'ec2        -    -       -        deferred, waits for network.vpc_id, network.public_subnet_ids',
    '  replace network: aws_vpc.this',
    '  delete network: aws_subnet.public["a"]',
  ]);
});

t.test(
  'tells the stacks that an apply may change: those with changes, and those that nobody knows yet',
  async t => {
    const changed = planned('network', { hasChanges: true });
    t.strictSame([planned('bootstrap'), changed, deferred, failed].map(mayChange), [
      false,
      true,
      true,
      false,
    ]);
  },
);

const report: Report = {
  schemaVersion: 1,
  environment: 'local',
  target: 'local',
  emulator: { name: 'ministack', version: '1.5.33' },
  stacks: [
    { name: 'bootstrap', outcome: 'unchanged', add: 0, change: 0, destroy: 0, seconds: 2.04 },
    { name: 'ec2', outcome: 'applied', add: 11, change: 1, destroy: 0, seconds: 31.96 },
  ],
  host: { address: '127.0.0.1', outcome: 'changed', changed: 3, seconds: 7 },
  verification: {
    processed: [{ key: 'input/p/orders.json', outputKey: 'output/p/orders.json' }],
    rejected: [{ key: 'input/p/bad.json', errorKey: 'errors/p/bad.json', reason: 'unreadable-json' }],
    ingested: ['github/archive/archive.json.gz'],
    waiting: ['input/p/late.csv'],
    othersWaiting: 2,
    seconds: 61,
  },
  notRehearsed: [{ gap: 'crawler', what: 'what a crawler finds' }],
  timeline: [],
  seconds: 120,
};

t.test('reports stacks, host, proof and what was not rehearsed', async t => {
  t.strictSame(renderReport(report).split('\n'), [
    'stack      outcome    add  change  destroy  seconds',
    'bootstrap  unchanged    0       0        0  2.0',
    'ec2        applied     11       1        0  32.0',
    'host       changed              3           7.0',
    '',
    'processed  input/p/orders.json             ->  output/p/orders.json',
    'rejected   input/p/bad.json                ->  errors/p/bad.json (unreadable-json)',
    'ingested   github/archive/archive.json.gz',
    'waiting    input/p/late.csv',
    '',
    '2 other files wait in input/',
    '',
    'Not rehearsed by the emulator:',
    '  crawler  what a crawler finds',
  ]);
});

t.test('leaves out what a run did not come to', async t => {
  const text = renderReport({ ...report, host: null, verification: null, notRehearsed: [] });
  t.notMatch(text, /host|processed|wait|rehearsed/);
  t.equal(text.split('\n').length, 3);
});
