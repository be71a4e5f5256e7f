import { existsSync, readFileSync, rmSync } from 'node:fs';
import { listObstacles } from '../core/destroy-obstacles.ts';
import type { StackName } from '../core/stacks.ts';
import { isEmptyState } from '../core/state.ts';
import { listStates } from '../edge/state-store.ts';
import {
  applyPlan,
  ensureInitialised,
  planStack,
  pullState,
  type StackTerraform,
} from '../edge/terraform.ts';
import { copyStateFromBucket } from './bootstrap-state.ts';
import { refuseProtectedRemovals } from './plan-refusals.ts';
import type { RunContext } from './run-context.ts';
import { openStackAccess } from './stack-access.ts';

/** Destroys the stacks of one environment. */
export type StackDestroyer = {
  /** Reads what applied stacks hand on: destroying them takes the same values as making them. */
  readonly loadOutputs: (names: readonly StackName[]) => Promise<void>;
  /** Destroys what the stack's state holds, and gives the number of resources; 0 where it holds none. */
  readonly destroy: (stack: StackName) => Promise<number>;
  /** What keeps these stacks, as they were deployed, from being destroyed. */
  readonly obstacles: (names: readonly StackName[]) => Promise<readonly string[]>;
  /** Other environments that keep a state in the same bucket. */
  readonly otherEnvironments: () => Promise<readonly string[]>;
};

export async function createStackDestroyer(run: RunContext): Promise<StackDestroyer> {
  const { s3, workspace } = run;
  const { names, environment } = workspace;
  const access = await openStackAccess(run);
  const { real, preview, requireInputs, hasState, hasBackend } = access;
  const { localFile: localState } = access.bootstrap;

  const destroyWith = async (stack: StackName, terraform: StackTerraform): Promise<number> => {
    const inputs = requireInputs(stack);
    await ensureInitialised(terraform);
    const planFile = access.planFile(stack, { isReadOnly: false });
    const planned = await planStack(terraform, { varFile: inputs.varFile, planFile, destroy: true });
    refuseProtectedRemovals(run, stack, planned);
    const destroyed = planned.hasChanges ? (await applyPlan(terraform, planFile)).destroy : 0;
    rmSync(planFile, { force: true });
    return destroyed;
  };

  /** The state comes back to this machine before its bucket goes; a run that was cut off goes on from there. */
  const destroyBootstrap = async (): Promise<number> => {
    if (hasBackend() && !existsSync(localState)) {
      await ensureInitialised(real('bootstrap'));
      await copyStateFromBucket(real('bootstrap'), localState);
    }
    if (!existsSync(localState)) return 0;
    const done = await destroyWith('bootstrap', preview('bootstrap'));
    for (const path of [localState, `${localState}.backup`]) rmSync(path, { force: true });
    return done;
  };

  return {
    loadOutputs: access.loadOutputs,
    destroy: async stack => {
      if (stack === 'bootstrap') return destroyBootstrap();
      if (!(await hasState(stack))) return 0;
      await ensureInitialised(real(stack));
      return isEmptyState(await pullState(real(stack))) ? 0 : destroyWith(stack, real(stack));
    },
    obstacles: async wanted => {
      const states = wanted.map(async stack => {
        if (stack === 'bootstrap' && existsSync(localState)) return readFileSync(localState, 'utf8');
        if (!(await hasState(stack))) return '';
        await ensureInitialised(real(stack));
        return pullState(real(stack));
      });
      return (await Promise.all(states)).flatMap((state, index) =>
        listObstacles(state).map(obstacle => `${wanted[index]}: ${obstacle}`),
      );
    },
    otherEnvironments: async () => {
      if (!hasBackend()) return [];
      const states = await listStates(s3, names.stateBucket);
      const others = states.filter(
        ({ owner, text }) => owner !== 'global' && owner !== environment && !isEmptyState(text),
      );
      return [...new Set(others.map(({ owner }) => owner))];
    },
  };
}
