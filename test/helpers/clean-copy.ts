/** The end-to-end tests share one clean copy of the project, in a path that is long and has a space in it. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectRoot } from '../../scripts/edge/entry.ts';
import { callerEnvironment } from '../../scripts/edge/environment.ts';
import { hasSucceeded, type ProcessResult, runProcess } from '../../scripts/edge/process.ts';

const pathLength = 120;
const stem = join(tmpdir(), 'millrace e2e');

/** The copy's root: exactly 120 characters. */
export const copyRoot = join(stem, 'clone-'.padEnd(pathLength - stem.length - 1, 'x'));

/** What a caller with AWS credentials, a profile and an endpoint of their own has in the environment. */
export const poison: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: 'AKIAPOISONPOISON0000',
  AWS_SECRET_ACCESS_KEY: 'poison-secret-key',
  AWS_SESSION_TOKEN: 'poison-session-token',
  AWS_PROFILE: 'poison-profile',
  AWS_ENDPOINT_URL: 'http://192.0.2.1:4566',
  AWS_REGION: 'eu-poison-1',
};

/** Makes the shared copy anew. */
export async function makeCleanCopy(): Promise<void> {
  rmSync(copyRoot, { recursive: true, force: true });
  await copyProject(copyRoot);
}

/** Copies every file that git would commit, nothing that was built, installed or rendered. */
export async function copyProject(to: string): Promise<void> {
  const listed = await runProcess({
    file: 'git',
    args: ['ls-files', '--cached', '--others', '--exclude-standard', '-z'],
    cwd: projectRoot,
    env: callerEnvironment(),
  });
  if (!hasSucceeded(listed)) throw new Error('git ls-files failed');
  for (const name of listed.stdout
    .split('\0')
    .filter(name => name !== '' && existsSync(join(projectRoot, name)))) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    cpSync(join(projectRoot, name), join(to, name));
  }
}

export function removeCleanCopy(): void {
  rmSync(stem, { recursive: true, force: true });
}

/** Runs a command in the copy as a user of a poisoned shell would. */
export function runInCopy(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<ProcessResult> {
  const [file = '', ...args] = argv;
  const env = { ...callerEnvironment(), ...poison, ...options.env };
  return runProcess({ file, args, env, cwd: options.cwd ?? copyRoot });
}

/** `npx zx scripts/<verb>.mjs` in the copy. */
export function runVerb(
  verb: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ProcessResult> {
  return runInCopy(['npx', 'zx', `scripts/${verb}.mjs`, ...args], { env });
}

/** Exit code, standard output and standard error of a process that ended by itself. */
export function ended(result: ProcessResult): {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
} {
  if (result.kind !== 'exited')
    throw new Error(`the process did not end by itself: ${JSON.stringify(result)}`);
  return result;
}
