/** The programs that carry ssh through a session of AWS Systems Manager; only transport ssm needs them. */

import { Failure } from '../../core/failure.ts';
import { sessionPluginHint } from '../../core/host-access.ts';
import { compareVersions } from '../../core/version.ts';
import { describeResult, hasSucceeded, runProcess } from '../process.ts';
import { findCommand } from './find-command.ts';

/** Source: AWS Systems Manager user guide, "Allow and control permissions for SSH connections through Session Manager". */
const tools = [
  {
    name: 'aws',
    min: '1.16.12',
    hint: 'Install the AWS CLI: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
  },
  { name: 'session-manager-plugin', min: '1.1.23', hint: sessionPluginHint },
] as const;

/**
 * Finds both programs on PATH.
 * @returns the AWS CLI's absolute path
 * @throws Failure naming the one that is missing or too old, and how to get it
 */
export async function requireSessionManager(
  env: Readonly<Record<string, string>>,
  path?: string,
): Promise<string> {
  const files = await Promise.all(tools.map(tool => requireTool(tool, env, path)));
  return files[0] ?? '';
}

async function requireTool(
  tool: (typeof tools)[number],
  env: Readonly<Record<string, string>>,
  path: string | undefined,
): Promise<string> {
  const { name, min, hint } = tool;
  const file = findCommand(name, path);
  if (file === undefined)
    throw new Failure({ where: name, what: 'is not on PATH, and ssh.transport ssm needs it', hint });
  const result = await runProcess({ file, args: ['--version'], env, timeoutMs: 20_000 });
  const version = hasSucceeded(result)
    ? `${result.stdout}${result.stderr}`.match(/(?:^|aws-cli\/)(\d+(?:\.\d+)+)/m)?.[1]
    : undefined;
  if (version === undefined)
    throw new Failure({ where: file, what: `does not tell its version: ${describeResult(result)}`, hint });
  if (compareVersions(version, min) < 0)
    throw new Failure({ where: file, what: `expects version >= ${min}, got ${version}`, hint });
  return file;
}
