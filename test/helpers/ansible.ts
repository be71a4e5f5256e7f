import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readVariable } from '../../scripts/edge/environment.ts';
import { describeResult, runProcess } from '../../scripts/edge/process.ts';

export interface PlaybookRun {
  readonly exitCode: number;
  /** Both streams, for messages. */
  readonly output: string;
  /** Sum over all hosts; -1 when no host was reached. */
  readonly changed: number;
  /** What was changed, in order. */
  readonly changes: readonly PlaybookChange[];
  /** The messages of the tasks that failed. */
  readonly faults: readonly string[];
}

export interface PlaybookChange {
  readonly host: string;
  readonly task: string;
  /** Of a loop. */
  readonly item?: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Twenty times what the whole playbook takes alone: a busy machine is no fault, a hang is. */
const limitMs = 600_000;

/**
 * Runs ansible-playbook of the project's virtual environment, or another clone's, in `/`, with PATH (this process's, if not
 * said) and nothing else set.
 * @throws Error with all that was said when it does not end by itself
 */
export async function runPlaybook(
  args: readonly string[],
  clone = root,
  path = readVariable('PATH'),
): Promise<PlaybookRun> {
  const result = await runProcess({
    file: playbookFile(clone),
    args,
    env: environment(path),
    cwd: '/',
    timeoutMs: limitMs,
  });
  if (result.kind === 'spawn-failed') throw new Error(describeResult(result));
  if (result.kind !== 'exited')
    throw new Error(`ansible-playbook: ${describeResult(result)}\n${result.stdout}${result.stderr}`);
  return {
    ...parseRun(result.stdout),
    exitCode: result.exitCode,
    output: `${result.stdout}${result.stderr}`,
  };
}

/**
 * The same, killed with all that it has started, some time after a task of this name has begun.
 * @returns whether it came so far
 */
export async function killPlaybookAt(
  args: readonly string[],
  task: string,
  afterMs: number,
): Promise<boolean> {
  const child = spawn(playbookFile(root), [...args], {
    env: environment(),
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const closed = once(child, 'close');
  let said = '';
  let hasBegun = false;
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (hasBegun || !said.includes(`[${task}]`)) continue;
    hasBegun = true;
    await sleep(afterMs);
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  }
  await closed;
  return hasBegun;
}

const playbookFile = (clone: string) => join(clone, '.venv/bin/ansible-playbook');
const environment = (path = readVariable('PATH')) => ({ PATH: path ?? '', LC_ALL: 'C.UTF-8' });

function parseRun(stdout: string): Pick<PlaybookRun, 'changed' | 'changes' | 'faults'> {
  const counts = [...stdout.matchAll(/^\S+ +: ok=\d+ +changed=(\d+) /gm)].map(match => Number(match[1]));
  const changes: PlaybookChange[] = [];
  let task = '';
  for (const line of stdout.split('\n')) {
    task = /^(?:TASK|RUNNING HANDLER) \[(.+?)\] \*/.exec(line)?.[1] ?? task;
    const [, host, item] = /^changed: \[(.+?)\](?: => \(item=(.+)\))?$/.exec(line) ?? [];
    if (host !== undefined) changes.push({ host, task, ...(item === undefined ? {} : { item }) });
  }
  const faults = [...stdout.matchAll(/^(?:fatal|failed): .*?"msg": ("(?:[^"\\]|\\.)*")/gms)];
  return {
    changed: counts.length === 0 ? -1 : counts.reduce((sum, count) => sum + count, 0),
    changes,
    faults: faults.map(match => String(JSON.parse(match[1] ?? '""'))),
  };
}
