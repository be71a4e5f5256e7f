import t from 'tap';
import { findRisks, type RiskInput } from '../../../../scripts/core/review/risks.ts';
import { buildTree } from '../../../../scripts/core/review/value-tree.ts';

function risks(
  type: string,
  action: RiskInput['action'],
  before: unknown,
  after: unknown,
  unknown?: unknown,
) {
  return findRisks({
    type,
    action,
    before: buildTree({ value: before }),
    after: buildTree({ value: after, unknown }),
  }).map(({ rule, text }) => `${rule}: ${text}`);
}

t.test('names the loss of a data store, a key and a protection', async t => {
  t.same(risks('aws_dynamodb_table', 'replace', {}, {}), [
    'data-store: a data store is destroyed and made anew',
  ]);
  t.same(risks('aws_kms_key', 'delete', {}, null), ['key: a key or secret is destroyed']);
  t.same(risks('aws_s3_bucket_public_access_block', 'delete', {}, null), [
    'protection: public access is no longer blocked',
  ]);
  t.same(risks('aws_lambda_function', 'delete', {}, null), []);
});

t.test('names a change of a data store, but not of its tags', async t => {
  t.same(risks('aws_sqs_queue', 'update', { delay: 1 }, { delay: 2 }), [
    'data-store: a data store is changed',
  ]);
  t.same(risks('aws_sqs_queue', 'update', { tags: { a: '1' } }, { tags: { a: '2' }, tags_all: {} }), []);
  t.same(risks('aws_sqs_queue', 'create', null, { delay: 2 }), []);
  const encryption = (key: string) => ({ rule: [{ default: [{ kms_master_key_id: key }] }] });
  const type = 'aws_s3_bucket_server_side_encryption_configuration';
  t.same(risks(type, 'update', encryption('a'), encryption('b')), ['data-store: a data store is changed']);
});

const weakened: readonly (readonly [string, unknown, unknown, string])[] = [
  [
    'aws_instance',
    { disable_api_termination: true },
    { disable_api_termination: false },
    'protection against deletion is turned off (disable_api_termination)',
  ],
  [
    'aws_instance',
    { metadata_options: [{ http_tokens: 'required' }] },
    { metadata_options: [{ http_tokens: 'optional' }] },
    'instance credentials no longer need a session token (IMDSv1) (http_tokens)',
  ],
  ['aws_thing', { encrypted: true }, { encrypted: null }, 'encryption is turned off (encrypted)'],
  ['aws_thing', { kms_key_id: 'k' }, {}, 'its own encryption key is taken away (kms_key_id)'],
  [
    'aws_thing',
    { rule: [{ sse_algorithm: 'aws:kms' }] },
    { rule: [{ sse_algorithm: 'AES256' }] },
    'encryption is weakened (sse_algorithm)',
  ],
  [
    'aws_thing',
    { retention_in_days: 30 },
    { retention_in_days: 7 },
    'data or backups are kept for a shorter time (retention_in_days)',
  ],
  [
    'aws_thing',
    { block_public_acls: true },
    { block_public_acls: false },
    'public access is no longer blocked (block_public_acls)',
  ],
  [
    'aws_thing',
    {},
    { force_destroy: true },
    'what guards against a loss of data is turned off (force_destroy)',
  ],
  [
    'aws_thing',
    { publicly_accessible: false },
    { publicly_accessible: true },
    'it becomes reachable from the internet (publicly_accessible)',
  ],
  [
    'aws_thing',
    { versioning: [{ enabled: true }] },
    { versioning: [{ enabled: false }] },
    'versioning is turned off (enabled)',
  ],
  [
    'aws_thing',
    { point_in_time_recovery: [{ enabled: true }] },
    { point_in_time_recovery: [{ enabled: false }] },
    'recovery to a point in time is turned off (enabled)',
  ],
];
for (const [type, before, after, text] of weakened) {
  t.test(`sees that ${text}`, async t => {
    t.same(risks(type, 'update', before, after), [`protection: ${text}`]);
    t.same(risks(type, 'update', after, after), []);
  });
}

t.test('takes no alarm at what is strengthened, or not known yet', async t => {
  t.same(
    risks(
      'aws_thing',
      'update',
      { encrypted: false, kms_key_id: 'a', retention_in_days: 7 },
      { encrypted: true, retention_in_days: 30 },
      { kms_key_id: true },
    ),
    [],
  );
});

t.test('sees versioning suspended, of the resource that it is', async t => {
  const status = (text: string) => ({ versioning_configuration: [{ status: text }] });
  t.ok(
    risks('aws_s3_bucket_versioning', 'update', status('Enabled'), status('Suspended')).includes(
      'protection: versioning is turned off (status)',
    ),
  );
  t.same(risks('aws_thing', 'update', { status: 'Enabled' }, { status: 'Suspended' }), []);
});

const policy = (action: string) =>
  JSON.stringify({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });

t.test('sees a policy widened, a sweeping one made, and an administrator attached', async t => {
  t.same(risks('aws_iam_policy', 'update', { policy: policy('s3:Get') }, { policy: policy('s3:Put') }), [
    'grant: newly allowed: s3:Put on *',
  ]);
  t.same(risks('aws_iam_policy', 'create', null, { policy: policy('*') }), ['grant: allows * on *']);
  t.same(risks('aws_iam_policy', 'create', null, { policy: policy('s3:Get') }), []);
  t.same(
    risks('aws_iam_role_policy_attachment', 'create', null, {
      policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    }),
    ['grant: attaches AdministratorAccess'],
  );
});

