import t from 'tap';
import {
  createLineRedactor,
  createRedactor,
  redact,
  redactForms,
  withLines,
} from '../../../scripts/core/redact.ts';

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
  const clean = createRedactor([secret, ...withLines('first line of it\nsecond line of it')]);
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
  'Hugging Face token': `hf_${zeros}`,
  'Docker token': `dckr_pat_${zeros}`,
  'Shopify token': `shpat_${zeros.slice(8)}`,
  'Grafana token': `glsa_${zeros}_12ab34cd`,
  'Atlassian token': `ATATT3${zeros}${zeros}`,
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
    'Authorization: Basic dXNlcjpwYXNz': 'Authorization: [redacted]',
    'export DB_PASSWORD=hunter2 X=1': 'export DB_PASSWORD=[redacted] X=1',
    'note: db_password: "two words" x': 'note: db_password: [redacted] x',
    '{"apiKey": "abc", "b": 1}': '{"apiKey": [redacted], "b": 1}',
    'run --password hunter2 --user me': 'run --password [redacted] --user me',
    'a=1 token=xyz,b c=2': 'a=1 token=[redacted] c=2',
    "$env:Password = 'x'": '$env:Password = [redacted]',
    'Your new password: hunter2': 'Your new password: [redacted]',
    'the new password: "two words"': 'the new password: [redacted]',
    'spark.hadoop.fs.s3a.secret.key=a1b2': 'spark.hadoop.fs.s3a.secret.key=[redacted]',
    'conf fs.s3a.access.key=a1b2 x=1': 'conf fs.s3a.access.key=[redacted] x=1',
    '<name>a.ConnectionPassword</name>\n<value>x y</value>':
      '<name>a.ConnectionPassword</name>\n<value>[redacted]</value>',
    '<key>Password</key>\n  <string>x</string>': '<key>Password</key>\n  <string>[redacted]</string>',
    'TOKEN=$(echo hunter2)': 'TOKEN=[redacted]',
    'curl -u admin:hunter2 https://h/': 'curl -u admin:[redacted] https://h/',
    'SSHPASS=x sshpass -e ssh': 'SSHPASS=[redacted]',
    'passPhrase: "x"': 'passPhrase: [redacted]',
    'FROM x\nENV DB_PASSWORD x y\nRUN z': 'FROM x\nENV DB_PASSWORD [redacted]\nRUN z',
    '  SetEnv API_KEY "x"': '  SetEnv API_KEY [redacted]',
    'proxy_set_header X-Api-Key x;': 'proxy_set_header X-Api-Key [redacted]',
    '~ password = "old" -> "new"\n b': '~ password = [redacted]\n b',
    '~ password = "" -> "new"': '~ password = [redacted]',
    '~ password = null -> "new"': '~ password = [redacted]',
    'private val password: String = "x"': 'private val password: [redacted]',
    '{ user: a, password: two words }': '{ user: a, password: [redacted]',
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
    '"Action": ["secretsmanager:GetSecretValue", "kms:Decrypt"], "Resource": "*"',
    '"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"',
    'aws_secretsmanager_secret.db_password: Still creating... [10s elapsed]',
    'random_password.token: Refreshing state... [id=none]',
    '+ password = (sensitive value)',
    '{ password = known after apply, port = 5432 }',
    '{ allow_password = true, port = 5432 }',
    '{"token":null,"next":1}',
    'ExpiredToken: The security token included in the request is expired',
    'Error: "password": required field is not set',
    'password: must be at least 8 characters',
    '12:   password = var.db_password',
    '"dynamodb:LeadingKeys": ["a"]',
    '"aws:SecretKey": "a"',
    'PWD=/opt/worker',
    'TOKEN=$(curl -X PUT "http://169.254.169.254/latest/api/token")',
    'DB_PASSWORD=$(aws secretsmanager get-secret-value --query SecretString)\nrun',
    'DB_PASSWORD=$(aws secretsmanager get-secret-value \\\n  --query SecretString)',
    'export DB_PASSWORD="$(cat /run/secret)"',
    '  password = random_password.db.result',
    '  password = aws_ssm_parameter.db["a"].value',
    'docker://host:5000/app@sha256:9f86d081',
    'sudo -u www-data:www-data run',
    'curl -u "$USER:$PASS" https://h/',
    'kms_key_id = "1234abcd-12ab-34cd-56ef-1234567890ab"',
    'partition_keys: [year, month]',
    'if token:\n    refresh()\n',
    'secrets:\n- name: db\n  valueFrom: /prod/db\nb: 2\n',
    'docker login --password-stdin registry.example',
    'run --token --user me',
    'run -u 1000:1000',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    `content: ${Buffer.from('nothing to hide in this text\n').toString('base64')}`,
    '/usr/bin/apt-key: 95: cannot create /dev/null: Permission denied',
    '/etc/app/db_password: no such file',
    'open /var/lib/app/.aws/credentials: permission denied',
    'validating provider credentials: retrieving caller identity from STS: operation error STS: GetCallerIdentity, https response error StatusCode: 403, RequestID: 5d6e, api error ExpiredToken: The security token included in the request is expired',
    'failed to refresh cached credentials: the SSO session has expired',
    'Error: loading SSO token: the SSO session has expired or is invalid',
    'Error: could not retrieve token: AccessDenied: sso session expired',
    'Error: unable to get ECR authorization token: AccessDenied',
    'setting ElastiCache auth token: InvalidParameter: x',
    'invalid private_key: asn1 structure error',
    '{"@message":"Error: loading SSO token: it has expired","a":1}',
    '<token>',
    '{ secrets = [{ name = "DB_PASSWORD", value_from = "/prod/db" }] }',
    '{"credentials": {}, "tokens": [], "b": 1} x',
  ];
  for (const text of harmless) t.equal(redactForms(text), text);
});

