import t from 'tap';
import {
  chooseCredentials,
  parseEnvFile,
  parseProfile,
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
    profile: place('profile default', input.profile),
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

t.test('reads one profile out of both shared files', async t => {
  const config = '[default]\naws_access_key_id = A\n[profile other]\nregion = x\naws_access_key_id = B\n';
  const credentials = '[other]\naws_secret_access_key = C\n[ default ]\naws_secret_access_key=D\n';
  const read = (name: string) => Object.fromEntries(parseProfile({ config, credentials }, name).values);
  t.strictSame(read('default'), { aws_access_key_id: 'A', aws_secret_access_key: 'D' });
  t.strictSame(read('other'), { aws_access_key_id: 'B', aws_secret_access_key: 'C' });
  t.strictSame(read('nobody'), {});
});

t.test('names every value that has to stay out of texts', async t => {
  t.strictSame(secretsOf([place('a', lower), undefined, place('b', { aws_secret_access_key: 'x' })]), [
    'AKIA2',
    'secret2',
    'token2',
    'x',
  ]);
});
