import t from 'tap';
import { createRedactor, isSecretName, redact, redactForms } from '../../../scripts/core/redact.ts';

t.test('replaces every occurrence, whatever characters the secret holds', async t => {
  t.equal(redact('a $&.* b $&.* c', ['$&.*']), 'a [redacted] b [redacted] c');
  t.equal(redact('key=$1$1$1', ['$1$1$1']), 'key=[redacted]');
});

t.test('takes the longest secret first, so that none leaves a rest', async t => {
  t.equal(redact('pass-word-long', ['pass-word', 'pass-word-long']), '[redacted]');
});

t.test('leaves values shorter than four characters, which stand everywhere', async t => {
  t.equal(redact('abc', ['abc', '']), 'abc');
  t.equal(redact('abcd', ['abcd']), '[redacted]');
});

t.test('replaces a secret of several lines', async t => {
  t.equal(redact('x\nline1\nline2\ny', ['line1\nline2']), 'x\n[redacted]\ny');
});

t.test('finds a value as JSON, URLs and base64 write it, and one line of a longer one', async t => {
  const secret = 'pä"ss/wo rd+1';
  const clean = createRedactor([secret, 'first line of it\nsecond line of it']);
  t.equal(clean(`a ${secret} b`), 'a [redacted] b');
  t.equal(clean(JSON.stringify({ a: secret })), '{"a":"[redacted]"}');
  t.equal(clean(`https://x/?q=${encodeURIComponent(secret)}`), 'https://x/?q=[redacted]');
  t.equal(clean(Buffer.from(secret).toString('base64').replace(/=+$/, '')), '[redacted]');
  t.equal(clean('line 3: second line of it'), 'line 3: [redacted]');
});

const zeros = '0'.repeat(40);
/** Parts apart, so that no scanner takes this file for a leak. */
const tokens: Readonly<Record<string, string>> = {
  'AWS access key': `AKIA${'ABCDEFGHIJKLMNOP'}`,
  'AWS secret key': `wJalrXUtnFEMI/K7MDENG/${'bPxRfiCYEXAMPLEKEY'}`,
  'GitHub token': `ghp_${zeros.slice(4)}`,
  'GitHub fine-grained token': `github_pat_${zeros}`,
  'GitLab token': `glpat-${zeros.slice(20)}`,
  'Slack token': `xoxb-${'123456789012'}-abcdefghijkl`,
  'JSON web token': `eyJ${'hbGciOiJIUzI1NiJ9'}.eyJ${'zdWIiOiIxMjM0NTY3ODkwIn0'}.c2ln`,
  'Google key': `AIza${zeros.slice(5)}`,
  'Stripe key': `sk_${'live'}_${zeros.slice(16)}`,
  'npm token': `npm_${zeros.slice(4)}`,
  'PyPI token': `pypi-${zeros}`,
  'SendGrid key': `SG.${zeros.slice(20)}.${zeros.slice(20)}`,
  'Vault token': `hvs.${zeros}`,
  'Terraform token': `abcdefghijklmn.${'atlasv1'}.${zeros}0`,
  'age key': `AGE-SECRET-KEY-1${zeros}`,
  'private key': `-----BEGIN ${'RSA PRIVATE KEY'}-----\nMIIB\n-----END ${'RSA PRIVATE KEY'}-----`,
  'cut off private key': `-----BEGIN ${'OPENSSH PRIVATE KEY'}-----\nMIIB`,
};

for (const [name, token] of Object.entries(tokens)) {
  t.test(`knows a ${name} by its form`, async t => {
    t.equal(redactForms(`before ${token}`), 'before [redacted]');
    t.notMatch(redactForms(`x="${token}"`), token);
  });
}

t.test('keeps what stands around a secret in a URL, a header and an assignment', async t => {
  const cases = {
    'postgres://app:p@ss/w@db:5432/x': 'postgres://app:[redacted]@db:5432/x',
    'https://b/k?X-Amz-Signature=abc&y=1': 'https://b/k?X-Amz-Signature=[redacted]&y=1',
    'https://hooks.slack.com/services/T0/B0/x': 'https://hooks.slack.com/services/[redacted]',
    'Authorization: Basic dXNlcjpwYXNz': 'Authorization: Basic [redacted]',
    'export DB_PASSWORD=hunter2 X=1': 'export DB_PASSWORD=[redacted] X=1',
    'note: db_password: "two words" x': 'note: db_password: [redacted] x',
    '{"apiKey": "abc", "b": 1}': '{"apiKey": [redacted], "b": 1}',
    'run --password hunter2 --user me': 'run --password [redacted] --user me',
    'a=1 token=xyz,b': 'a=1 token=[redacted],b',
  };
  for (const [text, clean] of Object.entries(cases)) t.equal(redactForms(text), clean);
});

t.test('leaves what only looks like a secret', async t => {
  const harmless = [
    '0123456789abcdef0123456789abcdef01234567',
    'arn:aws:secretsmanager:eu-west-1:123456789012:secret:*',
    'password_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db"',
    'token.actions.githubusercontent.com:aud',
    'http_tokens = "required"',
    'export TOKEN=$TOKEN',
    'secretsmanager:GetSecretValue',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@host',
    'https://db.example:5432/path',
    'iam:PassRole',
  ];
  for (const text of harmless) t.equal(redactForms(text), text);
});

t.test('takes no long time over a long text', async t => {
  const started = performance.now();
  for (const part of ['a', 'a://b:', 'password=', '-----BEGIN RSA PRIVATE KEY-----', 'eyJa.', '--a ', 'Aa1/'])
    redactForms(part.repeat(200_000 / part.length));
  t.ok(performance.now() - started < 3000);
});

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
  ])
    t.notOk(isSecretName(name), name);
});
