import { join } from 'node:path';
import { runGraph } from '../core/graph.ts';
import { planSlots } from '../core/plan-slots.ts';
import { createSlots } from '../core/slots.ts';
import { type StackName, stackNames, stacks } from '../core/stacks.ts';
import type { StackPlan } from '../core/summary.ts';
import { bundlePrograms } from '../edge/bundle.ts';
import { readMachine } from '../edge/machine.ts';
import type { RunContext } from './run-context.ts';
import { findInterruption } from './run-steps.ts';
import type { StackRunner } from './stack-runner.ts';

/**
 * Plans the stacks side by side, as many as this machine bears, each after those whose values it takes; or defers them.
 * A stack that fails is a result like the others.
 * @param input.checkHost looks at the host beside the plans
 * @throws Failure when the user interrupts, or the target itself goes
 */
export async function planAll(
  run: RunContext,
  input: {
    readonly verb: string;
    readonly runner: StackRunner;
    readonly wanted?: readonly StackName[];
    readonly checkHost?: () => Promise<void>;
  },
): Promise<readonly StackPlan[]> {
  const { verb, runner, wanted = stackNames, checkHost } = input;
  const { progress, interrupt } = run;
  await preparePlans(run, runner);
  const plans = await progress.step('plan', () =>
    planSideBySide({
      plan: runner.plan,
      wanted,
      checkHost,
      inSlot: createSlots(planSlots(readMachine())),
      isStopped: interrupt.isRequested,
    }),
  );
  const planned = plans.filter(({ kind }) => kind === 'planned').map(({ stack }) => stack);
  const interruption = findInterruption(
    run,
    verb,
    wanted.filter(name => !planned.includes(name)),
  );
  if (interruption !== undefined) throw interruption;
  const fault = plans.some(({ kind }) => kind === 'failed') ? run.target.findFault() : undefined;
  if (fault !== undefined) throw fault;
  return plans;
}

/** The plans in the order of `wanted`, without those that were not begun any more. */
export async function planSideBySide(input: {
  readonly plan: (stack: StackName) => Promise<StackPlan>;
  readonly wanted: readonly StackName[];
  readonly checkHost: (() => Promise<void>) | undefined;
  readonly inSlot: ReturnType<typeof createSlots>;
  readonly isStopped: () => boolean;
}): Promise<readonly StackPlan[]> {
  const { plan, wanted, checkHost, inSlot, isStopped } = input;
  const plans = new Map<StackName, StackPlan>();
  const nodes = wanted.map(name => ({
    name,
    after: sourcesOf(name).filter(before => wanted.includes(before)),
    run: async () => void plans.set(name, await inSlot(() => plan(name))),
  }));
  const host = checkHost === undefined ? [] : [{ name: 'host' as const, after: [] as const, run: checkHost }];
  const outcomes = await runGraph<StackName | 'host'>([...nodes, ...host], isStopped);
  for (const outcome of outcomes.values()) if (outcome.kind === 'failed') throw outcome.error;
  return wanted.flatMap(name => plans.get(name) ?? []);
}

/** Bundles what the plans look at and the host gets, and reads the outputs that they are made with. */
export async function preparePlans(
  { progress, workspace: { root } }: RunContext,
  runner: StackRunner,
): Promise<void> {
  await Promise.all([
    progress.step('bundle', () => bundlePrograms({ root, outDir: join(root, 'dist') })),
    runner.loadOutputs(['network', 'datalake', 'ec2']),
  ]);
}

/** The stacks whose plans may change a value that this one is planned with; bootstrap hands on the backend alone. */
function sourcesOf(name: StackName): readonly StackName[] {
  return stacks[name].waitsFor.filter(before => before !== 'bootstrap');
}
