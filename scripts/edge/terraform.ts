import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../core/failure.ts';
import { redactForms } from '../core/redact.ts';
import { quoteShellWord } from '../core/shell-word.ts';
import type { StackName } from '../core/stacks.ts';
import {
  applyArgv,
  initArgv,
  planArgv,
  refreshArgv,
  showArgv,
  statePushArgv,
} from '../core/terraform-argv.ts';
import { logTextOf, parseTerraformRun, type TerraformRun } from '../core/terraform-events.ts';
import { fullDiskHint, readText, writeFile } from './files.ts';
import { describeResult, hasSucceeded, type ProcessResult, runProcess } from './process.ts';

/** Terraform in one stack's folder. */
export type StackTerraform = {
  readonly stack: StackName;
  readonly file: string;
  readonly version: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Without one the folder's local backend holds. */
  readonly backendFile?: string;
};

const initTimeoutMs = 120_000;

/**
 * Initialises the folder unless that was done with this very backend, these module and provider requirements, and this Terraform.
 * @throws Failure with Terraform's own words
 */
export async function ensureInitialised(terraform: StackTerraform): Promise<void> {
  const dataDir = join(terraform.dir, terraform.env['TF_DATA_DIR'] ?? '.terraform');
  const stamp = join(dataDir, 'millrace-init');
  const digest = initDigest(terraform);
  if (readText(stamp) === digest) return;
  rmSync(stamp, { force: true });
  const result = await run(
    terraform,
    initArgv({
      ...(terraform.backendFile === undefined ? {} : { backendFile: terraform.backendFile }),
      reconfigure: existsSync(dataDir),
    }),
    initTimeoutMs,
  );
  if (!hasSucceeded(result)) throw stackFailure(terraform, 'init', [plainError(result)], result);
  writeFile(stamp, digest);
}

export type Planned = TerraformRun & { readonly hasChanges: boolean };

/**
 * Plans the stack into a file that only this user can read.
 * @throws Failure with Terraform's own words
 */
export async function planStack(
  terraform: StackTerraform,
  input: Parameters<typeof planArgv>[0],
): Promise<Planned> {
  mkdirSync(dirname(input.planFile), { recursive: true, mode: 0o700 });
  const result = await runJson(terraform, planArgv(input));
  if (existsSync(input.planFile)) chmodSync(input.planFile, 0o600);
  const read = parseTerraformRun('stdout' in result ? result.stdout : '');
  if (result.kind !== 'exited' || (result.exitCode !== 0 && result.exitCode !== 2))
    throw stackFailure(terraform, 'plan', read.errors, result);
  return { ...read, hasChanges: result.exitCode === 2 };
}

/**
 * Applies a plan file.
 * @returns the counts of what was done
 * @throws Failure with Terraform's own words
 */
export async function applyPlan(terraform: StackTerraform, planFile: string): Promise<TerraformRun> {
  const result = await runJson(terraform, applyArgv(planFile));
  const read = parseTerraformRun('stdout' in result ? result.stdout : '');
  if (!hasSucceeded(result)) throw stackFailure(terraform, 'apply', read.errors, result);
  return read;
}

/**
 * Writes what the resources are now into the stack's state.
 * @throws Failure with Terraform's own words
 */
export async function refreshState(terraform: StackTerraform, varFile: string): Promise<void> {
  const result = await runJson(terraform, refreshArgv(varFile));
  const { errors } = parseTerraformRun('stdout' in result ? result.stdout : '');
  if (!hasSucceeded(result)) throw stackFailure(terraform, 'apply -refresh-only', errors, result);
}

/** The text of the stack's state. */
export async function pullState(terraform: StackTerraform): Promise<string> {
  const result = await run(terraform, ['state', 'pull']);
  if (!hasSucceeded(result)) throw stackFailure(terraform, 'state pull', [plainError(result)], result);
  return result.stdout;
}

