import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVariable } from '../../scripts/edge/environment.ts';
import { describeResult, runProcess } from '../../scripts/edge/process.ts';

export interface PlaybookRun {
  readonly exitCode: number;
  /** Both streams, for messages. */
  readonly output: string;
  /** Sum over all hosts; -1 when no host was reached. */
  readonly changed: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Twenty times what the whole playbook takes alone: a busy machine is no fault, a hang is. */
const limitMs = 600_000;

/**
 * Runs ansible-playbook of the project's virtual environment in `/`, with PATH and nothing else set.
 * @throws Error with all that was said when it does not end by itself
 */
export async function runPlaybook(args: readonly string[]): Promise<PlaybookRun> {
  const result = await runProcess({
    file: join(root, '.venv/bin/ansible-playbook'),
    args,
    env: { PATH: readVariable('PATH') ?? '', LC_ALL: 'C.UTF-8' },
    cwd: '/',
    timeoutMs: limitMs,
  });
  if (result.kind === 'spawn-failed') throw new Error(describeResult(result));
  if (result.kind !== 'exited')
    throw new Error(`ansible-playbook: ${describeResult(result)}\n${result.stdout}${result.stderr}`);
  const counts = [...result.stdout.matchAll(/^\S+ +: ok=\d+ +changed=(\d+) /gm)].map(match =>
    Number(match[1]),
  );
  return {
    exitCode: result.exitCode,
    output: `${result.stdout}${result.stderr}`,
    changed: counts.length === 0 ? -1 : counts.reduce((sum, count) => sum + count, 0),
  };
}
