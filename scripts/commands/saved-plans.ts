import { join } from 'node:path';
import { markConfig } from '../core/config-marks.ts';
import { manifestName, type PlanManifest, type SourceMark } from '../core/plan-manifest.ts';
import type { StackPlan } from '../core/summary.ts';
import { removeFile, removeTree, writeFile } from '../edge/files.ts';
import { reviewNames } from '../edge/review-files.ts';
import { readToolVersions } from '../edge/tool-versions.ts';
import type { Workspace } from '../edge/workspace.ts';
import type { RunContext } from './run-context.ts';
import type { StackRunner } from './stack-runner.ts';

/** Removes what an earlier plan left: one that does not come to its end must leave nothing that says all is well. */
export function removeSavedPlans({ buildDir }: Workspace): void {
  removeTree(join(buildDir, 'plans'));
  for (const name of reviewNames) removeFile(join(buildDir, name));
}

/** Writes what the saved plans were made of beside them: it is the last file, so plans without it are not whole. */
export function writeManifest(
  { workspace, toolchain }: RunContext,
  input: {
    readonly runner: StackRunner;
    readonly plans: readonly StackPlan[];
    readonly source: SourceMark;
    readonly madeAt: string;
  },
): void {
  const { root, environment, config, buildDir } = workspace;
  const { runner, plans, source, madeAt } = input;
  const manifest: PlanManifest = {
    schemaVersion: 1,
    environment,
    madeAt,
    config: markConfig(config),
    source,
    tools: readToolVersions(root, toolchain),
    stacks: plans.map(plan => {
      const { kind, stack } = plan;
      if (kind === 'planned') return runner.describePlan(stack);
      return kind === 'deferred' ? { kind, stack, awaits: [...plan.awaits] } : { kind, stack };
    }),
  };
  writeFile(join(buildDir, 'plans', manifestName), `${JSON.stringify(manifest, null, 2)}\n`, 0o600);
}
