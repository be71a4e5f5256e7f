import type { Target } from './target.ts';
import { createAwsTarget } from './target-aws.ts';
import { createLocalTarget } from './target-local.ts';
import type { Workspace } from './workspace.ts';

/** The one place that asks which target an environment has. */
export async function createTarget(workspace: Workspace): Promise<Target> {
  return workspace.config.target === 'local' ? createLocalTarget(workspace) : createAwsTarget(workspace);
}
