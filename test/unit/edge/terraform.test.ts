import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Failure } from '../../../scripts/core/failure.ts';
import { cleanEnvironment } from '../../../scripts/edge/environment.ts';
import {
  applyPlan,
  ensureInitialised,
  planStack,
  type StackTerraform,
} from '../../../scripts/edge/terraform.ts';
import { findTerraform } from '../../../scripts/edge/toolchain/terraform-binary.ts';

t.test('a plan that another apply has overtaken is refused with what to do', async t => {
  const dir = t.testdir({
    'main.tf': 'variable "word" {}\nresource "terraform_data" "this" { input = var.word }\n',
    'a.tfvars': 'word = "a"\n',
    'b.tfvars': 'word = "b"\n',
  });
  // Terraform wants a lock file; a root without a provider of the registry has an empty one.
  writeFileSync(join(dir, '.terraform.lock.hcl'), '');
  const terraform: StackTerraform = {
    stack: 'network',
    ...(await findTerraform()),
    dir,
    env: { ...cleanEnvironment(), CHECKPOINT_DISABLE: '1' },
    logFile: join(dir, 'network.log'),
  };
  await ensureInitialised(terraform);
  const plan = async (name: string) => {
    const planFile = join(dir, 'plans', `${name}.tfplan`);
    await planStack(terraform, { varFile: join(dir, `${name}.tfvars`), planFile });
    return planFile;
  };
  const [reviewed, other] = [await plan('a'), await plan('b')];
  t.equal(statSync(reviewed).mode & 0o777, 0o600, 'nobody else reads a plan');
  await applyPlan(terraform, other);
  await t.rejects(
    applyPlan(terraform, reviewed),
    new Failure({
      where: 'stack network',
      what: 'terraform apply failed: Saved plan is stale: The given plan file can no longer be applied because the state was changed by another operation after the plan was created.',
      hint: `Another run has changed the state since this plan was made. Plan again, and review and deploy that.\nFull output: ${join(dir, 'network.log')}`,
    }),
  );
});

t.test('what Terraform says of a failure is told without what has the form of a secret', async t => {
  const said = {
    severity: 'error',
    summary: 'It failed',
    detail: 'at postgres://app:hunter2@db/x\npassword = "x9 Lm"',
  };
  const dir = t.testdir({ 'said.json': `${JSON.stringify({ type: 'diagnostic', diagnostic: said })}\n` });
  const file = join(dir, 'terraform');
  writeFileSync(file, '#!/bin/sh\ncat said.json\nexit 1\n', { mode: 0o755 });
  const logFile = join(dir, 'network.log');
  const terraform = { stack: 'network', file, version: '1', dir, env: cleanEnvironment(), logFile } as const;
  await t.rejects(
    applyPlan(terraform, 'x'),
    new Failure({
      where: 'stack network',
      what: 'terraform apply failed: It failed: at postgres://app:[redacted]@db/x\npassword = [redacted]',
      hint: `Full output: ${logFile}`,
    }),
  );
});
