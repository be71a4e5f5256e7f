import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Awaited, buildStackInputs, mergeOutputs, type Outputs } from '../core/contract.ts';
import { listObstacles } from '../core/destroy-obstacles.ts';
import { Failure } from '../core/failure.ts';
import { protectedRemovals } from '../core/protection.ts';
import { type StackName, stacks } from '../core/stacks.ts';
import { isEmptyState } from '../core/state.ts';
import type { StackPlan } from '../core/summary.ts';
import type { TerraformRun } from '../core/terraform-events.ts';
import { renderBackend, renderVariables } from '../edge/rendered-files.ts';
import { findState, listStates } from '../edge/state-store.ts';
import {
  applyPlan,
  ensureInitialised,
  type Planned,
  planStack,
  pullState,
  readOutputs,
  type StackTerraform,
} from '../edge/terraform.ts';
import { mirrorTerraform, writeLocalBackend } from '../edge/terraform-tree.ts';
import {
  adoptBootstrap,
  copyStateFromBucket,
  findBootstrapState,
  forgetImports,
  moveStateToBucket,
} from './bootstrap-state.ts';
import type { RunContext } from './run-context.ts';

type Inputs =
  | { readonly kind: 'ready'; readonly varFile: string; readonly digest: string }
  | { readonly kind: 'deferred'; readonly awaits: readonly Awaited[] };
type SavedPlan = {
  readonly planned: Planned;
  readonly planFile: string;
  readonly inputsDigest: string;
  readonly isPreview: boolean;
};

/** Plans and applies the stacks of one environment, keeping outputs and saved plans between the two. */
export type StackRunner = {
  /** Reads what applied stacks hand on; without a backend there is nothing to read. */
  readonly loadOutputs: (names: readonly StackName[]) => Promise<void>;
  readonly outputs: () => Outputs;
  readonly plan: (stack: StackName) => Promise<StackPlan>;
  /** Applies the saved plan, or plans anew where inputs or backend have changed since. */
  readonly apply: (stack: StackName) => Promise<TerraformRun & { readonly hasChanges: boolean }>;
  /** Destroys what the stack's state holds; nothing where it has none. */
  readonly destroy: (stack: StackName) => Promise<TerraformRun>;
  /** What keeps these stacks, as they were deployed, from being destroyed. */
  readonly obstacles: (names: readonly StackName[]) => Promise<readonly string[]>;
  /** Other environments that keep a state in the same bucket. */
  readonly otherEnvironments: () => Promise<readonly string[]>;
};

