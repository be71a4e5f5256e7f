import t from 'tap';
import { resourcesOf } from '../../helpers/estate/estate.ts';
import type { StackPlan } from '../../helpers/estate/plan-json.ts';

const change = (after: Record<string, unknown>, after_unknown: Record<string, unknown>) => ({
  actions: ['create'],
  after,
  after_unknown,
  after_sensitive: {},
});
const planned: StackPlan = {
  plan: {
    variables: {},
    checks: [],
    resource_changes: [
      {
        address: 'module.lake["raw"].aws_s3_bucket.this',
        module_address: 'module.lake["raw"]',
        mode: 'managed',
        type: 'aws_s3_bucket',
        name: 'this',
        change: change(
          { bucket: 'acme-raw', tags: null },
          { arn: true, id: true, policy: true, tags_all: {} },
        ),
      },
      {
        address: 'aws_iam_role_policy.reader',
        mode: 'managed',
        type: 'aws_iam_role_policy',
        name: 'reader',
        change: change({ name: 'reader' }, { id: true, policy: true, role: true }),
      },
      {
        address: 'data.aws_partition.current',
        mode: 'data',
        type: 'aws_partition',
        name: 'current',
        change: change({}, {}),
      },
    ],
    configuration: {
      root_module: {
        resources: [
          { address: 'aws_iam_role_policy.reader', expressions: { name: {}, policy: {}, role: {} } },
        ],
        module_calls: {
          lake: {
            source: '../modules/bucket',
            module: { resources: [{ address: 'aws_s3_bucket.this', expressions: { bucket: {} } }] },
          },
        },
      },
    },
  },
  ids: new Map([['module.lake["raw"].aws_s3_bucket.this', { arn: 'arn:aws:s3:::acme-raw', id: 'acme-raw' }]]),
  filled: new Map<string, Record<string, unknown>>([
    ['module.lake["raw"].aws_s3_bucket.this', { bucket: 'acme-raw', policy: 'x7k2m9qa' }],
    ['aws_iam_role_policy.reader', { name: 'reader', policy: '{"Statement":[]}' }],
  ]),
};

t.test('knows ids by their stand-ins, and what names them; the rest stays unknown', async t => {
  t.strictSame(resourcesOf('datalake', planned), [
    {
      stack: 'datalake',
      address: 'module.lake["raw"].aws_s3_bucket.this',
      type: 'aws_s3_bucket',
      folders: ['modules/bucket', 'datalake'],
      after: { bucket: 'acme-raw', tags: null, arn: 'arn:aws:s3:::acme-raw', id: 'acme-raw' },
      unknown: { policy: true },
      sensitive: {},
      given: ['bucket'],
    },
    {
      stack: 'datalake',
      address: 'aws_iam_role_policy.reader',
      type: 'aws_iam_role_policy',
      folders: ['datalake'],
      after: { name: 'reader', policy: '{"Statement":[]}' },
      unknown: { id: true, role: true },
      sensitive: {},
      given: ['name', 'policy', 'role'],
    },
  ]);
});
