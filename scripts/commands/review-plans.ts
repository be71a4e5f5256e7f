import { digestOf, markConfig } from '../core/config-marks.ts';
import type { SourceMark } from '../core/plan-manifest.ts';
import { planSlots } from '../core/plan-slots.ts';
import { buildReview } from '../core/review/build-review.ts';
import type { HostInput, ReviewInput, StackInput } from '../core/review/input.ts';
import type { Review } from '../core/review/model.ts';
import { createSlots } from '../core/slots.ts';
import type { StackPlan } from '../core/summary.ts';
import { readMachine } from '../edge/machine.ts';
import { readToolVersions } from '../edge/tool-versions.ts';
import type { RunContext } from './run-context.ts';
import type { StackRunner } from './stack-runner.ts';

/** The review of these plans and of the host. */
export async function reviewPlans(
  run: RunContext,
  input: {
    readonly runner: StackRunner;
    readonly plans: readonly StackPlan[];
    /** Without it the review is of the stacks alone. */
    readonly host?: HostInput;
    readonly source: SourceMark;
  },
): Promise<Review> {
  const inSlot = createSlots(planSlots(readMachine()));
  const stacks = await Promise.all(input.plans.map(plan => inSlot(() => describeStack(input.runner, plan))));
  return buildReview({
    meta: describeRun(run, input.source),
    stacks,
    host: input.host ?? { kind: 'checked', changes: [] },
    secrets: listSecrets(run),
  });
}

async function describeStack(runner: StackRunner, plan: StackPlan): Promise<StackInput> {
  const { stack } = plan;
  switch (plan.kind) {
    case 'planned':
      return { kind: plan.isPreview ? 'preview' : 'planned', stack, json: await runner.showPlan(stack) };
    case 'deferred': {
      const waitsFor = plan.awaits.map(({ stack: fromStack, output: value }) => ({ value, fromStack }));
      return { kind: 'deferred', stack, waitsFor };
    }
    case 'failed':
      return { kind: 'failed', stack, error: { summary: plan.error.what, detail: plan.error.hint ?? '' } };
  }
}

function describeRun({ workspace, target, toolchain }: RunContext, source: SourceMark): ReviewInput['meta'] {
  const { root, environment, config } = workspace;
  return {
    environment,
    target: target.name,
    commit: source.commit === null || !source.isDirty ? source.commit : `${source.commit} with changes`,
    toolVersions: readToolVersions(root, toolchain),
    madeAt: new Date().toISOString(),
    configDigest: digestOf(markConfig(config)),
  };
}

/** Values of the run that are secret whatever they stand in. The local target's are too short to be any. */
function listSecrets({ target, toolchain }: RunContext): readonly string[] {
  return Object.entries(target.environment(toolchain))
    .filter(([name, value]) => /SECRET|TOKEN|PASSWORD/.test(name) && value.length >= 16)
    .map(([, value]) => value);
}
