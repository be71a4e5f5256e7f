import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type Adoptable,
  buildAdoptables,
  listForeign,
  listMissing,
  renderImports,
} from '../core/bootstrap-adoption.ts';
import { Failure } from '../core/failure.ts';
import { tryJson } from '../core/json.ts';
import { stacks } from '../core/stacks.ts';
import { readObject } from '../edge/objects.ts';
import { findState } from '../edge/state-store.ts';
import { planStack, pullState, pushState, readPlan, type StackTerraform } from '../edge/terraform.ts';
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
 * Has the next plan import what a cut-off apply made without telling, by import blocks beside the stack's own files.
 * @throws Failure when the account's identity provider is somebody else's
 */
export async function adoptBootstrap(
  run: RunContext,
  terraform: StackTerraform,
  varFile: string,
): Promise<void> {
  const { config, buildDir, environment } = run.workspace;
  const planFile = join(buildDir, 'plans/unreviewed/bootstrap.tfplan');
  const planned = async () => {
    await planStack(terraform, { varFile, planFile });
    const text = await readPlan(terraform, planFile);
    rmSync(planFile, { force: true });
    return text;
  };
  let adoptables = buildAdoptables(await planned(), config.account.id);
  while (adoptables.length > 0) {
    writeFileSync(join(terraform.dir, importsFile), renderImports(adoptables));
    try {
      const foreign = listForeign(await planned(), adoptables, config.account.business);
      if (foreign.length > 0) throw foreignFailure(foreign, environment);
      break;
    } catch (error) {
      // What is not there cannot be imported, and is made.
      const missing = error instanceof Failure ? listMissing(error.message) : [];
      const left = adoptables.filter(({ address }) => !missing.includes(address));
      if (left.length === adoptables.length) throw error;
      adoptables = left;
    }
  }
  if (adoptables.length === 0) forgetImports(terraform);
  for (const { address, id } of adoptables) {
    run.progress.say(`  bootstrap: adopts ${address} (${id}), left by a run that was cut off`);
  }
}

/** Takes the import blocks away again. */
export function forgetImports(terraform: StackTerraform): void {
  rmSync(join(terraform.dir, importsFile), { force: true });
}

const importsFile = 'imports.tf';

function foreignFailure(foreign: readonly Adoptable[], environment: string): Failure {
  const names = foreign.map(({ address, id }) => `${address} (${id})`).join(', ');
  return new Failure({
    where: 'stack bootstrap',
    what: `expects nobody else to have made ${names}, got tags of another owner; it has been left as it is`,
    hint: `To use it, set account.github.createProvider to false in config/${environment}.yaml.`,
  });
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
  return stateSchema.safeParse(tryJson(text)).data;
}

function isNewer(local: string, remote: string): boolean {
  const [a, b] = [parseState(local), parseState(remote)];
  return a !== undefined && b !== undefined && a.lineage === b.lineage && a.serial > b.serial;
}
