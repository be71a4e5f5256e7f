import t from 'tap';
import { sweepingMembers, widenedMembers } from '../../../../scripts/core/review/members.ts';
import { buildTree } from '../../../../scripts/core/review/value-tree.ts';

const widened = (type: string, before: unknown, after: unknown, unknown?: unknown) =>
  widenedMembers({
    type,
    before: buildTree({ value: before }),
    after: buildTree({ value: after, unknown }),
  }).map(({ rule, text }) => `${rule}: ${text}`);
const sweeping = (type: string, after: unknown, unknown?: unknown) =>
  sweepingMembers({ type, after: buildTree({ value: after, unknown }) }).map(({ text }) => text);

const arn = (name: string) => `arn:aws:iam::1:policy/${name}`;
const databaseGrant = (permissions: readonly string[]) => ({
  permissions,
  principal: 'arn:1',
  database: [{ name: 'lake' }],
});
const granted = (permission: string, uri: string) => ({ permission, grantee: [{ uri, display_name: '' }] });
const everybody = 'http://acs.amazonaws.com/groups/global/AllUsers';

const gains: readonly (readonly [string, unknown, unknown, string])[] = [
  [
    'aws_iam_role',
    { managed_policy_arns: ['a'] },
    { managed_policy_arns: ['a', 'b'] },
    'managed_policy_arns: b',
  ],
  [
    'aws_iam_role_policy_attachment',
    { policy_arn: arn('a') },
    { policy_arn: arn('b') },
    `policy_arn: ${arn('b')}`,
  ],
  ['aws_iam_user_group_membership', { groups: ['a'] }, { groups: ['admins', 'a'] }, 'groups: admins'],
  ['aws_iam_group_membership', { users: ['a'] }, { users: ['a', 'b'] }, 'users: b'],
  ['aws_lakeformation_permissions', databaseGrant(['SELECT']), databaseGrant(['DROP']), 'permissions: DROP'],
  ['aws_lakeformation_data_lake_settings', { admins: ['a'] }, { admins: ['a', 'b'] }, 'admins: b'],
  [
    'aws_kms_grant',
    { operations: ['Encrypt'] },
    { operations: ['Encrypt', 'Decrypt'] },
    'operations: Decrypt',
  ],
  [
    'aws_ssm_document',
    { permissions: { account_ids: '1,2', type: 'Share' } },
    { permissions: { account_ids: 'All', type: 'Share' } },
    'account_ids: All',
  ],
  [
    'aws_ssm_document',
    { permissions: { account_ids: '1, 2' } },
    { permissions: { account_ids: '2,3' } },
    'account_ids: 3',
  ],
  ['aws_lambda_permission', { principal: 'a' }, { principal: '*' }, 'principal: *'],
  [
    'aws_s3_bucket_acl',
    {},
    { access_control_policy: [{ grant: [granted('READ', everybody)] }] },
    `grant: ${everybody} READ`,
  ],
];
for (const [type, before, after, text] of gains) {
  t.test(`sees what is new in ${type}`, async t => {
    t.same(widened(type, before, after), [`grant: new in ${text}`]);
    t.same(widened(type, after, after), []);
  });
}

t.test('takes no alarm at fewer members, another order, or what AWS fills in', async t => {
  t.same(widened('aws_iam_group_membership', { users: ['a', 'b', 'c'] }, { users: ['c', 'a'] }), []);
  const before = { ...databaseGrant(['SELECT']), database: [{ name: 'lake', catalog_id: '1' }] };
  t.same(
    widened('aws_lakeformation_permissions', before, databaseGrant(['SELECT']), {
      database: [{ catalog_id: true }],
    }),
    [],
  );
  t.same(widened('aws_thing', { groups: ['a'] }, { groups: ['b'] }), []);
});

t.test('takes members that cannot be read for new ones', async t => {
  t.same(widened('aws_iam_user_group_membership', { groups: ['a'] }, {}, { groups: true }), [
    'grant: new in groups: known after apply',
  ]);
  const hidden = (admins: readonly string[]) => buildTree({ value: { admins }, sensitive: { admins: true } });
  const type = 'aws_lakeformation_data_lake_settings';
  t.same(widenedMembers({ type, before: hidden(['a']), after: hidden(['b']) }), [
    { rule: 'grant', text: 'new in admins: what is hidden' },
  ]);
  t.same(widenedMembers({ type, before: hidden(['a']), after: hidden(['a']) }), []);
});

t.test('sees a limit that is gone, another, or not known', async t => {
  const limit = (after: unknown, unknown?: unknown) =>
    widened('aws_iam_role', { permissions_boundary: arn('a') }, after, unknown);
  const gone = 'grant: what limited it is taken away (permissions_boundary)';
  t.same(limit({}), [gone]);
  t.same(limit({ permissions_boundary: '' }), [gone]);
  t.same(limit({ permissions_boundary: arn('b') }), [
    `grant: what limits it is another (permissions_boundary: ${arn('b')})`,
  ]);
  t.same(limit({}, { permissions_boundary: true }), [
    'grant: what limits it is another (permissions_boundary: known after apply)',
  ]);
  t.same(widened('aws_iam_role', {}, { permissions_boundary: arn('a') }), []);
  t.same(widened('aws_lambda_permission', { principal: 'a', source_account: '1' }, { principal: 'a' }), [
    'grant: what limited it is taken away (source_account)',
  ]);
});

t.test('sees a machine that joins another security group', async t => {
  t.same(widened('aws_instance', { vpc_security_group_ids: ['a'] }, { vpc_security_group_ids: ['a', 'b'] }), [
    'network: new in vpc_security_group_ids: b',
  ]);
});

t.test('names what is granted to everybody from the first day on', async t => {
  t.same(sweeping('aws_lambda_permission', { principal: '*' }), ['grants to everybody (principal: *)']);
  t.same(sweeping('aws_lambda_permission', { principal: '*', function_url_auth_type: 'NONE' }), [
    'grants to everybody (principal: *)',
  ]);
  t.same(sweeping('aws_lambda_permission', { principal: '*', principal_org_id: 'o-1' }), []);
  t.same(sweeping('aws_lambda_permission', { principal: 's3.amazonaws.com' }), []);
  t.same(
    sweeping('aws_lakeformation_permissions', {
      permissions: ['ALL'],
      principal: 'IAM_ALLOWED_PRINCIPALS',
    }),
    ['grants to everybody (principal: IAM_ALLOWED_PRINCIPALS)'],
  );
  t.same(
    sweeping('aws_s3_bucket_acl', { access_control_policy: [{ grant: [granted('READ', everybody)] }] }),
    [`grants to everybody (grant: ${everybody} READ)`],
  );
  t.same(
    sweeping('aws_iam_role_policy_attachment', { policy_arn: 'arn:aws:iam::aws:policy/IAMFullAccess' }),
    ['attaches IAMFullAccess'],
  );
  t.same(sweeping('aws_iam_role_policy_attachment', {}, { policy_arn: true }), []);
});
