import { renderFailures } from '../core/failure.ts';
import type { HostInput } from '../core/review/input.ts';
import { reviewExitCode } from '../core/review/model.ts';
import { renderReviewText } from '../core/review/render-text.ts';
import type { Command } from '../edge/entry.ts';
import { writeReviewFiles } from '../edge/review-files.ts';
import { markSource } from '../edge/source.ts';
import { describeTerminal } from '../edge/terminal.ts';
import { openWorkspace } from '../edge/workspace.ts';
import { checkHost, deferHost } from './check-host.ts';
import { planAll } from './plan-all.ts';
import { findRefusals } from './plan-refusals.ts';
import { reviewPlans } from './review-plans.ts';
import { beginRun } from './run-context.ts';
import { removeSavedPlans, writeManifest } from './saved-plans.ts';
import { createStackRunner } from './stack-runner.ts';

/**
 * One review over all stacks and the host; nothing is changed. Exit code 0 without changes, 2 with, 1 when a stack or
 * the host failed.
 */
export const plan: Command = async ({ root, environment }) => {
  const run = await beginRun(openWorkspace(root, environment));
  const { progress, workspace } = run;
  try {
    removeSavedPlans(workspace);
    const marked = markSource(root);
    const runner = await createStackRunner(run, { isReadOnly: true });
    let found: HostInput | undefined;
    const plans = await planAll(run, {
      verb: 'plan',
      runner,
      checkHost: async () => {
        found = await checkHost(run, runner);
      },
    });
    // Begun before it was known what becomes of the instance: then what was found is of a host that goes.
    const host = deferHost(runner) ?? found ?? { kind: 'deferred', reason: 'was not looked at' };
    const source = await marked;
    const review = await progress.step('review', () => reviewPlans(run, { runner, plans, host, source }));
    writeReviewFiles({ root, folder: workspace.buildDir, review });
    writeManifest(run, { runner, plans, source, madeAt: review.meta.madeAt });
    progress.say(`\n${renderReviewText(review, describeTerminal())}\n`);
    for (const { error } of findRefusals(run, plans))
      progress.say(`deploy will refuse this:\n${renderFailures([error])}`);
    const build = `build/${environment}`;
    progress.say(`The review: ${build}/plan.html, ${build}/plan.md, ${build}/plan.json`);
    if (plans.some(entry => entry.kind === 'planned' && !entry.isPreview))
      progress.say(
        `Apply exactly this: npx zx scripts/deploy.mjs --env ${environment} --plans ${build}/plans`,
      );
    return reviewExitCode(review);
  } finally {
    run.close();
  }
};