t.test('hides a value whole, whatever stands in it', async t => {
  const cases = {
    'A=1\nDB_PASSWORD=Tr0ub4&x({,;y z\nB=2': 'A=1\nDB_PASSWORD=[redacted]\nB=2',
    'a: 1\npassword: |\n  one\n\n  two\nb: 2': 'a: 1\npassword: [redacted]\nb: 2',
    'passwords:\n- one\n- two\nb: 2': 'passwords:[redacted]\nb: 2',
    '+password: >-\n+  one\n+b: 2': '+password: [redacted]\n+b: 2',
    '["run", "--db-password", "x y", "--user"]': '["run", "--db-password", [redacted], "--user"]',
    '["env", "DB_PASSWORD=x, y", "B=2"]': '["env", "DB_PASSWORD=[redacted]", "B=2"]',
    'args:\n- --token\n- abc\n- b': 'args:\n- --token\n- [redacted]\n- b',
    '<c><password>a&amp;b</password></c>': '<c><password>[redacted]</password></c>',
    'machine h login u password abc': 'machine h login u password [redacted]',
    "CREATE USER a WITH PASSWORD 'it''s' VALID": 'CREATE USER a WITH PASSWORD [redacted] VALID',
    "export TOKEN='a'\\''b c' X=1": 'export TOKEN=[redacted] X=1',
    'password = <<EOT\na\nb\nEOT\nc = 1': 'password = [redacted]\nc = 1',
    '?password=a&b=c': '?password=[redacted]&b=c',
    '- name: DB_PASSWORD\n  value: a b\n- c': '- name: DB_PASSWORD\n  value: [redacted]\n- c',
    'auth {"credentials": {"a": "b"}, "c": 1} x': 'auth {"credentials": [redacted], "c": 1} x',
    'password = [redacted]&rest': 'password = [redacted]',
  };
  for (const [text, clean] of Object.entries(cases)) {
    t.equal(redactForms(text), clean);
    t.equal(redactForms(clean), clean, 'and leaves what it has hidden');
  }
});

