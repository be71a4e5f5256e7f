import { join } from 'node:path';
import { faultReasons } from '../../worker/shared/fault-reasons.ts';
import { Failure, renderFailure } from '../core/failure.ts';
import { type RedriveReport, redriveExitCode, renderRedrive } from '../core/redrive.ts';
import { parseSelection } from '../core/redrive-selection.ts';
import { createS3, requireAccount } from '../edge/aws.ts';
import type { Command } from '../edge/entry.ts';
import { watchInterrupts } from '../edge/interrupt.ts';
import { readStoreClock } from '../edge/objects.ts';
import { openRunProgress } from '../edge/progress.ts';
import { openRedriveStore } from '../edge/redrive-store.ts';
import { takeRunLock } from '../edge/run-lock.ts';
import { createTarget } from '../edge/target-choice.ts';
import { openWorkspace, type Workspace } from '../edge/workspace.ts';
import { redriveFiles } from './redrive-files.ts';

/**
 * Sends refused files from errors/ back to input/. Exit code 0 when every chosen file was sent or there was nothing to
 * do, 1 when one was refused or failed.
 */
export const redrive: Command = async ({ root, environment, values }) => {
  const selection = parseSelection(values, faultReasons);
  const workspace = openWorkspace(root, environment);
  const target = await createTarget(workspace);
  // Redrive brings nothing up: an emulator that is not there holds no files.
  if (target.findFault() !== undefined) throw notDeployed(workspace);
  const release = takeRunLock(join(workspace.buildDir, 'run.lock'));
  const { progress } = openRunProgress(workspace.buildDir);
  const interrupt = watchInterrupts(progress.say);
  try {
    await target.start(progress.say);
    await requireAccount(target.access, workspace.config.account.id);
    const s3 = createS3(target.access);
    const bucket = workspace.names.workerBucket;
    const store = openRedriveStore(s3, bucket);
    if (!(await store.hasBucket())) throw notDeployed(workspace);
    const now = await readStoreClock(target.access);
    const isDryRun = values['dry-run'] === true;
    const { result, error } = await progress.step('redrive', () =>
      redriveFiles({
        store,
        selection,
        now,
        isDryRun,
        isInterrupted: interrupt.isRequested,
        say: progress.say,
      }),
    );
    s3.destroy();
    const report: RedriveReport = { schemaVersion: 1, environment, bucket, dryRun: isDryRun, ...result };
    if (values['json'] === true) process.stdout.write(`${JSON.stringify(report)}\n`);
    progress.say(renderRedrive(result, isDryRun));
    if (error !== undefined) progress.say(`error: ${renderFailure(error, values['verbose'] === true)}`);
    return error === undefined ? redriveExitCode(result) : 1;
  } finally {
    progress.close();
    interrupt.remove();
    release();
  }
};

function notDeployed({ environment }: Workspace): Failure {
  return new Failure({
    where: `environment ${environment}`,
    what: 'has no worker bucket yet',
    hint: `Run deploy first: npx zx scripts/deploy.mjs --env ${environment}`,
  });
}
