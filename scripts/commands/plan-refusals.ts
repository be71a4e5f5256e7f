import { Failure } from '../core/failure.ts';
import { protectedRemovals } from '../core/protection.ts';
import type { StackName } from '../core/stacks.ts';
import type { StackPlan } from '../core/summary.ts';
import type { TerraformRun } from '../core/terraform-events.ts';
import type { RunContext } from './run-context.ts';

/** @throws Failure when the plan removes or replaces what holds data and the config does not lift the protection */
export function refuseProtectedRemovals(
  run: RunContext,
  stack: StackName,
  planned: Pick<TerraformRun, 'changes'>,
): void {
  const refusal = findRefusal(run, stack, planned);
  if (refusal !== undefined) throw refusal;
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

function findRefusal(
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