t.test('sees a new rule that lets in the internet, and any that is opened', async t => {
  const rule = (cidr: string) => ({ ip_protocol: 'tcp', from_port: 22, to_port: 22, cidr_ipv4: cidr });
  const type = 'aws_vpc_security_group_ingress_rule';
  t.same(risks(type, 'create', null, rule('0.0.0.0/0')), ['network: lets in tcp port 22 from 0.0.0.0/0']);
  t.same(risks(type, 'create', null, rule('10.0.0.0/8')), []);
  t.same(risks(type, 'update', rule('10.0.0.0/16'), rule('10.0.0.0/8')), [
    'network: lets in tcp port 22 from 10.0.0.0/8',
  ]);
});

t.test('takes what cannot be read of an update for a risk, and not of a new resource', async t => {
  const type = 'aws_iam_role_policy';
  t.same(risks(type, 'update', { policy: policy('s3:Get') }, {}, { policy: true }), [
    'grant: what it allows is known after apply (policy)',
  ]);
  t.same(risks(type, 'create', null, {}, { policy: true }), []);
  t.same(risks('aws_security_group', 'create', null, {}, { ingress: true }), []);
});

t.test('takes no alarm at what AWS gathers from other resources of a replaced one', async t => {
  const role = { inline_policy: [{ name: 'a', policy: policy('s3:Get') }], managed_policy_arns: ['a'] };
  t.same(risks('aws_iam_role', 'replace', role, {}, { inline_policy: true, managed_policy_arns: true }), []);
  t.same(risks('aws_security_group', 'replace', { ingress: [] }, {}, { ingress: true }), []);
  t.same(risks('aws_iam_role', 'update', role, role, { managed_policy_arns: true }), [
    'grant: new in managed_policy_arns: known after apply',
  ]);
});

t.test('sees what a destroyed policy no longer denies', async t => {
  const denial = JSON.stringify({ Statement: [{ Effect: 'Deny', Action: 's3:Put', Resource: '*' }] });
  t.same(risks('aws_iam_policy', 'delete', { policy: denial }, null), [
    'grant: no longer denied: s3:Put on *',
  ]);
  t.same(risks('aws_iam_policy', 'delete', { policy: policy('s3:Put') }, null), []);
});

t.test('says how many grants it does not name', async t => {
  const many = Array.from({ length: 12 }, (_, index) => `a:${index}`);
  const found = risks('aws_iam_user_group_membership', 'update', { groups: [] }, { groups: many });
  t.equal(found.length, 9);
  t.equal(found.at(-1), 'grant: and 4 more grants: see what changes');
});

t.test('takes a rule, a policy or a protection of another resource for a new one', async t => {
  const moved = (type: string, name: string, rest: object) =>
    risks(type, 'replace', { ...rest, [name]: 'a' }, { ...rest, [name]: 'b' });
  const rule = { type: 'ingress', protocol: 'tcp', from_port: 22, to_port: 22, cidr_blocks: ['10.0.0.0/8'] };
  t.same(moved('aws_security_group_rule', 'security_group_id', rule), [
    'network: lets in tcp port 22 from 10.0.0.0/8',
  ]);
  t.same(moved('aws_security_group_rule', 'description', rule), []);
  t.same(moved('aws_iam_role_policy', 'role', { policy: policy('s3:Put') }), [
    'grant: newly allowed: s3:Put on *',
  ]);
  t.same(moved('aws_iam_role_policy', 'name', { policy: policy('s3:Put') }), []);
  t.same(moved('aws_sns_topic_policy', 'arn', { policy: policy('sns:Publish') }), [
    'grant: newly allowed: sns:Publish on *',
  ]);
  t.same(moved('aws_s3_bucket_public_access_block', 'bucket', { block_public_acls: true }), [
    'protection: public access is no longer blocked',
  ]);
  const acl = { cidr_block: '0.0.0.0/0', protocol: '-1', rule_number: 1 };
  t.same(moved('aws_network_acl_rule', 'network_acl_id', { ...acl, rule_action: 'deny' }), [
    'network: no longer refuses every protocol from 0.0.0.0/0',
  ]);
  t.same(moved('aws_network_acl_rule', 'network_acl_id', { ...acl, rule_action: 'allow' }), [
    'network: lets in every protocol from 0.0.0.0/0',
  ]);
});

t.test(
  'takes what goes to a resource that is made anew for a new one that may leave nothing out',
  async t => {
    const type = 'aws_vpc_security_group_ingress_rule';
    const anew = (cidr: string, cidrAfter = cidr) =>
      risks(
        type,
        'replace',
        { security_group_id: 'a', ip_protocol: '-1', cidr_ipv4: cidr, arn: 'a' },
        { ip_protocol: '-1', cidr_ipv4: cidrAfter },
        { security_group_id: true, arn: true },
      );
    t.same(anew('10.0.0.0/8'), []);
    t.same(anew('10.0.0.0/16', '10.0.0.0/8'), ['network: lets in every protocol from 10.0.0.0/8']);
    t.same(anew('0.0.0.0/0'), ['network: lets in every protocol from 0.0.0.0/0']);
    const block = { block_public_acls: true };
    t.same(
      risks(
        'aws_s3_bucket_public_access_block',
        'replace',
        { ...block, bucket: 'a' },
        { ...block },
        { bucket: true },
      ),
      [],
    );
  },
);
