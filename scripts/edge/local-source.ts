/** The local source server as a daemon of the local target. */
import { join } from 'node:path';
import { type Daemon, daemonState, startDaemon, stopDaemon, waitUntilReady } from './daemon.ts';
import { cleanEnvironment } from './environment.ts';

export type LocalSource = {
  readonly root: string;
  readonly port: number;
  readonly pidFile: string;
  readonly logFile: string;
};

/** @throws Failure when it does not start */
export async function ensureSourceServer(source: LocalSource): Promise<void> {
  const daemon = sourceDaemon(source);
  const health = `http://127.0.0.1:${source.port}/health`;
  if (daemonState(daemon) === 'running') return waitUntilReady(daemon, health, 30_000, source.logFile);
  startDaemon(daemon, {
    file: process.execPath,
    args: ['--import', 'tsx', join(source.root, 'scripts/edge/source-server.ts'), String(source.port)],
    cwd: source.root,
    env: cleanEnvironment(),
    logFile: source.logFile,
  });
  await waitUntilReady(daemon, health, 30_000, source.logFile);
}

export async function stopSourceServer(source: LocalSource): Promise<void> {
  await stopDaemon(sourceDaemon(source), 5_000);
}

/** The source server as a process. */
export function sourceDaemon(source: LocalSource): Daemon {
  return { name: 'local source server', pidFile: source.pidFile, mark: `source-server.ts\0${source.port}` };
}
