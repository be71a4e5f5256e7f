/** The one door to child processes: argument arrays only, never a shell; a failure is a value with a kind. */
import { spawn } from 'node:child_process';
import { closeSync, createWriteStream, mkdirSync, openSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { createLineRedactor, redact } from '../core/redact.ts';
import { writeFailure } from './files.ts';
import { killGroup, running, signalGroup } from './process-group.ts';

export type ProcessSpec = {
  readonly file: string;
  readonly args: readonly string[];
  /** The child's whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** Time limit in milliseconds for the child and all that it starts: TERM, KILL five seconds later. None: for ever. */
  readonly timeoutMs?: number;
  /** Every line of both streams is appended here; secrets are redacted, and what has the form of one. */
  readonly logFile?: string;
  readonly onStdoutLine?: (line: string) => void;
  /** Turns a line of standard output into what the log keeps; undefined leaves the line out. */
  readonly logLine?: (line: string) => string | undefined;
  /** Whether an interrupt goes to all that the child starts too, and none of that may outlive the child. */
  readonly isGroup?: boolean;
  /** Values that must not reach the log or an error text. */
  readonly secrets?: readonly string[];
};

export type ProcessResult =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'killed'; readonly signal: string; readonly stdout: string; readonly stderr: string }
  | {
      readonly kind: 'timed-out';
      readonly timeoutMs: number;
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly kind: 'spawn-failed'; readonly message: string };

/** Between TERM and KILL. */
const graceMs = 5_000;

/**
 * Runs one process to its end. Children have a process group of their own, so that a Ctrl-C at the terminal
 * reaches them once, through `interruptProcesses`, and not twice (Terraform loses data at a second one).
 */
export async function runProcess(spec: ProcessSpec): Promise<ProcessResult> {
  const log = spec.logFile === undefined ? undefined : openLog(spec.logFile);
  // The log is written line by line, so a secret of several lines is looked for in pieces too.
  const secrets = (spec.secrets ?? []).flatMap(secret => [secret, ...secret.split('\n')]);
  const child = execa(spec.file, [...spec.args], {
    env: { ...spec.env },
    extendEnv: false,
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    ...(spec.input === undefined ? { stdin: 'ignore' as const } : { input: spec.input }),
    detached: true,
    cleanup: false,
    reject: false,
    stripFinalNewline: false,
  });
  const entry = {
    pid: child.pid,
    kill: (signal: NodeJS.Signals) =>
      spec.isGroup === true ? signalGroup(child.pid, signal) : void child.kill(signal),
  };
  running.add(entry);
  const limit = limitTime(child, spec.timeoutMs);
  // Begun at its exit: whoever is left of the group may hold its streams.
  const group =
    spec.isGroup === true
      ? new Promise<void>(resolve => child.once('exit', () => resolve(awaitGroup(child.pid))))
      : undefined;
  try {
    const [cleanOut, cleanErr] = [createLineCleaner(secrets), createLineCleaner(secrets)];
    const readStdout = async () => {
      for await (const line of child.iterable({ from: 'stdout' })) {
        spec.onStdoutLine?.(line);
        const kept = spec.logLine === undefined ? line : spec.logLine(line);
        if (kept !== undefined) log?.write(cleanOut(kept));
      }
    };
    const readStderr = async () => {
      for await (const line of child.iterable({ from: 'stderr' })) log?.write(cleanErr(line));
    };
    // The iterables reject when the child fails; the result below tells that better.
    const [result] = await Promise.all([
      child,
      readStdout().catch(ignoreChildFailure),
      readStderr().catch(ignoreChildFailure),
    ]);
    if (child.pid !== undefined) await group;
    await closeLog(log);
    // Told only now: the child has been awaited, whatever became of its log.
    if (log?.errored) throw writeFailure(String(log.path), log.errored);
    const stdout = redact(result.stdout ?? '', secrets);
    const stderr = redact(result.stderr ?? '', secrets);
    if (limit.isOver()) return { kind: 'timed-out', timeoutMs: spec.timeoutMs ?? 0, stdout, stderr };
    if (result.exitCode !== undefined) return { kind: 'exited', exitCode: result.exitCode, stdout, stderr };
    if (result.signal !== undefined) return { kind: 'killed', signal: result.signal, stdout, stderr };
    return { kind: 'spawn-failed', message: result.shortMessage ?? `cannot start ${spec.file}` };
  } finally {
    limit.remove();
    running.delete(entry);
  }
}

