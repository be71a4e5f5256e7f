import { join } from 'node:path';
import type { Failure } from '../core/failure.ts';
import { type StackName, stackNames } from '../core/stacks.ts';
import { renderPlanSummary, type StackPlan } from '../core/summary.ts';
import { bundlePrograms } from '../edge/bundle.ts';
import type { RunContext } from './run-context.ts';
import { findRefusal, type StackRunner } from './stack-runner.ts';

/** Plans the stacks side by side, or defers them, and shows one summary over all. */
export async function planAll(
  run: RunContext,
  runner: StackRunner,
  wanted: readonly StackName[] = stackNames,
): Promise<readonly StackPlan[]> {
  const { progress, workspace } = run;
  await progress.step('bundle', () =>
    bundlePrograms({ root: workspace.root, outDir: join(workspace.root, 'dist') }),
  );
  const plans = await progress.step('plan', async () => {
    await runner.loadOutputs(['network', 'datalake', 'ec2']);
    return Promise.all(wanted.map(stack => runner.plan(stack)));
  });
  progress.say(`\n${renderPlanSummary(plans)}\n`);
  return plans;
}

/** The stacks whose plans a deploy would refuse to apply, with the reason. */
export function findRefusals(
  run: RunContext,
  plans: readonly StackPlan[],
): readonly { readonly stack: StackName; readonly error: Failure }[] {
  return plans.flatMap(plan => {
    const error = plan.kind === 'planned' ? findRefusal(run, plan.stack, plan) : undefined;
    return error === undefined ? [] : [{ stack: plan.stack, error }];
  });
}
