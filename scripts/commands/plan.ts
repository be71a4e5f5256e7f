import { renderFailures } from '../core/failure.ts';
import { planExitCode } from '../core/summary.ts';
import type { Command } from '../edge/entry.ts';
import { openWorkspace } from '../edge/workspace.ts';
import { findRefusals, planAll } from './plan-all.ts';
import { beginRun } from './run-context.ts';
import { explainFailures } from './run-steps.ts';
import { createStackRunner } from './stack-runner.ts';

/** One summary over all stacks; nothing is changed. Exit code 0 without changes, 2 with, 1 when a stack failed. */
export const plan: Command = async ({ root, environment, values }) => {
  const run = await beginRun(openWorkspace(root, environment));
  try {
    const plans = await planAll(run, await createStackRunner(run));
    const failed = plans.flatMap(entry =>
      entry.kind === 'failed' ? [{ name: entry.stack, error: entry.error }] : [],
    );
    if (failed.length > 0) {
      const errors = explainFailures(run, 'plan', failed);
      run.progress.say(`error: ${renderFailures(errors, values['verbose'] === true)}`);
    }
    for (const { error } of findRefusals(run, plans))
      run.progress.say(`deploy will refuse this:\n${renderFailures([error])}`);
    return planExitCode(plans);
  } finally {
    run.close();
  }
};
