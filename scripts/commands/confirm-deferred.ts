import { Failure } from '../core/failure.ts';
import { renderReviewText } from '../core/review/render-text.ts';
import { createSlots } from '../core/slots.ts';
import type { StackName } from '../core/stacks.ts';
import { ask } from '../edge/question.ts';
import { markSource } from '../edge/source.ts';
import { describeTerminal } from '../edge/terminal.ts';
import { reviewPlans } from './review-plans.ts';
import type { RunContext } from './run-context.ts';
import type { StackRunner } from './stack-runner.ts';

/**
 * Plans, shows and asks about a stack that was deferred when the others were reviewed; one question at a time.
 * @throws Failure when it cannot be planned, or the question is answered with no
 */
export function confirmDeferred(
  run: RunContext,
  { runner, isAnswered }: { readonly runner: StackRunner; readonly isAnswered: boolean },
): (stack: StackName) => Promise<void> {
  const oneAtATime = createSlots(1);
  return async stack => {
    const plan = await runner.plan(stack);
    if (plan.kind === 'failed') throw plan.error;
    if (plan.kind === 'deferred' || !plan.hasChanges) return;
    await oneAtATime(async () => {
      const source = await markSource(run.workspace.root);
      const review = await reviewPlans(run, { runner, plans: [plan], source });
      run.progress.say(`\n${renderReviewText(review, describeTerminal())}\n`);
      if (isAnswered) return;
      const question = `Apply this to stack ${stack} of ${run.workspace.environment}? Only yes goes on:`;
      if (await run.progress.hold(() => ask(question, 'yes', '--allow-deferred'))) return;
      throw new Failure({ where: `stack ${stack}`, what: 'was declined; it has not been changed' });
    });
  };
}
