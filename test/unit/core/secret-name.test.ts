import t from 'tap';
import { hidesByName, isSecretName } from '../../../scripts/core/secret-name.ts';

t.test('knows a secret by its name', async t => {
  for (const name of [
    'password',
    'db_password',
    'dbPassword',
    'PGPASSWORD',
    'MYSQL_PWD',
    'api-key',
    'clientSecret',
    'user_data',
    'user_data_base64',
    'secret_string',
    'private_key_pem',
    'API_TOKEN',
    '--db-password',
    'AWS_SECRET_ACCESS_KEY',
    'connection_string',
    'SECRET_KEY_BASE',
    'DB_PASSWORD1',
    'dbPassword2',
    'DBPassword',
    'PASSWORD_V2',
    'api_token_v2',
    'MYSQL_ROOT_PW',
    'FERNET_KEY',
    'JWT_KEY',
    'STRIPE_KEY',
    'HMAC_KEY',
    'client_key',
    'secret_binary',
    'pw_hash',
    'tunnel1_preshared_key',
    'Authorization',
    'spring.datasource.password',
    '/prod/db/password',
    'key_material_base64',
    'customer_key',
    'PASSWORD_FILE_CONTENT',
  ])
    t.ok(isSecretName(name), name);
  for (const name of [
    'http_tokens',
    'public_key',
    'key_name',
    'kms_key_id',
    'bucket',
    'secret_arn',
    'password_length',
    'bypass',
    'description',
    'user_data_replace_on_change',
    'compass',
    'kms_key_arn',
    'kms_master_key_id',
    'key_arn',
    'partition_keys',
    'primary_key',
    'hash_key',
    'range_key',
    'route_key',
    's3_key',
    'tag_keys',
    'public_ssh_key',
    'encoded_key',
    'map_block_key',
    'access_key_id',
    'access_token_validity',
    'token_validity_units',
    'temporary_password_validity_days',
    'password_policy',
    'minimum_password_length',
    'max_password_age',
    'password_reuse_prevention',
    'secret_name',
    'secret_id',
    'token_endpoint',
    'token_endpoint_auth_method',
    'auth_token_update_strategy',
    'secret_string_wo_version',
    'creation_token',
    'PASSWORD_FILE',
    'password-stdin',
    'secretsmanager:GetSecretValue',
    'ec2:MetadataHttpTokens',
    'token.actions.githubusercontent.com:aud',
    'aws:TokenIssueTime',
    'iam:PassRole',
    'InvalidClientTokenId',
    'ExpiredToken',
    'ExpiredTokenException',
    'tokenizer',
    'secretary',
    'aws_secretsmanager_secret_version.db',
  ])
    t.notOk(isSecretName(name), name);
});

t.test('hides text and numbers, and whatever holds some', async t => {
  t.ok(hidesByName('password', 'x'));
  t.ok(hidesByName('DB_PASSWORD1', 12345678));
  t.ok(hidesByName('passwords', { alice: 'x' }));
  t.ok(hidesByName('passwords', [{ user: 'alice', value: 'x' }]));
  t.ok(hidesByName('auth', 'dTpaXk4'));
  t.ok(hidesByName('Authorization', 'Basic dTpaXk4'));
});

t.test('hides no switch, no reference, no setting and no kind', async t => {
  const shown: readonly (readonly [string, unknown])[] = [
    ['password', ''],
    ['password', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db'],
    ['password', '{{resolve:secretsmanager:db}}'],
    ['password', '${DB_PASSWORD}'],
    ['encryption_key', 'alias/aws/s3'],
    ['ssh_keys', ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@host']],
    ['allow_users_to_change_password', true],
    ['ALLOW_EMPTY_PASSWORD', 'yes'],
    ['token_bucket', 100],
    ['password_policy', { minimum_length: 12, require_symbols: true }],
    ['access_token', 'hours'],
    ['authorization', 'AWS_IAM'],
    ['iam_auth', 'DISABLED'],
    ['secrets', [{ name: 'DB_PASSWORD', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/db' }]],
    ['secrets', [{ name: 'DB_PASSWORD', valueFrom: '/prod/db' }]],
    ['master_user_secret', [{ kms_key_id: 'x', secret_arn: 'y', secret_status: 'active' }]],
    ['encryption_key', { id: 'x', type: 'KMS' }],
  ];
  for (const [name, value] of shown) t.notOk(hidesByName(name, value), `${name} ${JSON.stringify(value)}`);
});
