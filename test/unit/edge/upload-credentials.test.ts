import { join } from 'node:path';
import t, { type Test } from 'tap';
import { credentialNames } from '../../../scripts/core/upload-credentials.ts';
import { readCredentials } from '../../../scripts/edge/upload-credentials.ts';

/** Reads the credentials of a machine that has these shared files. */
async function read(t: Test, files: { readonly credentials?: string; readonly config?: string }, name = '') {
  const root = t.testdir({ credentials: files.credentials ?? '', config: files.config ?? '' });
  const set = {
    AWS_SHARED_CREDENTIALS_FILE: join(root, 'credentials'),
    AWS_CONFIG_FILE: join(root, 'config'),
    AWS_PROFILE: name,
    ...Object.fromEntries(credentialNames.map(name => [name, ''])),
  };
  const before = Object.keys(set).map(variable => [variable, process.env[variable]] as const);
  Object.assign(process.env, set);
  try {
    return await readCredentials(root);
  } finally {
    for (const [variable, value] of before)
      if (value === undefined) delete process.env[variable];
      else process.env[variable] = value;
  }
}

const halves = {
  'an indented name': { credentials: '[default]\n  aws_access_key_id = AKIA\n' },
  'a head with a comment': { credentials: '[default] # mine\naws_access_key_id = AKIA\n' },
  'an empty secret': { credentials: '[default]\naws_access_key_id = AKIA\naws_secret_access_key =\n' },
  'a secret in a comment': {
    credentials: '[default]\naws_access_key_id = AKIA\n#aws_secret_access_key = s3cr3t\n',
  },
  'the config file': { config: '[profile default]\naws_access_key_id = AKIA\n' },
};
for (const [what, files] of Object.entries(halves))
  t.test(`refuses a half-set profile: ${what}`, async t => {
    await t.rejects(read(t, files), {
      name: 'Failure',
      message: 'aws_secret_access_key (profile default): expects a value beside aws_access_key_id, got none',
    });
  });

t.test('refuses half-set keys of a profile in quotes', async t => {
  const config = '[profile "x"]\naws_secret_access_key = s3cr3t\n';
  await t.rejects(read(t, { config }, 'x'), {
    message: 'aws_access_key_id (profile x): expects a value beside aws_secret_access_key, got none',
  });
});

t.test('refuses half-set keys of the profile that a role takes them from', async t => {
  const config = [
    '[profile x]',
    'role_arn = arn:aws:iam::123456789012:role/r',
    'source_profile = y',
    '[profile y]',
    'aws_access_key_id = AKIA',
  ].join('\n');
  await t.rejects(read(t, { config }, 'x'), {
    message: 'aws_secret_access_key (profile y): expects a value beside aws_access_key_id, got none',
  });
});

t.test('takes a profile as the SDK does: with comments, out of both files, another one half set', async t => {
  const credentials = [
    '[default]',
    'aws_access_key_id = AKIA # mine',
    '  aws_secret_access_key = s3cr3t/1+=',
    '[other]',
    'aws_access_key_id = AKIA2',
  ].join('\n');
  const config = '[default]\naws_session_token = t0ken ; of today\n';
  t.strictSame(await read(t, { credentials, config }), {
    choice: { kind: 'chain' },
    secrets: ['', '', '', '', '', '', 'AKIA', 's3cr3t/1+=', 't0ken'],
  });
});

t.test('takes a machine without shared files', async t => {
  t.match(await read(t, {}), { choice: { kind: 'chain' } });
});
