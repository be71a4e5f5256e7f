import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { markConfig } from '../core/config-marks.ts';
import { Failure } from '../core/failure.ts';
import { countChanges, listPlannedChanges } from '../core/plan-changes.ts';
import { manifestName, type PlannedEntry, parseManifest, planName } from '../core/plan-manifest.ts';
import { listPlanRefusals, type StackNow } from '../core/plan-verdict.ts';
import { type StackName, stacks } from '../core/stacks.ts';
import type { StackPlan } from '../core/summary.ts';
import { readText, removeTree } from '../edge/files.ts';
import { takePlanFile } from '../edge/plan-file.ts';
import { canAsk } from '../edge/question.ts';
import { markSource } from '../edge/source.ts';
import { readStateMark } from '../edge/state-store.ts';
import { readToolVersions } from '../edge/tool-versions.ts';
import { preparePlans } from './plan-all.ts';
import type { RunContext } from './run-context.ts';
import type { StackRunner } from './stack-runner.ts';

/** How a deploy goes about plans that another run has made. */
export type ReviewedChoice = {
  /** Where manifest and plans lie. */
  readonly folder: string;
  /** Whether stacks that could not be planned then are planned and applied without being asked about. */
  readonly coversDeferred: boolean;
};

/**
 * Takes copies of the plans of a folder as what is to be applied, once they are seen to be what was reviewed and to fit
 * still. The folder is not looked at again: it may be written meanwhile.
 * @returns the plans, or everything that keeps them from being applied
 */
export async function takeReviewedPlans(
  run: RunContext,
  input: {
    readonly runner: StackRunner;
    readonly wanted: readonly StackName[];
    readonly choice: ReviewedChoice;
  },
): Promise<{ readonly plans: readonly StackPlan[]; readonly refusals: readonly Failure[] }> {
  const { runner, wanted, choice } = input;
  const { workspace } = run;
  const { folder } = choice;
  const hint = `Plan again, review that, and deploy it: npx zx scripts/plan.mjs --env ${workspace.environment}`;
  if (!existsSync(folder))
    throw new Failure({ where: '--plans', what: `expects a folder of saved plans, got ${folder}`, hint });
  const manifestFile = join(folder, manifestName);
  const manifest = parseManifest(readText(manifestFile), manifestFile, hint);
  await preparePlans(run, runner);
  const copies = join(workspace.buildDir, 'plans-taken');
  const copyOf = (stack: StackName) => join(copies, planName(stack));
  removeTree(copies);
  const entries = manifest.stacks.filter(({ stack }) => wanted.includes(stack));
  const planned = entries.filter((entry): entry is PlannedEntry => entry.kind === 'planned');
  const found = await Promise.all(
    planned.map(async ({ stack }) => {
      const sha256 = takePlanFile(join(folder, planName(stack)), copyOf(stack));
      return [stack, { sha256, ...(await findStackNow(run, runner, stack)) }] as const;
    }),
  );
  const now = {
    environment: workspace.environment,
    config: markConfig(workspace.config),
    source: await markSource(workspace.root),
    tools: readToolVersions(workspace.root, run.toolchain),
    stacks: Object.fromEntries(found),
  };
  const deferred = entries.filter(({ kind }) => kind === 'deferred').map(({ stack }) => stack);
  const refusals = [
    ...listPlanRefusals(manifest, now, { wanted, folder, hint }),
    ...refuseUnasked(deferred, choice),
  ];
  if (refusals.length > 0) {
    removeTree(copies);
    return { plans: [], refusals };
  }
  const plans = await Promise.all(
    entries.map(async (entry): Promise<StackPlan> => {
      const { stack } = entry;
      if (entry.kind !== 'planned')
        return { kind: 'deferred', stack, awaits: entry.kind === 'deferred' ? entry.awaits : [] };
      const planFile = copyOf(stack);
      const changes = entry.hasChanges ? listPlannedChanges(await runner.showFile(stack, planFile)) : [];
      runner.takeReviewed({ stack, planFile, entry, changes });
      const { isPreview, hasChanges } = entry;
      return { kind: 'planned', stack, isPreview, hasChanges, changes, ...countChanges(changes) };
    }),
  );
  return { plans, refusals: [] };
}

async function findStackNow(
  { s3, workspace }: RunContext,
  runner: StackRunner,
  stack: StackName,
): Promise<Omit<StackNow, 'sha256'>> {
  const { names, environment } = workspace;
  return {
    inputs: runner.inputsDigest(stack),
    state: await readStateMark(s3, names.stateBucket, stacks[stack].stateKey(environment)),
  };
}

/** What will have to be asked must be asked before anything is changed, where nobody is there to answer. */
function refuseUnasked(
  deferred: readonly StackName[],
  { coversDeferred }: ReviewedChoice,
): readonly Failure[] {
  if (deferred.length === 0 || coversDeferred || canAsk()) return [];
  return [
    new Failure({
      where: deferred.map(stack => `stack ${stack}`).join(', '),
      what: 'could not be planned yet when the others were reviewed, and there is no terminal to ask at when its turn comes',
      hint: 'To apply without that question what they are planned to be in their turn: --allow-deferred (with --yes on target aws)',
    }),
  ];
}
