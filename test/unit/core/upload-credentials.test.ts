import t from 'tap';
import {
  chooseCredentials,
  followProfile,
  parseEnvFile,
  type Settings,
  secretsOf,
} from '../../../scripts/core/upload-credentials.ts';

const place = (name: string, values: Readonly<Record<string, string>> = {}): Settings => ({
  place: name,
  values: new Map(Object.entries(values)),
});
const choose = (input: {
  readonly env?: Readonly<Record<string, string>>;
  readonly file?: string;
  readonly profile?: Readonly<Record<string, string>>;
  readonly isProfileNamed?: boolean;
}) =>
  chooseCredentials({
    environment: place('environment', input.env),
    file: parseEnvFile(input.file ?? '', '.env'),
    profiles: [place('profile default', input.profile)],
    isProfileNamed: input.isProfileNamed ?? false,
  });

const upper = {
  AWS_ACCESS_KEY_ID: 'AKIA1',
  AWS_SECRET_ACCESS_KEY: 'secret/1+=',
  AWS_SESSION_TOKEN: 'token1',
};
const lower = { aws_access_key_id: 'AKIA2', aws_secret_access_key: 'secret2', aws_session_token: 'token2' };
const lowerKeys = { accessKeyId: 'AKIA2', secretAccessKey: 'secret2', sessionToken: 'token2' };
const file = 'aws_access_key_id=AKIA3\naws_secret_access_key=secret3\n';
const chain = { kind: 'chain' };

t.test('leaves to the SDK what it finds by itself', async t => {
  t.strictSame(choose({}), chain);
  t.strictSame(choose({ env: upper }), chain);
  t.strictSame(choose({ env: { ...upper, ...lower }, file }), chain);
  t.strictSame(choose({ env: lower, file, isProfileNamed: true }), chain);
  t.strictSame(choose({ profile: lower }), chain);
});

t.test('takes the names of document 002, and .env, each place whole', async t => {
  t.strictSame(choose({ env: lower, file }), { kind: 'given', keys: lowerKeys });
  t.strictSame(choose({ file }), {
    kind: 'given',
    keys: { accessKeyId: 'AKIA3', secretAccessKey: 'secret3' },
  });
  const both = `${file}AWS_ACCESS_KEY_ID=AKIA4\nAWS_SECRET_ACCESS_KEY=secret4\nAWS_SESSION_TOKEN=token4\n`;
  t.match(choose({ file: both }), { keys: { accessKeyId: 'AKIA4', sessionToken: 'token4' } });
  const empty = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '' };
  t.match(choose({ env: { ...empty, aws_session_token: '' }, file }), { keys: { accessKeyId: 'AKIA3' } });
});

t.test('refuses what is half set, by name', async t => {
  const [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN] = ['AKIA1', 's3cr3t', 't0ken'];
  const [aws_access_key_id, aws_secret_access_key] = ['AKIA2', 's3cr3t'];
  const odd = [
    [{ env: { AWS_ACCESS_KEY_ID } }, 'AWS_SECRET_ACCESS_KEY (environment)', 'AWS_ACCESS_KEY_ID'],
    [{ env: { AWS_SECRET_ACCESS_KEY } }, 'AWS_ACCESS_KEY_ID (environment)', 'AWS_SECRET_ACCESS_KEY'],
    [{ env: { AWS_SESSION_TOKEN } }, 'AWS_ACCESS_KEY_ID (environment)', 'AWS_SESSION_TOKEN'],
    [
      { env: { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN } },
      'AWS_SECRET_ACCESS_KEY (environment)',
      'AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN',
    ],
    [
      { env: { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } },
      'AWS_ACCESS_KEY_ID (environment)',
      'AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN',
    ],
    [{ env: { aws_access_key_id } }, 'aws_secret_access_key (environment)', 'aws_access_key_id'],
    [{ env: { aws_secret_access_key } }, 'aws_access_key_id (environment)', 'aws_secret_access_key'],
    [
      { env: { AWS_ACCESS_KEY_ID, aws_secret_access_key } },
      'AWS_SECRET_ACCESS_KEY (environment)',
      'AWS_ACCESS_KEY_ID',
    ],
    [
      { env: { aws_access_key_id }, file: 'aws_secret_access_key=s3cr3t' },
      'aws_secret_access_key (environment)',
      'aws_access_key_id',
    ],
    [{ env: upper, file: 'AWS_ACCESS_KEY_ID=AKIA1' }, 'AWS_SECRET_ACCESS_KEY (.env)', 'AWS_ACCESS_KEY_ID'],
    [{ profile: { aws_access_key_id } }, 'aws_secret_access_key (profile default)', 'aws_access_key_id'],
    [
      { env: upper, profile: { aws_secret_access_key }, isProfileNamed: true },
      'aws_access_key_id (profile default)',
      'aws_secret_access_key',
    ],
  ] as const;
  for (const [input, where, set] of odd) {
    const message = `${where}: expects a value beside ${set}, got none`;
    t.throws(() => choose(input), { name: 'Failure', message }, message);
  }
  t.strictSame(choose({ env: upper, profile: { aws_access_key_id } }), chain, 'a profile that is not used');
});

