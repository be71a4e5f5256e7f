import t, { type Test } from 'tap';
import {
  callerEnvironment,
  cleanEnvironment,
  installerEnvironment,
  readVariable,
} from '../../../scripts/edge/environment.ts';

const poison = {
  AWS_ACCESS_KEY_ID: 'AKIAPOISON',
  AWS_SECRET_ACCESS_KEY: 'poison',
  AWS_SESSION_TOKEN: 'poison',
  AWS_PROFILE: 'production',
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL: 'https://poison.example',
  AWS_ENDPOINT_URL_S3: 'https://poison.example',
  AWS_CONFIG_FILE: '/poison',
  AWS_SHARED_CREDENTIALS_FILE: '/poison',
  AWS_WEB_IDENTITY_TOKEN_FILE: '/poison',
  AWS_ROLE_ARN: 'arn:poison',
  AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://poison.example',
  AWS_CA_BUNDLE: '/poison',
  HTTP_PROXY: 'http://poison.example',
  HTTPS_PROXY: 'http://poison.example',
  ALL_PROXY: 'http://poison.example',
  NO_PROXY: 'poison',
  http_proxy: 'http://poison.example',
  https_proxy: 'http://poison.example',
  TF_VAR_region: 'poison',
  TF_CLI_ARGS: '-destroy',
  TF_DATA_DIR: '/poison',
  ANSIBLE_CONFIG: '/poison',
  SSH_AUTH_SOCK: '/poison',
  NODE_OPTIONS: '--require=/poison',
  LD_PRELOAD: '/poison',
  PYTHONPATH: '/poison',
};
const kept = { PATH: '/usr/bin:/bin', HOME: '/home/me', LANG: 'C.UTF-8', XDG_RUNTIME_DIR: '/run/user/1' };

/** Gives this process the variables for one test. */
function setVariables(t: Test, variables: Readonly<Record<string, string>>): void {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  t.teardown(() => {
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, before);
  });
}

t.test('leaves every credential, profile, endpoint and proxy of the caller behind', async t => {
  setVariables(t, { ...poison, ...kept });
  const clean = cleanEnvironment();
  t.strictSame(
    Object.keys(poison).filter(name => name in clean),
    [],
  );
  t.notMatch(JSON.stringify(clean), /poison/i);
  t.match(clean, kept);
});

t.test('leaves variables out that are empty or unset', async t => {
  setVariables(t, { LC_ALL: '', TERM: '' });
  t.notOk('LC_ALL' in cleanEnvironment());
  t.equal(readVariable('LC_ALL'), undefined);
  t.equal(readVariable('MILLRACE_NOT_SET'), undefined);
});

t.test('gives installers everything but what speaks for an AWS account', async t => {
  setVariables(t, { ...poison, ...kept });
  const given = installerEnvironment();
  t.strictSame(
    Object.keys(given).filter(name => name in poison && /^(AWS|TF)_/.test(name)),
    [],
  );
  t.match(given, kept);
  t.match(given, Object.fromEntries(Object.entries(poison).filter(([name]) => !/^(AWS|TF)_/.test(name))));
});

t.test("hands the caller's whole environment on where that is wanted", async t => {
  setVariables(t, poison);
  t.match(callerEnvironment(), poison);
  t.equal(readVariable('AWS_PROFILE'), 'production');
});
