import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { RunFacts } from '../core/contract.ts';
import { createS3, requireAccount, requireInstanceType } from '../edge/aws.ts';
import { type Interrupt, watchInterrupts } from '../edge/interrupt.ts';
import { readStoreClock } from '../edge/objects.ts';
import { openRunProgress, type Progress } from '../edge/progress.ts';
import { renderEnvironmentFiles } from '../edge/rendered-files.ts';
import { takeRunLock } from '../edge/run-lock.ts';
import type { Target } from '../edge/target.ts';
import { createTarget } from '../edge/target-choice.ts';
import { ensureToolchain, type Toolchain } from '../edge/toolchain.ts';
import type { Workspace } from '../edge/workspace.ts';

/** What every command that changes or reads an environment has in hand. */
export type RunContext = {
  readonly runId: string;
  /** When the run began, by the store's clock. */
  readonly storeStart: Date;
  readonly workspace: Workspace;
  readonly target: Target;
  readonly toolchain: Toolchain;
  readonly facts: RunFacts;
  readonly s3: S3Client;
  readonly progress: Progress;
  readonly interrupt: Interrupt;
  /** Ends timers and connections; nothing that the target keeps running. */
  readonly close: () => void;
};

/** Finds the tools, brings up the target and renders what its children need. */
export async function beginRun(workspace: Workspace): Promise<RunContext> {
  const { buildDir } = workspace;
  const release = takeRunLock(join(buildDir, 'run.lock'));
  try {
    return await openRun(workspace, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function openRun(workspace: Workspace, release: () => void): Promise<RunContext> {
  const { root, buildDir, config, logDir } = workspace;
  const target = await createTarget(workspace);
  const { runId, progress } = openRunProgress(buildDir);
  const interrupt = watchInterrupts(progress.say);
  try {
    const toolchain = await progress.step('toolchain', () =>
      ensureToolchain({
        root,
        cacheDir: workspace.cacheDir,
        logDir,
        needsContainer: target.needsContainer,
        report: progress.say,
      }),
    );
    await progress.step('target', async () => {
      await target.start(progress.say);
      await requireAccount(target.access, config.account.id);
      await requireInstanceType(target.access, config.compute.instanceType);
    });
    renderEnvironmentFiles({ workspace, toolchain, variables: target.variables(toolchain) });
    const s3 = createS3(target.access);
    const [facts, storeStart] = await Promise.all([target.facts(), readStoreClock(target.access)]);
    const close = () => {
      s3.destroy();
      progress.close();
      interrupt.remove();
      release();
    };
    return { runId, storeStart, workspace, target, toolchain, facts, s3, progress, interrupt, close };
  } catch (error) {
    progress.close();
    interrupt.remove();
    throw error;
  }
}