t.test('refuses values that no key has, without showing them', async t => {
  for (const secret of [' ', 's3cr3t\n', 's3 cr3t', 's3\u00a0cr3t', '\u0000'])
    t.throws(() => choose({ env: { ...upper, AWS_SECRET_ACCESS_KEY: secret } }), {
      message:
        'AWS_SECRET_ACCESS_KEY (environment): expects a value without white space or control characters',
    });
});

t.test('reads .env as shells and compose do', async t => {
  const text = [
    '\ufeff# keys',
    'export AWS_ACCESS_KEY_ID = "AKIA1"  ',
    "AWS_SECRET_ACCESS_KEY='a#b=c'",
    'aws_access_key_id=AKIA2 # mine',
    'aws_secret_access_key=x#y/z+=',
    'aws_session_token=',
    'OTHER=1',
    'nonsense',
    'AWS_SESSION_TOKEN=# none',
  ].join('\r\n');
  t.strictSame(Object.fromEntries(parseEnvFile(text, '.env').values), {
    AWS_ACCESS_KEY_ID: 'AKIA1',
    AWS_SECRET_ACCESS_KEY: 'a#b=c',
    aws_access_key_id: 'AKIA2',
    aws_secret_access_key: 'x#y/z+=',
    aws_session_token: '',
    AWS_SESSION_TOKEN: '',
  });
  t.throws(() => parseEnvFile('A=1\nAWS_SECRET_ACCESS_KEY="s3cr3t', '.env'), {
    message: '.env:2: AWS_SECRET_ACCESS_KEY: expects a closing ", got none',
  });
});

t.test('follows a profile to those that it takes keys from', async t => {
  const role = { role_arn: 'arn:aws:iam::123456789012:role/r' };
  const profiles = {
    keys: { region: 'x', aws_access_key_id: 'A', aws_secret_access_key: 'B' },
    role: { ...role, source_profile: 'keys' },
    far: { ...role, source_profile: 'role' },
    self: { ...role, source_profile: 'self', aws_access_key_id: 'A' },
    'kept on': { ...role, source_profile: 'both' },
    both: { ...role, source_profile: 'keys', aws_access_key_id: 'C', aws_secret_access_key: 'D' },
    machine: { ...role, source_profile: 'keys', credential_source: 'Environment' },
    'no role': { source_profile: 'keys' },
    dangling: { ...role, source_profile: 'nobody' },
  };
  const follow = (name: string) =>
    followProfile(profiles, name).map(({ place, values }) => [place, [...values.values()].join('')]);
  t.strictSame(follow('keys'), [['profile keys', 'AB']]);
  t.strictSame(follow('far'), [
    ['profile far', ''],
    ['profile role', ''],
    ['profile keys', 'AB'],
  ]);
  t.strictSame(follow('self'), [['profile self', 'A']]);
  t.strictSame(follow('kept on'), [
    ['profile kept on', ''],
    ['profile both', 'CD'],
  ]);
  t.strictSame(follow('both'), [
    ['profile both', 'CD'],
    ['profile keys', 'AB'],
  ]);
  t.strictSame(follow('machine'), [['profile machine', '']]);
  t.strictSame(follow('no role'), [['profile no role', '']]);
  t.strictSame(follow('dangling'), [
    ['profile dangling', ''],
    ['profile nobody', ''],
  ]);
});

t.test('refuses half-set keys of a profile that another one takes', async t => {
  const profiles = [place('profile x'), place('profile y', { aws_access_key_id: 'A' })];
  const [environment, file] = [place('environment', upper), place('.env')];
  t.throws(() => chooseCredentials({ environment, file, profiles, isProfileNamed: true }), {
    message: 'aws_secret_access_key (profile y): expects a value beside aws_access_key_id, got none',
  });
  t.strictSame(chooseCredentials({ environment, file, profiles, isProfileNamed: false }), chain);
});

t.test('names every value that has to stay out of texts', async t => {
  t.strictSame(secretsOf([place('a', lower), place('b', { aws_secret_access_key: 'x' })]), [
    'AKIA2',
    'secret2',
    'token2',
    'x',
  ]);
});
