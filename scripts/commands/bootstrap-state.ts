import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { buildAdoptables, isOurs } from '../core/bootstrap-adoption.ts';
import { Failure } from '../core/failure.ts';
import { stacks } from '../core/stacks.ts';
import { readObject } from '../edge/objects.ts';
import { findState } from '../edge/state-store.ts';
import {
  forgetResource,
  importResource,
  planStack,
  pullState,
  pushState,
  readPlan,
  type StackTerraform,
} from '../edge/terraform.ts';
import type { RunContext } from './run-context.ts';

/** Where bootstrap's state is: in its own bucket, or (before that exists, and while it goes) in a file of the build folder. */
export type BootstrapState = {
  readonly localFile: string;
  readonly hasBackend: boolean;
  /** An apply was cut off: there may be resources that no state tells of. */
  readonly wasInterrupted: boolean;
};

const stateSchema = z.object({ lineage: z.string(), serial: z.number() });

/** Of two states, the one in the build folder counts only while it is newer: then a destroy was cut off. */
export async function findBootstrapState(run: RunContext): Promise<BootstrapState> {
  const { buildDir, names, environment } = run.workspace;
  const localFile = join(buildDir, 'bootstrap.tfstate');
  const key = stacks.bootstrap.stateKey(environment);
  const presence = await findState(run.s3, names.stateBucket, key);
  const isBroken = existsSync(localFile) && readState(localFile) === undefined;
  // Cut off in the middle of a write: set aside, and what it told of is adopted by name.
  if (isBroken) renameSync(localFile, `${localFile}.broken`);
  const hasLocal = existsSync(localFile);
  if (presence !== 'present') {
    return { localFile, hasBackend: false, wasInterrupted: isBroken || hasLocal || presence === 'no-state' };
  }
  if (!hasLocal) return { localFile, hasBackend: true, wasInterrupted: false };
  const remote = (await readObject(run.s3, names.stateBucket, key))?.body.toString('utf8') ?? '{}';
  if (isNewer(readFileSync(localFile, 'utf8'), remote))
    return { localFile, hasBackend: false, wasInterrupted: true };
  rmSync(localFile);
  return { localFile, hasBackend: true, wasInterrupted: false };
}

/**
 * Takes into the state what a cut-off apply made without telling: what is not there refuses the import, and is made.
 * @throws Failure when the account's identity provider is somebody else's
 */
export async function adoptBootstrap(
  run: RunContext,
  terraform: StackTerraform,
  varFile: string,
): Promise<void> {
  const { config, buildDir, environment } = run.workspace;
  const planFile = join(buildDir, 'plans/bootstrap.tfplan');
  await planStack(terraform, { varFile, planFile });
  const plan = await readPlan(terraform, planFile);
  rmSync(planFile, { force: true });
  for (const { address, id, isShared } of buildAdoptables(plan, config.account.id)) {
    if (!(await importResource(terraform, { varFile, address, id }))) continue;
    if (isShared && !isOurs(await pullState(terraform), address, config.account.business)) {
      await forgetResource(terraform, address);
      throw new Failure({
        where: 'stack bootstrap',
        what: `${address} is in the account already and belongs to somebody else, got ${id}`,
        hint: `It has been left as it is. To use it, set account.github.createProvider to false in config/${environment}.yaml.`,
      });
    }
    run.progress.say(`  bootstrap: adopted ${address} (${id}), left by a run that was cut off`);
  }
}

/** Moves the state from the build folder into the bucket that it describes. */
export async function moveStateToBucket(terraform: StackTerraform, localFile: string): Promise<void> {
  await pushState(terraform, localFile);
  for (const path of [localFile, `${localFile}.backup`]) rmSync(path, { force: true });
}

/** Copies the state out of its bucket, which is about to go. */
export async function copyStateFromBucket(terraform: StackTerraform, localFile: string): Promise<void> {
  writeFileSync(localFile, await pullState(terraform), { mode: 0o600 });
}

function readState(path: string): z.infer<typeof stateSchema> | undefined {
  return parseState(readFileSync(path, 'utf8'));
}

function parseState(text: string): z.infer<typeof stateSchema> | undefined {
  try {
    return stateSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // half written
  }
}

function isNewer(local: string, remote: string): boolean {
  const [a, b] = [parseState(local), parseState(remote)];
  return a !== undefined && b !== undefined && a.lineage === b.lineage && a.serial > b.serial;
}