export async function createStackRunner(run: RunContext): Promise<StackRunner> {
  const { workspace, target, toolchain, s3 } = run;
  const { buildDir, config, names, environment } = workspace;
  const previewDir = join(buildDir, 'preview');
  const terraformDir = target.terraformDir();
  const saved = new Map<StackName, SavedPlan>();
  let outputs: Outputs = {};
  const bootstrap = await findBootstrapState(run);
  const localState = bootstrap.localFile;
  let { hasBackend } = bootstrap;

  const terraformIn = (stack: StackName, dir: string): StackTerraform => ({
    stack,
    file: toolchain.terraform.file,
    version: toolchain.terraform.version,
    dir: join(dir, stack),
    env: target.environment(toolchain),
    logFile: join(workspace.logDir, `${stack}.log`),
  });
  const real = (stack: StackName): StackTerraform => ({
    ...terraformIn(stack, terraformDir),
    backendFile: renderBackend(workspace, stack),
  });

  /** A scratch copy with local state: for bootstrap's first apply, and to preview what has no backend yet. */
  const preview = (stack: StackName): StackTerraform => {
    const terraform = terraformIn(stack, join(previewDir, 'terraform'));
    forgetImports(terraform);
    writeLocalBackend(
      terraform.dir,
      stack === 'bootstrap' ? localState : join(previewDir, `${stack}.tfstate`),
    );
    return terraform;
  };

  const inputsOf = (stack: StackName): Inputs => {
    const inputs = buildStackInputs(stack, { config, names, facts: run.facts, outputs });
    if (inputs.kind === 'deferred') return inputs;
    const { path, text } = renderVariables(workspace, stack, inputs.values);
    return { kind: 'ready', varFile: path, digest: createHash('sha256').update(text).digest('hex') };
  };

  const planInto = async (
    stack: StackName,
    terraform: StackTerraform,
    inputs: Inputs & { kind: 'ready' },
    isPreview: boolean,
  ): Promise<SavedPlan> => {
    await ensureInitialised(terraform);
    const planFile = join(buildDir, 'plans', `${stack}.tfplan`);
    const planned = await planStack(terraform, { varFile: inputs.varFile, planFile });
    const plan = { planned, planFile, inputsDigest: inputs.digest, isPreview };
    saved.set(stack, plan);
    return plan;
  };

  const hasState = async (stack: StackName) =>
    hasBackend && (await findState(s3, names.stateBucket, stacks[stack].stateKey(environment))) === 'present';

  const isLocalStill = (stack: StackName) => stack === 'bootstrap' && !hasBackend;

  const destroyWith = async (stack: StackName, terraform: StackTerraform): Promise<TerraformRun> => {
    const inputs = inputsOf(stack);
    if (inputs.kind === 'deferred') throw stillWaits(stack, inputs.awaits);
    await ensureInitialised(terraform);
    const planFile = join(buildDir, 'plans', `${stack}.tfplan`);
    const planned = await planStack(terraform, { varFile: inputs.varFile, planFile, destroy: true });
    refuseProtectedRemovals(run, stack, planned);
    const applied = planned.hasChanges ? await applyPlan(terraform, planFile) : nothing;
    rmSync(planFile, { force: true });
    return applied;
  };

  /** The state comes back to this machine before its bucket goes; a run that was cut off goes on from there. */
  const destroyBootstrap = async (): Promise<TerraformRun> => {
    mirrorTerraform({
      root: workspace.root,
      into: previewDir,
      withEmulatorOverrides: target.emulator !== null,
    });
    if (hasBackend && !existsSync(localState)) {
      await ensureInitialised(real('bootstrap'));
      await copyStateFromBucket(real('bootstrap'), localState);
    }
    if (!existsSync(localState)) return nothing;
    const done = await destroyWith('bootstrap', preview('bootstrap'));
    for (const path of [localState, `${localState}.backup`]) rmSync(path, { force: true });
    return done;
  };

  return {
    outputs: () => outputs,
    loadOutputs: async wanted => {
      const read = await Promise.all(
        wanted.map(async stack => {
          if (!(await hasState(stack))) return {};
          await ensureInitialised(real(stack));
          return readOutputs(real(stack));
        }),
      );
      outputs = mergeOutputs([outputs, ...read]);
    },
    plan: async stack => {
      const inputs = inputsOf(stack);
      if (inputs.kind === 'deferred') return { kind: 'deferred', stack, awaits: inputs.awaits };
      if (!hasBackend)
        mirrorTerraform({
          root: workspace.root,
          into: previewDir,
          withEmulatorOverrides: target.emulator !== null,
        });
      try {
        const { planned } = await planInto(
          stack,
          hasBackend ? real(stack) : preview(stack),
          inputs,
          !hasBackend,
        );
        return { kind: 'planned', stack, isPreview: !hasBackend, ...planned };
      } catch (error) {
        if (error instanceof Failure) return { kind: 'failed', stack, error };
        throw error;
      }
    },
    apply: async stack => {
      const inputs = inputsOf(stack);
      if (inputs.kind === 'deferred') throw stillWaits(stack, inputs.awaits);
      if (!hasBackend && stack !== 'bootstrap') {
        throw new Failure({
          where: `stack ${stack}`,
          what: 'needs the state bucket, which stack bootstrap makes',
          hint: 'Apply it first: run deploy without --only, or with --only bootstrap.',
        });
      }
      const terraform = isLocalStill(stack) ? preview(stack) : real(stack);
      if (isLocalStill(stack) && bootstrap.wasInterrupted) {
        await ensureInitialised(terraform);
        await adoptBootstrap(run, terraform, inputs.varFile);
        saved.delete(stack);
      }
      const known = saved.get(stack);
      // A preview was planned on an empty state: good for reading, and for the one stack whose state that is.
      const isCurrent = known?.inputsDigest === inputs.digest && (!known.isPreview || isLocalStill(stack));
      const plan = known !== undefined && isCurrent ? known : await planInto(stack, terraform, inputs, false);
      refuseProtectedRemovals(run, stack, plan.planned);
      const applied = plan.planned.hasChanges ? await applyPlan(terraform, plan.planFile) : plan.planned;
      rmSync(plan.planFile, { force: true });
      if (isLocalStill(stack)) {
        await ensureInitialised(real(stack));
        await moveStateToBucket(real(stack), localState);
        rmSync(previewDir, { recursive: true, force: true });
        hasBackend = true;
      }
      // Read first: stacks end side by side, and what another one has put in meanwhile must stay.
      const read = await readOutputs(real(stack));
      outputs = mergeOutputs([outputs, read]);
      return { ...applied, hasChanges: plan.planned.hasChanges };
    },
    destroy: async stack => {
      if (stack === 'bootstrap') return destroyBootstrap();
      if (!(await hasState(stack))) return nothing;
      await ensureInitialised(real(stack));
      return isEmptyState(await pullState(real(stack))) ? nothing : destroyWith(stack, real(stack));
    },
    obstacles: async wanted => {
      const states = wanted.map(async stack => {
        if (stack === 'bootstrap' && existsSync(localState)) return readFileSync(localState, 'utf8');
        if (!(await hasState(stack))) return '';
        await ensureInitialised(real(stack));
        return pullState(real(stack));
      });
      return (await Promise.all(states)).flatMap((state, index) =>
        listObstacles(state).map(obstacle => `${wanted[index]}: ${obstacle}`),
      );
    },
    otherEnvironments: async () => {
      if (!hasBackend) return [];
      const states = await listStates(s3, names.stateBucket);
      const others = states.filter(
        ({ owner, text }) => owner !== 'global' && owner !== environment && !isEmptyState(text),
      );
      return [...new Set(others.map(({ owner }) => owner))];
    },
  };
}

