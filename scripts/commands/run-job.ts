import { listOf } from '../core/command-line.ts';
import { parseJobArguments } from '../core/job-arguments.ts';
import { parseJobName } from '../core/job-names.ts';
import { requireAccount } from '../edge/aws.ts';
import type { Command } from '../edge/entry.ts';
import { watchInterrupts } from '../edge/interrupt.ts';
import { jobMissing } from '../edge/job-runner.ts';
import { openRunProgress } from '../edge/progress.ts';
import { createTarget } from '../edge/target-choice.ts';
import { openWorkspace } from '../edge/workspace.ts';

/** Runs one job of the environment and follows it. Exit code 0 when the run succeeded; anything else is a Failure. */
export const runJob: Command = async ({ root, environment, values }) => {
  const job = parseJobName(listOf(values, 'operands').join());
  const given = parseJobArguments(listOf(values, 'arg'));
  const workspace = openWorkspace(root, environment);
  const target = await createTarget(workspace);
  // A job brings nothing up: an emulator that is not there holds no data.
  if (target.findFault() !== undefined) throw jobMissing(workspace, job);
  const { progress } = openRunProgress(workspace.buildDir);
  const interrupt = watchInterrupts(progress.say);
  try {
    await target.start(progress.say);
    await requireAccount(target.access, workspace.config.account.id);
    const run = { job, given, say: progress.say, isInterrupted: interrupt.isRequested };
    await progress.step(job, () => target.runJob(run));
    return 0;
  } finally {
    progress.close();
    interrupt.remove();
  }
};
