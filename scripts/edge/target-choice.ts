import { Failure, showValue } from '../core/failure.ts';
import { readVariable } from './environment.ts';
import type { Target } from './target.ts';
import type { Workspace } from './workspace.ts';

/** What a command needs that only sends requests. */
export type RequestTarget = Pick<Target, 'access' | 'start' | 'findFault'>;

/** The one place that asks which target an environment has; the code of the other is not loaded. */
export async function createTarget(workspace: Workspace): Promise<Target> {
  if (workspace.config.target === 'local')
    return (await import('./target-local.ts')).createLocalTarget(workspace);
  return (await import('./target-aws.ts')).createAwsTarget(workspace);
}

/**
 * The environment's target, or, where MILLRACE_EMULATOR_URL names one, an emulator that somebody else runs: beside the
 * container of compose.yaml there is one, and inside it none could be started.
 * @throws Failure when an environment on AWS is to go to an emulator, or a container to the local target of its machine
 */
export async function createRequestTarget(workspace: Workspace): Promise<RequestTarget> {
  const endpoint = readVariable('MILLRACE_EMULATOR_URL');
  const { target, account } = workspace.config;
  if (endpoint === undefined) {
    if (target === 'local' && readVariable('MILLRACE_CONTAINER') !== undefined)
      throw unreachableFailure(workspace);
    return createTarget(workspace);
  }
  if (target !== 'local' || !URL.canParse(endpoint)) {
    const expected = target === 'local' ? 'a URL like http://127.0.0.1:4566' : `nothing on target ${target}`;
    throw new Failure({
      where: 'MILLRACE_EMULATOR_URL',
      what: `expects ${expected}, got ${showValue(endpoint)}`,
    });
  }
  return {
    access: { region: account.region, local: { endpoint, accountId: account.id } },
    start: async () => undefined,
    findFault: () => undefined,
  };
}

function unreachableFailure({ environment }: Workspace): Failure {
  return new Failure({
    where: `environment ${environment}`,
    what: 'is on the local target, which is out of reach of a container',
    hint: 'Set MILLRACE_ENV, in .env or in the shell, to an environment on aws. Without an account: docker compose up upload-offline',
  });
}