/** Ends the child's whole group when its time is up: what it has started would keep its streams open. */
function limitTime(
  child: Pick<ReturnType<typeof execa>, 'pid' | 'stdout' | 'stderr'>,
  timeoutMs: number | undefined,
): { readonly isOver: () => boolean; readonly remove: () => void } {
  if (timeoutMs === undefined) return { isOver: () => false, remove: () => undefined };
  let isOver = false;
  let kill: NodeJS.Timeout | undefined;
  const term = setTimeout(() => {
    isOver = true;
    signalGroup(child.pid, 'SIGTERM');
    kill = setTimeout(() => {
      signalGroup(child.pid, 'SIGKILL');
      // Whoever has left the group may still hold them.
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    }, graceMs);
  }, timeoutMs);
  return {
    isOver: () => isOver,
    remove: () => {
      clearTimeout(term);
      clearTimeout(kill);
    },
  };
}

/** Starts a process that outlives this one, its output in `logFile`. Gives its process id. */
export function spawnDetached(
  spec: Pick<ProcessSpec, 'file' | 'args' | 'env' | 'cwd'> & { readonly logFile: string },
): number {
  mkdirSync(dirname(spec.logFile), { recursive: true });
  const log = openSync(spec.logFile, 'a', 0o600);
  try {
    // Not execa: it pipes through this process, and the child must not notice when this one ends.
    const child = spawn(spec.file, [...spec.args], {
      env: { ...spec.env },
      cwd: spec.cwd,
      stdio: ['ignore', log, log],
      detached: true,
    });
    child.on('error', () => undefined); // a missing file: told below by the pid that is not there
    child.unref();
    if (child.pid === undefined) throw new Error(`cannot start ${spec.file}`);
    return child.pid;
  } finally {
    closeSync(log);
  }
}

/** Waits until nobody of a process's group is left, and helps after a while. */
async function awaitGroup(pid: number | undefined): Promise<void> {
  const until = Date.now() + graceMs;
  while (hasGroup(pid)) {
    if (Date.now() > until) return killGroup(pid);
    await sleep(50);
  }
}

function hasGroup(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, 0);
  } catch {
    return false; // nobody is left
  }
}

/** One line that tells how a process failed, for an error text. */
export function describeResult(result: ProcessResult): string {
  switch (result.kind) {
    case 'exited':
      return `exit code ${result.exitCode}`;
    case 'killed':
      return `ended by ${result.signal}`;
    case 'timed-out':
      return `no answer within ${result.timeoutMs / 1000} s`;
    case 'spawn-failed':
      return result.message;
  }
}

/** Whether the process ended by itself with exit code 0. */
export function hasSucceeded(result: ProcessResult): result is ProcessResult & { kind: 'exited' } {
  return result.kind === 'exited' && result.exitCode === 0;
}

/** Makes lines what the log keeps of them: without these secrets, and without what has the form of one. */
function createLineCleaner(secrets: readonly string[]): (line: string) => string {
  const clean = createLineRedactor();
  return line => `${clean(redact(line, secrets))}\n`;
}

function openLog(path: string): WriteStream {
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (cause) {
    throw writeFailure(path, cause);
  }
  const log = createWriteStream(path, { flags: 'a', mode: 0o600 });
  log.on('error', () => undefined); // kept by the stream as `errored`, and thrown once the child has ended
  return log;
}

function closeLog(log: WriteStream | undefined): Promise<void> {
  return new Promise(resolve => {
    if (log === undefined || log.errored) return resolve();
    log.once('error', () => resolve());
    log.end(() => resolve());
  });
}

function ignoreChildFailure(error: unknown): void {
  if (!(error instanceof Error)) throw error;
}
