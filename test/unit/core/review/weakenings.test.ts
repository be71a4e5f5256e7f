import t from 'tap';
import { buildTree } from '../../../../scripts/core/review/value-tree.ts';
import { openRisks, weakenedRisks } from '../../../../scripts/core/review/weakenings.ts';

const weakened = (type: string, before: unknown, after: unknown) =>
  weakenedRisks({ type, before: buildTree({ value: before }), after: buildTree({ value: after }) }).map(
    ({ text }) => text,
  );
const open = (type: string, after: unknown) => openRisks({ type, after: buildTree({ value: after }) });

/** From the stronger to the weaker: the type, the name, both values. The other way is no risk. */
const falls: readonly (readonly [string, string, unknown, unknown, string])[] = [
  [
    'aws_cognito_user_pool',
    'deletion_protection',
    'ACTIVE',
    'INACTIVE',
    'protection against deletion is turned off',
  ],
  ['aws_guardduty_detector', 'enable', true, false, 'threats are no longer looked for'],
  ['aws_ebs_encryption_by_default', 'enabled', true, false, 'encryption is turned off'],
  ['aws_thing', 'catalog_encryption_mode', 'SSE-KMS', 'DISABLED', 'encryption is turned off'],
  ['aws_thing', 'encryption_disabled', false, true, 'encryption is turned off'],
  ['aws_ssm_parameter', 'type', 'SecureString', 'String', 'encryption is turned off'],
  ['aws_glue_job', 'security_configuration', 'a', null, 'its encryption settings are taken away'],
  [
    'aws_sns_topic',
    'kms_master_key_id',
    'arn:aws:kms:eu-west-1:1:key/a',
    'alias/aws/sns',
    'its own encryption key is taken away',
  ],
  ['aws_lb_listener', 'protocol', 'HTTPS', 'HTTP', 'connections are no longer encrypted'],
  ['aws_thing', 'viewer_protocol_policy', 'https-only', 'allow-all', 'connections are no longer encrypted'],
  ['aws_thing', 'transit_encryption_mode', 'required', 'preferred', 'connections are no longer encrypted'],
  [
    'aws_thing',
    'minimum_protocol_version',
    'TLSv1.2_2021',
    'TLSv1.2_2018',
    'older ways of encryption are let in',
  ],
  ['aws_thing', 'minimum_protocol_version', 'TLSv1_2016', 'SSLv3', 'older ways of encryption are let in'],
  [
    'aws_thing',
    'tls_security_policy',
    'Policy-Min-TLS-1-2-2019-07',
    'Policy-Min-TLS-1-0-2019-07',
    'older ways of encryption are let in',
  ],
  ['aws_eks_cluster', 'endpoint_public_access', false, true, 'it becomes reachable from the internet'],
  ['aws_lambda_function_url', 'authorization_type', 'AWS_IAM', 'NONE', 'everybody may call it'],
  ['aws_s3_bucket_acl', 'acl', 'private', 'public-read-write', 'everybody may read or write it'],
  ['aws_s3_bucket_acl', 'acl', 'public-read', 'public-read-write', 'everybody may read or write it'],
  [
    'aws_thing',
    'object_ownership',
    'BucketOwnerEnforced',
    'ObjectWriter',
    'lists of rights (ACLs) count again',
  ],
  ['aws_thing', 'mfa_configuration', 'ON', 'OPTIONAL', 'a second factor is no longer asked for'],
  ['aws_cloudwatch_log_group', 'retention_in_days', 0, 365, 'data or backups are kept for a shorter time'],
  ['aws_lb', 'internal', true, false, 'it becomes reachable from the internet'],
  ['aws_ecr_repository', 'scan_on_push', true, false, 'a record or check is turned off'],
  ['aws_thing', 'minimum_protocol_version', 'TLSv1.2_2021', null, 'older ways of encryption are let in'],
  [
    'aws_lb_listener',
    'ssl_policy',
    'ELBSecurityPolicy-TLS13-1-2-2021-06',
    'ELBSecurityPolicy-2016-08',
    'older ways of encryption are let in',
  ],
  [
    'aws_lb_listener',
    'ssl_policy',
    'ELBSecurityPolicy-FS-1-2-Res-2020-10',
    'ELBSecurityPolicy-TLS13-1-1-2021-06',
    'older ways of encryption are let in',
  ],
];
for (const [type, name, strong, weak, text] of falls) {
  t.test(`sees that ${text}: ${name} ${strong} to ${weak}`, async t => {
    t.same(weakened(type, { [name]: strong }, { [name]: weak }), [`${text} (${name})`]);
    t.same(weakened(type, { [name]: weak }, { [name]: strong }), []);
    t.same(weakened(type, { block: [{ [name]: strong }] }, { block: [{ [name]: strong }] }), []);
  });
}