/** A plan file as JSON text: every value stands in it in the clear. */
export async function readPlan(terraform: StackTerraform, planFile: string): Promise<string> {
  const result = await run(terraform, showArgv(planFile));
  if (!hasSucceeded(result)) throw stackFailure(terraform, 'show', [plainError(result)], result);
  return result.stdout;
}

/** Puts a state file into the stack's backend; Terraform refuses an older one or one of another lineage. */
export async function pushState(terraform: StackTerraform, stateFile: string): Promise<void> {
  const result = await run(terraform, statePushArgv(stateFile));
  if (!hasSucceeded(result)) throw stackFailure(terraform, 'state push', [plainError(result)], result);
}

function run(terraform: StackTerraform, args: readonly string[], timeoutMs?: number): Promise<ProcessResult> {
  const isPrivate = ['state', 'show'].includes(args[0] ?? '');
  return runProcess({
    file: terraform.file,
    args,
    cwd: terraform.dir,
    env: terraform.env,
    logFile: terraform.logFile,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(isPrivate ? { logLine: () => undefined } : {}),
  });
}

/** Runs a `-json` command. */
function runJson(terraform: StackTerraform, args: readonly string[]): Promise<ProcessResult> {
  const { file, dir: cwd, env, logFile } = terraform;
  return runProcess({ file, args, cwd, env, logFile, logLine: logTextOf });
}

function initDigest(terraform: StackTerraform): string {
  const hash = createHash('sha256').update(
    `${terraform.version}\n${terraform.env['TF_CLI_CONFIG_FILE'] ?? ''}\n`,
  );
  if (terraform.backendFile !== undefined) hash.update(readFileSync(terraform.backendFile));
  const names = readdirSync(terraform.dir).filter(
    name => name.endsWith('.tf') || name === '.terraform.lock.hcl',
  );
  for (const name of names.sort()) hash.update(`${name}\n`).update(readFileSync(join(terraform.dir, name)));
  return hash.digest('hex');
}

/** What Terraform said on standard error, without the frame that it draws around an error. */
function plainError(result: ProcessResult): string {
  if (!('stderr' in result)) return '';
  const lines = result.stderr.split('\n').map(line => line.replace(/^[│╷╵\s]+/, '').trim());
  return lines
    .filter(line => line !== '')
    .join(' ')
    .slice(0, 2_000);
}

function stackFailure(
  terraform: StackTerraform,
  verb: string,
  errors: readonly string[],
  result: ProcessResult,
): Failure {
  const reasons = errors.filter(error => error !== '');
  const reason = reasons.length > 0 ? reasons.join('\n  ') : describeResult(result);
  return new Failure({
    where: `stack ${terraform.stack}`,
    what: `terraform ${verb} failed: ${redactForms(reason)}`,
    hint: `${hintFor(reason, terraform.dir)}Full output: ${terraform.logFile}`,
  });
}

function hintFor(reason: string, dir: string): string {
  if (/Lock Info:/.test(reason)) {
    const id = reason.match(/Lock Info:\s+ID:\s+([0-9a-f-]{36})/)?.[1] ?? '<ID>';
    return `Another run holds the lock. Wait for it; if its process is surely gone, source env.sh of the build folder, then: cd ${quoteShellWord(dir)} && terraform force-unlock ${id}\n`;
  }
  if (/Saved plan is stale/.test(reason))
    return 'Another run has changed the state since this plan was made. Plan again, and review and deploy that.\n';
  if (/no space left on device/i.test(reason)) return `${fullDiskHint}\n`;
  if (/unescaping object version key|XML syntax error/.test(reason)) {
    return 'A bucket holds an object whose key the emulator lists wrongly (% or a control character in it). Remove it, or give this local environment up: kill -9 the process in emulator/pid of its build folder, then destroy.\n';
  }
  if (/connection refused|dial tcp 127\.0\.0\.1/i.test(reason))
    return 'The emulator has ended. Run the command again: it starts clean.\n';
  return '';
}
