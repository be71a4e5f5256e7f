import { rmSync } from 'node:fs';
import type { Awaited, Outputs } from '../core/contract.ts';
import { Failure } from '../core/failure.ts';
import { unchangedPlan } from '../core/plan-changes.ts';
import type { PlannedEntry } from '../core/plan-manifest.ts';
import { type StackName, stacks, touchedBy } from '../core/stacks.ts';
import type { StackPlan } from '../core/summary.ts';
import type { ResourceChange, TerraformRun } from '../core/terraform-events.ts';
import { readPlanFile } from '../edge/plan-file.ts';
import { findStateLock } from '../edge/state-store.ts';
import {
  applyPlan,
  ensureInitialised,
  type Planned,
  planStack,
  readPlan,
  refreshState,
  type StackTerraform,
} from '../edge/terraform.ts';
import { adoptBootstrap, moveStateToBucket } from './bootstrap-state.ts';
import { refuseProtectedRemovals } from './plan-refusals.ts';
import type { RunContext } from './run-context.ts';
import { openStackAccess, type ReadyInputs, type StackAccess } from './stack-access.ts';

type SavedPlan = {
  readonly changes: readonly ResourceChange[];
  readonly hasChanges: boolean;
  readonly hasDrift: boolean;
  readonly terraform: StackTerraform;
  readonly planFile: string;
  readonly inputsDigest: string;
  readonly isPreview: boolean;
  /** Somebody has looked at it: this one is applied, or none. */
  readonly isReviewed: boolean;
};

/** A plan that was made by another run and reviewed since. */
export type ReviewedPlan = {
  readonly stack: StackName;
  readonly planFile: string;
  readonly entry: PlannedEntry;
  readonly changes: readonly ResourceChange[];
};

/** Plans and applies the stacks of one environment, keeping outputs and saved plans between the two. */
export type StackRunner = {
  /** Reads what applied stacks hand on; without a backend there is nothing to read. */
  readonly loadOutputs: (names: readonly StackName[]) => Promise<void>;
  readonly outputs: () => Outputs;
  /** What the host's inventory waits for. */
  readonly hostAwaits: () => readonly Awaited[];
  readonly plan: (stack: StackName) => Promise<StackPlan>;
  /** The stack's saved plan as `terraform show -json` tells it. */
  readonly showPlan: (stack: StackName) => Promise<unknown>;
  /** A plan file of the stack, as `terraform show -json` tells it. */
  readonly showFile: (stack: StackName, planFile: string) => Promise<unknown>;
  /** SHA-256 of the tfvars that the stack would be planned with now; undefined where it waits for a value. */
  readonly inputsDigest: (stack: StackName) => string | undefined;
  /** What the manifest says of the stack's saved plan. */
  readonly describePlan: (stack: StackName) => PlannedEntry;
  /** Takes a reviewed plan as the stack's saved one. */
  readonly takeReviewed: (plan: ReviewedPlan) => void;
  /** Applies the saved plan, or plans anew where inputs or backend have changed since; a reviewed one only as it is. */
  readonly apply: (stack: StackName) => Promise<TerraformRun & { readonly hasChanges: boolean }>;
  /**
   * Has the state of a stack that this run has changed, or added to, say what its resources became once all of them were
   * there: a bucket does not have its policy yet when its state is written. What differs afterwards was changed by
   * somebody else.
   */
  readonly settle: (stack: StackName) => Promise<void>;
};