t.test('hides a private key of which only the end is there', async t => {
  const end = `-----END ${'RSA PRIVATE KEY'}-----`;
  t.equal(redactForms(`a: |\nMIIB+/x\nAbCd==\n${end}\nb: 1`), 'a: |\n[redacted]\nb: 1');
  t.equal(redactForms(`@@ -8 +8 @@\n-MIIBx\n+MIIBy\n ${end}\n b`), '@@ -8 +8 @@\n[redacted]\n b');
});

t.test('hides a private key in lines that come one by one, and no more if its end is missing', async t => {
  const clean = (text: string) => text.split('\n').map(createLineRedactor()).join('\n');
  const begin = `-----BEGIN ${'RSA PRIVATE KEY'}-----`;
  const end = begin.replace('BEGIN', 'END');
  const hidden = '[redacted]\n'.repeat(3);
  t.equal(clean(`a\nx ${begin}\nMIIB+/x\nAbCd==\n${end} y\nb`), `a\nx ${hidden}[redacted] y\nb`);
  t.equal(clean(`${begin}\nMIIB\nDEK-Info: x\n[10:00] the end\nb`), `${hidden}[10:00] the end\nb`);
});

t.test('looks into base64', async t => {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  t.equal(redactForms(`a ${encoded('a=1\npassword=hunter2\n')} b`), 'a [redacted] b');
  t.equal(redactForms(encoded(JSON.stringify({ a: encoded('password: hunter2') }))), '[redacted]');
  t.equal(createRedactor(['hunter2x'])(`a ${encoded('user:hunter2x')} b`), 'a [redacted] b');
});

t.test('finds a value as jsonencode, nested JSON, forms, HTML and shifted base64 write it', async t => {
  const secret = 'a"b&c<d>é f';
  const clean = createRedactor([secret]);
  const go = JSON.stringify(secret).replace(/[&<>]/g, sign => `\\u00${sign.charCodeAt(0).toString(16)}`);
  t.equal(clean(`x ${go}`), 'x "[redacted]"');
  t.equal(clean(`x ${JSON.stringify({ a: go })}`), 'x {"a":"\\"[redacted]\\""}');
  t.equal(clean(`x ${JSON.stringify(JSON.stringify(secret))}`), 'x "\\"[redacted]\\""');
  t.equal(clean(`x?${new URLSearchParams({ q: secret })}`), 'x?q=[redacted]');
  t.equal(clean('<p>a&quot;b&amp;c&lt;d&gt;é f</p>'), '<p>[redacted]</p>');
  for (const before of ['', '\0', '\0\0']) {
    const text = Buffer.from(`${before}${secret}\0\x01`).toString('base64');
    t.ok(clean(text).includes('[redacted]'), `behind ${before.length} bytes`);
  }
});

/** Each would take for ever if its repetition were looked at anew from every place. */
const longParts = [
  'a',
  ' ',
  '\\',
  '"',
  'a-',
  'a://b:',
  'password=',
  'password=null,',
  'password: x ',
  'password=\\"',
  'password="',
  "password='''",
  'token: [ ',
  '{"token":{"a":',
  'token=${a} ',
  'token:\n',
  'token: |\n a\n',
  ' token:\n',
  '<password>',
  '<token a',
  '<name>a.password</name><value>',
  '\nENV TOKEN a',
  '"password = "a" -> ',
  'name=a ',
  `name=a${' '.repeat(200)}`,
  '--token ',
  '--token,',
  '-----BEGIN RSA PRIVATE KEY-----',
  '-----END RSA PRIVATE KEY-----',
  'a+b\n-----END RSA PRIVATE KEY-----',
  'eyJa.',
  '--a ',
  'Aa1/',
  'aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=',
  'basic ',
  'login a password ',
  'token <<A ',
  'token=<<A ',
];

t.test('takes no long time over a long text', async t => {
  const started = performance.now();
  for (const part of longParts) {
    redactForms(part.repeat(300_000 / part.length));
  }
  t.ok(performance.now() - started < 20_000);
});
