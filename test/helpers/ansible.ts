import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVariable } from '../../scripts/edge/environment.ts';
import { describeResult, runProcess } from '../../scripts/edge/process.ts';

export interface PlaybookRun {
  readonly exitCode: number | undefined;
  /** Both streams, for messages. */
  readonly output: string;
  /** Sum over all hosts; -1 when no host was reached. */
  readonly changed: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs ansible-playbook of the project's virtual environment in `/`, with PATH and nothing else set. */
export async function runPlaybook(args: readonly string[]): Promise<PlaybookRun> {
  const result = await runProcess({
    file: join(root, '.venv/bin/ansible-playbook'),
    args,
    env: { PATH: readVariable('PATH') ?? '', LC_ALL: 'C.UTF-8' },
    cwd: '/',
    timeoutMs: 120_000,
  });
  if (result.kind === 'spawn-failed') throw new Error(describeResult(result));
  const counts = [...result.stdout.matchAll(/^\S+ +: ok=\d+ +changed=(\d+) /gm)].map(match =>
    Number(match[1]),
  );
  return {
    exitCode: result.kind === 'exited' ? result.exitCode : undefined,
    output: `${result.stdout}${result.stderr}`,
    changed: counts.length === 0 ? -1 : counts.reduce((sum, count) => sum + count, 0),
  };
}