/** @param choice.isReadOnly takes no lock, which would be a write; a lock that is held is told of */
export async function createStackRunner(
  run: RunContext,
  choice: { readonly isReadOnly: boolean } = { isReadOnly: false },
): Promise<StackRunner> {
  const access = await openStackAccess(run);
  const { bootstrap, hasBackend, real, preview, inputsOf } = access;
  const saved = new Map<StackName, SavedPlan>();
  const changed = new Set<StackName>();
  const varFiles = new Map<StackName, string>();
  const isLocalStill = (stack: StackName) => stack === 'bootstrap' && !hasBackend();

  const planInto = async (
    stack: StackName,
    terraform: StackTerraform,
    inputs: ReadyInputs,
    isPreview: boolean,
  ): Promise<{ readonly plan: SavedPlan; readonly planned: Planned }> => {
    await ensureInitialised(terraform);
    if (choice.isReadOnly && !isPreview) await requireUnlocked(run, stack);
    const planFile = access.planFile(stack, choice);
    const { isReadOnly } = choice;
    const planned = await planStack(terraform, { varFile: inputs.varFile, planFile, isReadOnly });
    const { changes, hasChanges, hasDrift } = planned;
    const plan = {
      changes,
      hasChanges,
      hasDrift,
      terraform,
      planFile,
      inputsDigest: inputs.digest,
      isPreview,
      isReviewed: false,
    };
    saved.set(stack, plan);
    access.noteChanging(stack, planned.changedOutputs);
    return { plan, planned };
  };

  const savedPlan = (stack: StackName): SavedPlan => {
    const plan = saved.get(stack);
    if (plan === undefined) throw new Error(`stack ${stack} has no saved plan`);
    return plan;
  };

  return {
    loadOutputs: access.loadOutputs,
    outputs: access.outputs,
    hostAwaits: access.hostAwaits,
    plan: async stack => {
      const inputs = inputsOf(stack);
      if (inputs.kind === 'deferred') {
        // Nobody knows yet what becomes of what it hands on.
        access.noteChanging(stack, Object.keys(access.outputs()[stack] ?? {}));
        return { kind: 'deferred', stack, awaits: inputs.awaits };
      }
      const isPreview = !hasBackend();
      try {
        const terraform = isPreview ? preview(stack) : real(stack);
        const { planned } = await planInto(stack, terraform, inputs, isPreview);
        return { kind: 'planned', stack, isPreview, ...planned };
      } catch (error) {
        if (error instanceof Failure) return { kind: 'failed', stack, error };
        throw error;
      }
    },
    showPlan: async stack => {
      const { terraform, planFile, hasChanges, hasDrift } = savedPlan(stack);
      // Terraform has told of nothing: to say so again it would take as long as a small plan.
      if (!hasChanges && !hasDrift) return unchangedPlan;
      return JSON.parse(await readPlan(terraform, planFile));
    },
    showFile: async (stack, planFile) => {
      await ensureInitialised(real(stack));
      return JSON.parse(await readPlan(real(stack), planFile));
    },
    inputsDigest: stack => {
      const inputs = inputsOf(stack);
      return inputs.kind === 'ready' ? inputs.digest : undefined;
    },
    describePlan: stack => {
      const { planFile, inputsDigest: inputs, isPreview, hasChanges } = savedPlan(stack);
      return { kind: 'planned', stack, ...readPlanFile(planFile), inputs, isPreview, hasChanges };
    },
    takeReviewed: ({ stack, planFile, entry, changes }) => {
      const { inputs: inputsDigest, hasChanges, isPreview } = entry;
      const terraform = real(stack);
      const plan = { changes, hasChanges, hasDrift: true, terraform, planFile, inputsDigest, isPreview };
      saved.set(stack, { ...plan, isReviewed: true });
    },
    apply: async stack => {
      const inputs = access.requireInputs(stack);
      requireBackend(stack, access);
      const terraform = isLocalStill(stack) ? preview(stack) : real(stack);
      if (isLocalStill(stack) && bootstrap.wasInterrupted) {
        await ensureInitialised(terraform);
        await adoptBootstrap(run, terraform, inputs.varFile);
        saved.delete(stack);
      }
      const known = saved.get(stack);
      // A preview was planned on an empty state: good for reading, and for the one stack whose state that is.
      const isCurrent = known?.inputsDigest === inputs.digest && (!known.isPreview || isLocalStill(stack));
      if (known?.isReviewed === true && !isCurrent) throw overtaken(run, stack);
      const plan =
        known !== undefined && isCurrent ? known : (await planInto(stack, terraform, inputs, false)).plan;
      refuseProtectedRemovals(run, stack, plan);
      await ensureInitialised(terraform);
      const applied = plan.hasChanges ? await applyPlan(terraform, plan.planFile) : nothing;
      rmSync(plan.planFile, { force: true });
      if (plan.hasChanges) changed.add(stack);
      varFiles.set(stack, inputs.varFile);
      access.noteChanging(stack, []);
      if (isLocalStill(stack)) {
        await ensureInitialised(real(stack));
        await moveStateToBucket(real(stack), bootstrap.localFile);
        rmSync(access.previewDir, { recursive: true, force: true });
        access.gainBackend();
      }
      await access.loadOutputs([stack]);
      return { ...applied, hasChanges: plan.hasChanges };
    },
    settle: async stack => {
      const varFile = varFiles.get(stack);
      if (varFile === undefined || !touchedBy(stack).some(other => changed.has(other))) return;
      await refreshState(real(stack), varFile);
    },
  };
}

const nothing: TerraformRun = {
  changes: [],
  add: 0,
  change: 0,
  destroy: 0,
  changedOutputs: [],
  hasDrift: false,
  errors: [],
};

/** @throws Failure naming who holds the lock: a plan of what is just being changed would tell nothing */
async function requireUnlocked({ s3, workspace }: RunContext, stack: StackName): Promise<void> {
  const { names, environment } = workspace;
  const owner = await findStateLock(s3, names.stateBucket, stacks[stack].stateKey(environment));
  if (owner === undefined) return;
  throw new Failure({
    where: `stack ${stack}`,
    what: `its state is locked by ${owner}`,
    hint: `Wait until that run has ended, then plan again. If its process is surely gone: docs/operations.md, "Locks"`,
  });
}

function requireBackend(stack: StackName, access: StackAccess): void {
  if (access.hasBackend() || stack === 'bootstrap') return;
  throw new Failure({
    where: `stack ${stack}`,
    what: 'needs the state bucket, which stack bootstrap makes',
    hint: 'Apply it first: run deploy without --only, or with --only bootstrap.',
  });
}

function overtaken({ workspace }: RunContext, stack: StackName): Failure {
  return new Failure({
    where: `stack ${stack}`,
    what: 'was not applied: values of other stacks that its reviewed plan was made with have changed',
    hint: `Plan again, review that, and deploy it: npx zx scripts/plan.mjs --env ${workspace.environment}`,
  });
}
