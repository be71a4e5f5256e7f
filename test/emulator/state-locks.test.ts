import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { Failure } from '../../scripts/core/failure.ts';
import { runProcess } from '../../scripts/edge/process.ts';
import { ensureInitialised, planStack, type StackTerraform } from '../../scripts/edge/terraform.ts';
import { findTerraform } from '../../scripts/edge/toolchain/terraform-binary.ts';
import { ended } from '../helpers/clean-copy.ts';
import { startEmulator } from '../helpers/emulator.ts';

t.setTimeout(120_000);
// Elsewhere a bucket is asked for with a location.
const region = 'us-east-1';

/** A bucket and a table, as stack bootstrap makes them. The emulator reads the region in the signature's scope. */
async function makeBackend(endpoint: string): Promise<void> {
  const ask = async (service: string, path: string, init: RequestInit) => {
    const scope = `000000000000/20260101/${region}/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    const headers = { ...init.headers, authorization };
    const answer = await fetch(`${endpoint}${path}`, { ...init, headers });
    if (!answer.ok) throw new Error(`${service}: expected 200, got ${answer.status} ${await answer.text()}`);
  };
  await ask('s3', '/states', { method: 'PUT' });
  await ask('dynamodb', '/', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.CreateTable',
    },
    body: JSON.stringify({
      TableName: 'locks',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'LockID', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'LockID', KeyType: 'HASH' }],
    }),
  });
}

t.test('the command that a refusal names frees the locks of a run that was killed', async t => {
  const emulator = await startEmulator(t);
  const dir = t.testdir({
    'main.tf':
      'terraform {\n  backend "s3" {}\n}\nresource "terraform_data" "slow" {\n  provisioner "local-exec" {\n    command = "touch begun; sleep 60"\n  }\n}\n',
    'none.tfvars': '',
    backend: `bucket = "states"\nkey = "slow.tfstate"\nregion = "${region}"\ndynamodb_table = "locks"\nuse_lockfile = true\nuse_path_style = true\n`,
  });
  writeFileSync(join(dir, '.terraform.lock.hcl'), '');
  const terraform: StackTerraform = {
    stack: 'network',
    ...(await findTerraform()),
    dir,
    env: { ...emulator.env, CHECKPOINT_DISABLE: '1' },
    logFile: join(dir, 'network.log'),
    backendFile: join(dir, 'backend'),
  };
  const run = async (file: string, ...args: readonly string[]) =>
    ended(await runProcess({ file, args, cwd: dir, env: terraform.env }));
  await makeBackend(emulator.endpoint);
  await ensureInitialised(terraform);
  const apply = spawn(terraform.file, ['apply', '-auto-approve', '-input=false'], {
    cwd: dir,
    env: { ...terraform.env },
    detached: true,
    stdio: 'ignore',
  });
  while (!existsSync(join(dir, 'begun'))) await sleep(50);
  process.kill(-(apply.pid ?? 0), 'SIGKILL');
  await once(apply, 'exit');

  const plan = () =>
    planStack(terraform, { varFile: join(dir, 'none.tfvars'), planFile: join(dir, 'plans/plan') });
  const refused: unknown = await plan().catch(error => error);
  if (!(refused instanceof Failure)) throw new Error('expected a refusal, got a plan');
  const command = / && (terraform force-unlock [0-9a-f-]{36})\n/.exec(refused.hint ?? '')?.[1] ?? '';
  t.match(refused.what, /Lock Info:/);
  const unlocked = await run(
    'sh',
    '-c',
    command.replace('terraform force-unlock', `'${terraform.file}' force-unlock -force`),
  );
  t.equal(unlocked.exitCode, 0, unlocked.stderr);
  t.equal((await plan()).hasChanges, true);
});