/** @throws Failure when the plan removes or replaces what holds data and the config does not lift the protection */
function refuseProtectedRemovals(run: RunContext, stack: StackName, planned: TerraformRun): void {
  const refusal = findRefusal(run, stack, planned);
  if (refusal !== undefined) throw refusal;
}

/** What an apply of this plan would be refused for. */
export function findRefusal(
  run: RunContext,
  stack: StackName,
  planned: Pick<TerraformRun, 'changes'>,
): Failure | undefined {
  const owner = stack === 'bootstrap' ? 'account' : 'storage';
  if (!run.workspace.config[owner].deletionProtection) return undefined;
  const removals = protectedRemovals(planned.changes);
  if (removals.length === 0) return undefined;
  return new Failure({
    where: `stack ${stack}`,
    what: `the plan would remove what holds data: ${removals.map(({ action, address }) => `${action} ${address}`).join(', ')}`,
    hint: `If that is meant, set ${owner}.deletionProtection to false in config/${run.workspace.environment}.yaml and run again.`,
  });
}

const nothing: TerraformRun = { changes: [], add: 0, change: 0, destroy: 0, errors: [] };

function stillWaits(stack: StackName, awaits: readonly Awaited[]): Failure {
  const needs = awaits.map(need => `${need.stack}.${need.output}`).join(', ');
  return new Failure({ where: `stack ${stack}`, what: `still waits for ${needs}` });
}
