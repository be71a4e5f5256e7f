import { test } from 'tap';
import {
  buildAdoptables,
  listForeign,
  listMissing,
  renderImports,
} from '../../../scripts/core/bootstrap-adoption.ts';

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

test('writes import blocks, and reads from a failed plan which of them found nothing', async t => {
  const adoptables = [
    { address: 'aws_iam_policy.ci["a"]', id: 'arn:aws:iam::1:policy/ci/a', isShared: false },
    { address: 'module.m.aws_s3_bucket.this', id: 'b', isShared: false },
  ];
  t.equal(
    renderImports(adoptables),
    'import {\n  to = aws_iam_policy.ci["a"]\n  id = "arn:aws:iam::1:policy/ci/a"\n}\n\nimport {\n  to = module.m.aws_s3_bucket.this\n  id = "b"\n}\n',
  );
  const said = `Cannot import non-existent remote object: While attempting to import an existing object to "aws_iam_policy.ci[\\"a\\"]", the provider detected
  Cannot import non-existent remote object: While attempting to import an existing object to
"module.m.aws_s3_bucket.this", the provider`;
  t.strictSame(
    listMissing(said),
    adoptables.map(({ address }) => address),
  );
  t.strictSame(listMissing('AccessDenied'), []);
});

test("tells by its tags what of a shared name is somebody else's", async t => {
  const shared = (name: string) => ({ address: `aws_x.${name}`, id: name, isShared: true });
  const imported = (name: string, before: object) => ({
    address: `aws_x.${name}`,
    type: 'aws_x',
    change: { actions: ['update'], before, after: {} },
  });
  const plan = JSON.stringify({
    resource_changes: [
      imported('ours', { tags_all: { project: 'millrace', business: 'acme' } }),
      imported('rival', { tags_all: { project: 'millrace', business: 'rival' } }),
      imported('other', { tags: { project: 'other' } }),
      imported('bare', { tags_all: null }),
    ],
  });
  const names = ['ours', 'rival', 'other', 'bare'];
  t.strictSame(
    listForeign(plan, names.map(shared), 'acme').map(({ id }) => id),
    ['rival', 'other', 'bare'],
  );
  t.strictSame(listForeign(plan, [{ ...shared('bare'), isShared: false }], 'acme'), []);
});
