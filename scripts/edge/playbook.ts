import { join } from 'node:path';
import { Failure } from '../core/failure.ts';
import { type PlaybookRun, parsePlaybookRun } from '../core/playbook.ts';
import { checkLogText, type PlaybookCheck, parsePlaybookCheck } from '../core/playbook-check.ts';
import { redactForms } from '../core/redact.ts';
import { readText } from './files.ts';
import { describeResult, hasSucceeded, runProcess } from './process.ts';

/** The version of ansible-core in `.venv/`, which is made from the requirements. */
export function ansibleVersion(root: string): string {
  return readText(join(root, 'requirements.txt'))?.match(/^ansible-core==([0-9.]+)/m)?.[1] ?? 'unknown';
}

export type PlaybookInput = {
  readonly root: string;
  readonly inventory: string;
  readonly ansiblePlaybook: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
};

/** A host that does not answer at once is told of: nothing has been done that it could still be starting from. */
const impatience = { python_ssh_retries: 0, python_connect_timeout: 10 };
const checkLimitMs = 300_000;

/** What ansible/playbook.yml would change on the hosts of an inventory. */
export async function checkPlaybook(input: PlaybookInput): Promise<PlaybookCheck> {
  const { root, inventory } = input;
  const result = await runProcess({
    file: input.ansiblePlaybook,
    args: [
      ...['-i', inventory, '--check', '--diff', '--extra-vars', JSON.stringify(impatience)],
      join(root, 'ansible/playbook.yml'),
    ],
    cwd: root,
    env: {
      ...input.env,
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_RETRY_FILES_ENABLED: '0',
      ANSIBLE_CALLBACK_PLUGINS: join(root, 'scripts/edge/ansible'),
      ANSIBLE_STDOUT_CALLBACK: 'millrace_changes',
      PYTHONDONTWRITEBYTECODE: '1',
    },
    timeoutMs: checkLimitMs,
    logFile: input.logFile,
    logLine: checkLogText,
  });
  const check = parsePlaybookCheck('stdout' in result ? result.stdout : '');
  return check ?? { kind: 'failed', task: 'start', message: describeResult(result) };
}

/**
 * Runs ansible/playbook.yml with an inventory, as a person would.
 * @throws Failure naming the task that failed
 */
export async function runPlaybook(input: PlaybookInput): Promise<PlaybookRun> {
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
    what: `the playbook failed: ${redactForms(run.fault ?? describeResult(result))}`,
    hint: `Full output: ${input.logFile}. By hand: ansible-playbook -i ${input.inventory} ansible/playbook.yml`,
  });
}
