import { test } from 'tap';
import { buildAdoptables, isOurs } from '../../../scripts/core/bootstrap-adoption.ts';

const account = '123456789012';

const planned = (address: string, after: object | null, actions: readonly string[] = ['create']) => ({
  address,
  type: address.split('.').at(-2),
  change: { actions, after },
});

const adoptablesOf = (...changes: readonly object[]) =>
  buildAdoptables(JSON.stringify({ format_version: '1.2', resource_changes: changes }), account);

test('finds what has a name of ours by the id that an import takes', async t => {
  const cases = [
    ['module.state_bucket.aws_s3_bucket.this', { bucket: 'acme-state' }, 'acme-state'],
    ['aws_dynamodb_table.lock', { name: 'acme-lock' }, 'acme-lock'],
    ['module.state_key.aws_kms_alias.this', { name: 'alias/acme' }, 'alias/acme'],
    ['aws_iam_role.ci', { name: 'acme-ci', path: '/ci/' }, 'acme-ci'],
    ['aws_iam_user.ci', { name: 'acme-ci' }, 'acme-ci'],
    ['aws_iam_group.ci', { name: 'acme-ci' }, 'acme-ci'],
    ['aws_iam_policy.boundary', { name: 'b', path: '/' }, `arn:aws:iam::${account}:policy/b`],
    ['aws_iam_policy.ci', { name: 'b', path: '/ci/' }, `arn:aws:iam::${account}:policy/ci/b`],
    [
      'aws_iam_openid_connect_provider.github',
      { url: 'https://token.actions.githubusercontent.com' },
      `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
    ],
  ] as const;
  t.strictSame(
    adoptablesOf(...cases.map(([address, after]) => planned(address, after))),
    cases.map(([address, , id]) => ({ address, id, isShared: address.includes('openid') })),
  );
});

test('leaves alone what the state knows, and what AWS gives its name', async t => {
  t.strictSame(
    adoptablesOf(
      planned('aws_dynamodb_table.lock', { name: 'acme-lock' }, ['no-op']),
      planned('aws_dynamodb_table.lock', { name: 'acme-lock' }, ['delete', 'create']),
      planned('aws_iam_user.ci', null, ['delete']),
      planned('aws_kms_key.this', { description: 'key' }),
      planned('aws_s3_bucket_versioning.this', { bucket: 'acme-state' }),
    ),
    [],
  );
  t.strictSame(buildAdoptables('{"format_version":"1.2"}', account), []);
});

test('tells by its tags what is ours', async t => {
  const resource = (type: string, instance: object, module?: string) => ({
    mode: 'managed',
    type,
    name: 'this',
    ...(module === undefined ? {} : { module }),
    instances: [instance],
  });
  const state = JSON.stringify({
    resources: [
      resource('aws_a', { attributes: { tags_all: { project: 'millrace', business: 'acme' } } }),
      resource('aws_b', { index_key: 0, attributes: { tags_all: { project: 'other' } } }),
      resource('aws_c', { index_key: 'x', attributes: { tags_all: {} } }, 'module.m["k"]'),
    ],
  });
  t.ok(isOurs(state, 'aws_a.this', 'acme'));
  t.notOk(isOurs(state, 'aws_a.this', 'rival'), 'another business in the same account');
  t.notOk(isOurs(state, 'aws_b.this[0]', 'acme'));
  t.notOk(isOurs(state, 'module.m["k"].aws_c.this["x"]', 'acme'), 'what has no tags of ours');
  t.notOk(isOurs(state, 'aws_z.this', 'acme'), 'what is not there');
});