t.test('sees a whole block of protection that is gone', async t => {
  const before = { server_side_encryption: [{ enabled: true }] };
  t.same(weakened('aws_dynamodb_table', before, { server_side_encryption: [] }), [
    'encryption is turned off (enabled)',
  ]);
});

t.test('takes no alarm at names that only sound like it', async t => {
  for (const [name, before, after] of [
    ['enabled', true, false],
    ['encryption_context', 'a', ''],
    ['public_ip', '192.0.2.1', '192.0.2.2'],
    ['protocol', 'HTTPS', 'HTTP'],
    ['type', 'SecureString', 'String'],
    ['tags', { encrypted: 'true', deletion_protection: 'on', days: '30' }, { days: '7' }],
    ['schedule', [{ days: 30 }], [{ days: 7 }]],
    ['transition', [{ days: 90 }], [{ days: 30 }]],
  ] as const)
    t.same(weakened('aws_thing', { [name]: before }, { [name]: after }), []);
});

t.test('names what is open from its first day on, and only that', async t => {
  const text = (type: string, after: unknown) => open(type, after).map(risk => `${risk.rule}: ${risk.text}`);
  t.same(text('aws_lambda_function_url', { authorization_type: 'NONE' }), [
    'network: everybody may call it (authorization_type)',
  ]);
  t.same(text('aws_s3_bucket_acl', { acl: 'public-read' }), [
    'network: everybody may read or write it (acl)',
  ]);
  t.same(text('aws_s3_bucket_public_access_block', { block_public_acls: false }), [
    'protection: public access is not blocked (block_public_acls)',
  ]);
  t.same(text('aws_db_instance', { publicly_accessible: true }), [
    'network: it is reachable from the internet (publicly_accessible)',
  ]);
  t.same(text('aws_s3_bucket_acl', { acl: 'private' }), []);
  t.same(text('aws_db_instance', { publicly_accessible: false, storage_encrypted: false }), []);
});

t.test('compares blocks by what they have in common, and not by their places', async t => {
  const type = 'aws_s3_bucket_lifecycle_configuration';
  const rule = (id: string, days: number) => ({ id, status: 'Enabled', expiration: [{ days }] });
  const compare = (before: readonly object[], after: readonly object[]) =>
    weakened(type, { rule: before }, { rule: after });
  const text = 'data or backups are kept for a shorter time (days)';
  t.same(compare([rule('a', 365), rule('b', 30)], [rule('b', 30), rule('a', 365)]), []);
  t.same(compare([rule('a', 365), rule('b', 30)], [rule('c', 7), rule('a', 365), rule('b', 30)]), []);
  t.same(compare([rule('a', 365), rule('b', 30)], [rule('b', 30), rule('a', 90)]), [text]);
  const disk = (name: string, encrypted: boolean) => ({ encrypted, name, type: name, size: name });
  const disks = (before: readonly object[], after: readonly object[]) =>
    weakened('aws_instance', { disk: before }, { disk: after });
  t.same(disks([disk('a', true), disk('b', false)], [disk('c', false), disk('d', true)]), []);
  t.same(disks([disk('a', true), disk('b', true)], [disk('c', false), disk('d', true)]), [
    'encryption is turned off (encrypted)',
  ]);
});

t.test('sees that what was refused is let in by default', async t => {
  const action = (name: string) => ({
    default_action: [
      {
        allow: name === 'allow' ? [{ custom_request_handling: [] }] : [],
        block: name === 'block' ? [{ custom_response: [] }] : [],
      },
    ],
  });
  t.same(weakened('aws_wafv2_web_acl', action('block'), action('allow')), [
    'requests are no longer refused (block)',
  ]);
  t.same(weakened('aws_wafv2_web_acl', action('allow'), action('block')), []);
});
