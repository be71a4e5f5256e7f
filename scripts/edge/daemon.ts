/** Processes of the local target that outlive a command: each has a note of its process id beside its data. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../core/failure.ts';
import { readText, writeFile } from './files.ts';
import { spawnDetached } from './process.ts';
import { killGroup } from './process-group.ts';

export type Daemon = {
  /** For messages. */
  readonly name: string;
  readonly pidFile: string;
  /** Text that the process's command line must hold: a process id alone may have been given to another since. */
  readonly mark: string;
};

export type DaemonState = 'running' | 'stopped' | 'died';

/** Whether the daemon runs, was stopped properly, or ended without being asked to (a kill, a reboot). */
export function daemonState(daemon: Daemon): DaemonState {
  const pid = pidOf(daemon);
  if (pid === undefined) return 'stopped';
  return isOurs(pid, daemon.mark) ? 'running' : 'died';
}

export function startDaemon(daemon: Daemon, spec: Parameters<typeof spawnDetached>[0]): void {
  writeFile(daemon.pidFile, `${spawnDetached(spec)}\n`);
}

/**
 * Asks the daemon to end and waits for it; what does not end in time is killed and counts as died.
 * @returns whether it ended by itself, its data whole
 */
export async function stopDaemon(daemon: Daemon, timeoutMs: number): Promise<boolean> {
  const pid = pidOf(daemon);
  if (pid === undefined) return true;
  if (isOurs(pid, daemon.mark)) {
    process.kill(pid, 'SIGTERM');
    const end = Date.now() + timeoutMs;
    while (isOurs(pid, daemon.mark)) {
      if (Date.now() > end) {
        killGroup(pid);
        return false;
      }
      await sleep(50);
    }
    rmSync(daemon.pidFile, { force: true });
    return true;
  }
  return false;
}

/** Forgets a daemon that died, and ends what it has left behind: members of its group that work in its folder. */
export function forgetDaemon(daemon: Daemon): void {
  const pid = pidOf(daemon);
  if (pid !== undefined && groupMembers(pid).some(command => command.includes(dirname(daemon.pidFile))))
    killGroup(pid);
  rmSync(daemon.pidFile, { force: true });
}

/**
 * Waits until the address answers a GET with a success.
 * @throws Failure when the daemon ends or the time is up
 */
export async function waitUntilReady(
  daemon: Daemon,
  url: string,
  timeoutMs: number,
  logFile: string,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    if (await answers(url)) return;
    if (daemonState(daemon) !== 'running') {
      throw new Failure({ where: daemon.name, what: 'ended at its start', hint: `Its output: ${logFile}` });
    }
    if (Date.now() > end) {
      throw new Failure({
        where: daemon.name,
        what: `does not answer at ${url} within ${timeoutMs / 1000} s`,
        hint: `Its output: ${logFile}`,
      });
    }
    await sleep(50);
  }
}

/** Whether a GET of the address succeeds within two seconds. */
export async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) })
    .then(response => response.ok)
    .catch(() => false); // refused or too slow: not there yet
}

/** A free port of the loopback address. */
export async function findFreePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === undefined) throw new Failure({ where: '127.0.0.1', what: 'has no free port' });
  return port;
}

/**
 * Looks, before anything is started, that the port of a daemon that does not run yet is free.
 * @throws Failure when another program listens there
 */
export async function requireFreePort(daemon: Daemon, port: number, remedy = ''): Promise<void> {
  if (daemonState(daemon) === 'running' || (await listenOnce(port)) !== undefined) return;

  throw new Failure({
    where: `${daemon.name}, port ${port}`,
    what: `is in use by another program, got EADDRINUSE on 127.0.0.1:${port}`,
    hint: `End that program: ss -ltnp 'sport = :${port}' names it.${remedy}`,
  });
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

function pidOf(daemon: Daemon): number | undefined {
  const text = readText(daemon.pidFile)?.trim();
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

/** Command lines of the processes in a group. Its number is not given away while one of them lives. */
function groupMembers(group: number): readonly string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      // State, parent and group follow the program's name, which may hold anything.
      const members = readText(`/proc/${name}/stat`)?.match(/\) \S \d+ (\d+)/);
      return Number(members?.[1]) === group ? [readText(`/proc/${name}/cmdline`) ?? ''] : [];
    });
}

function isOurs(pid: number, mark: string): boolean {
  try {
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').match(/\) (\S)/)?.[1];
    return state !== 'Z' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(mark);
  } catch {
    return false; // no such process
  }
}
