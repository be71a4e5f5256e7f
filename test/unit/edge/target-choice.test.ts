import { readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { createRequestTarget } from '../../../scripts/edge/target-choice.ts';
import { openWorkspace } from '../../../scripts/edge/workspace.ts';

const read = (name: string) => readFileSync(new URL(`../../../config/${name}.yaml`, import.meta.url), 'utf8');

function workspaceOf(t: Test, environment: 'local' | 'dev') {
  const root = t.testdir({ config: { 'local.yaml': read('local'), 'dev.yaml': read('aws.example') } });
  return openWorkspace(root, environment, { needsSamples: false });
}

function setVariable(t: Test, name: string, value: string): void {
  process.env[name] = value;
  t.teardown(() => delete process.env[name]);
}

t.test('takes an emulator that somebody else runs, and starts nothing', async t => {
  setVariable(t, 'MILLRACE_EMULATOR_URL', 'http://127.0.0.1:4566');
  const target = await createRequestTarget(workspaceOf(t, 'local'));
  t.strictSame(target.access, {
    region: 'us-east-1',
    local: { endpoint: 'http://127.0.0.1:4566', accountId: '000000000000' },
  });
  t.equal(target.findFault(), undefined);
});

t.test('refuses an emulator that is no address, and any for an environment on AWS', async t => {
  setVariable(t, 'MILLRACE_EMULATOR_URL', '127.0.0.1, 4566');
  await t.rejects(createRequestTarget(workspaceOf(t, 'local')), {
    message: 'MILLRACE_EMULATOR_URL: expects a URL like http://127.0.0.1:4566, got "127.0.0.1, 4566"',
  });
  await t.rejects(createRequestTarget(workspaceOf(t, 'dev')), {
    message: 'MILLRACE_EMULATOR_URL: expects nothing on target aws, got "127.0.0.1, 4566"',
  });
});

t.test("without one it is the environment's own target", async t => {
  const target = await createRequestTarget(workspaceOf(t, 'dev'));
  t.strictSame(target.access, { region: 'eu-west-1' });
});

t.test('tells in a container that the local target is out of reach', async t => {
  setVariable(t, 'MILLRACE_CONTAINER', 'true');
  await t.rejects(createRequestTarget(workspaceOf(t, 'local')), {
    message: 'environment local: is on the local target, which is out of reach of a container',
    hint: /^Set MILLRACE_ENV, .* to an environment on aws\. Without an account: docker compose up upload-offline$/,
  });
  t.match(await createRequestTarget(workspaceOf(t, 'dev')), { access: { region: 'eu-west-1' } });
  setVariable(t, 'MILLRACE_EMULATOR_URL', 'http://127.0.0.1:4566');
  t.match(await createRequestTarget(workspaceOf(t, 'local')), {
    access: { local: { endpoint: 'http://127.0.0.1:4566' } },
  });
});
