import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, renderFailures } from '../core/failure.ts';
import { dependentsOf, type StackName, stackNames } from '../core/stacks.ts';
import type { Command } from '../edge/entry.ts';
import { ask } from '../edge/question.ts';
import { removeRenderedFiles } from '../edge/rendered-files.ts';
import { openWorkspace } from '../edge/workspace.ts';
import { beginRun, type RunContext } from './run-context.ts';
import { findInterruption, runSteps } from './run-steps.ts';
import { createStackDestroyer, type StackDestroyer } from './stack-destroyer.ts';

/** Takes an environment down: the stacks in reverse order, the state backend last, then what stood in for AWS. */
export const destroy: Command = async ({ root, environment, values }) => {
  const confirmed = values['confirm'];
  if (confirmed !== undefined && confirmed !== environment) {
    throw new Failure({
      where: '--confirm',
      what: `expects the environment's name, ${environment}, got ${String(confirmed)}`,
    });
  }
  const run = await beginRun(openWorkspace(root, environment));
  try {
    await confirm(run, confirmed !== undefined);
    const errors = await destroyChain(run);
    if (errors.length > 0) {
      run.progress.say(`error: ${renderFailures(errors, values['verbose'] === true)}`);
      return 1;
    }
    run.progress.say(`Environment ${environment} is gone.`);
    return 0;
  } finally {
    run.close();
  }
};

async function destroyChain(run: RunContext): Promise<readonly unknown[]> {
  const { progress, target, workspace } = run;
  const destroyer = await createStackDestroyer(run);
  const others = await destroyer.otherEnvironments();
  const wanted = stackNames.filter(name => name !== 'bootstrap' || others.length === 0);
  if (others.length > 0)
    progress.say(
      `bootstrap stays: ${others.join(', ')} still keep their states in ${workspace.names.stateBucket}`,
    );
  const obstacles = await progress.step('read outputs', async () => {
    await destroyer.loadOutputs(stackNames);
    return destroyer.obstacles(wanted);
  });
  if (obstacles.length > 0) throw obstacleFailure(workspace.environment, obstacles);
  const steps = wanted.map(name => ({
    name,
    after: downstream(name).filter(other => wanted.includes(other)),
    title: `destroy ${name}`,
    work: () => destroyStack(run, destroyer, name),
  }));
  const errors = await runSteps<StackName>(run, 'destroy', steps);
  if (errors.length > 0) return errors;
  removeDataFolders(run);
  try {
    await progress.step('remove target', target.remove);
  } catch (error) {
    // Not explained by the emulator's end, which is part of this step.
    return [findInterruption(run, 'destroy', ['remove target']) ?? error];
  }
  removeRenderedFiles(workspace, stackNames);
  return [];
}

function obstacleFailure(environment: string, obstacles: readonly string[]): Failure {
  return new Failure({
    where: 'destroy',
    what: `would stop half-way, nothing has been changed:\n  ${obstacles.join('\n  ')}`,
    hint: `In config/${environment}.yaml set forceDestroy to true and deletionProtection to false, under account and under storage, and run npx zx scripts/deploy.mjs --env ${environment}, which puts it into effect; then destroy.`,
  });
}

async function destroyStack(run: RunContext, destroyer: StackDestroyer, name: StackName): Promise<void> {
  run.progress.say(`  ${name}: ${await destroyer.destroy(name)} destroyed`);
}

/** Bootstrap holds every state: in a destroy it waits for all. */
function downstream(name: StackName): readonly StackName[] {
  return name === 'bootstrap' ? stackNames.filter(other => other !== 'bootstrap') : dependentsOf(name);
}

/** Terraform's own data of this environment, where stacks ran in terraform/ itself. */
function removeDataFolders(run: RunContext): void {
  const dir = run.target.terraformDir();
  for (const stack of stackNames) {
    const data = join(dir, stack, `.terraform-${run.workspace.environment}`);
    if (existsSync(data)) rmSync(data, { recursive: true });
  }
}

async function confirm(run: RunContext, isConfirmed: boolean): Promise<void> {
  const { config, environment } = run.workspace;
  for (const owner of ['account', 'storage'] as const) {
    if (!config[owner].deletionProtection) continue;
    throw new Failure({
      where: `${owner}.deletionProtection`,
      what: 'expects false before anything that holds data is destroyed, got true',
      hint: `In config/${environment}.yaml set ${owner}.deletionProtection to false and ${owner}.forceDestroy to true, run npx zx scripts/deploy.mjs --env ${environment}, then destroy.`,
    });
  }
  if (isConfirmed || !run.target.asksBeforeChanges) return;
  if (
    await ask(
      `Destroy ${environment} in account ${config.account.id}? Its name goes on:`,
      environment,
      `--confirm ${environment}`,
    )
  )
    return;
  throw new Failure({ where: 'destroy', what: 'was declined; nothing has been changed' });
}
