import { join } from 'node:path';
import { Failure } from '../core/failure.ts';
import { type PlaybookRun, parsePlaybookRun } from '../core/playbook.ts';
import { readText } from './files.ts';
import { describeResult, hasSucceeded, runProcess } from './process.ts';

/** The version of ansible-core in `.venv/`, which is made from the requirements. */
export function ansibleVersion(root: string): string {
  return readText(join(root, 'requirements.txt'))?.match(/^ansible-core==([0-9.]+)/m)?.[1] ?? 'unknown';
}

/**
 * Runs ansible/playbook.yml with an inventory, as a person would.
 * @throws Failure naming the task that failed
 */
export async function runPlaybook(input: {
  readonly root: string;
  readonly inventory: string;
  readonly ansiblePlaybook: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
}): Promise<PlaybookRun> {
  const result = await runProcess({
    file: input.ansiblePlaybook,
    args: ['-i', input.inventory, join(input.root, 'ansible/playbook.yml')],
    cwd: input.root,
    env: { ...input.env, ANSIBLE_NOCOLOR: '1', ANSIBLE_RETRY_FILES_ENABLED: '0' },
    logFile: input.logFile,
  });
  const run = parsePlaybookRun('stdout' in result ? result.stdout : '');
  if (hasSucceeded(result)) return run;
  throw new Failure({
    where: 'host',
    what: `the playbook failed: ${run.fault ?? describeResult(result)}`,
    hint: `Full output: ${input.logFile}. By hand: ansible-playbook -i ${input.inventory} ansible/playbook.yml`,
  });
}
