import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../test/helpers/emulator.ts';
import type { BenchPlace } from './bench.ts';

const readyMs = 20_000;

/**
 * Starts a server that the contenders talk to, in a process of its own so that it does not slow the harness, and
 * stops it when the bench ends. Its memory is nobody's: it was there before the runs.
 * @param input `args`: given the port of 127.0.0.1 to listen on
 * @returns http://127.0.0.1:PORT
 * @throws Error when it does not listen within 20 seconds
 */
export async function startServer(
  place: BenchPlace,
  input: {
    readonly file: string;
    readonly args: (port: number) => readonly string[];
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const port = await freePort();
  const log = openSync(place.logFile, 'a');
  const child = spawn(input.file, [...input.args(port)], {
    cwd: place.root,
    env: { ...input.env },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const killNow = () => void child.kill('SIGKILL');
  process.once('exit', killNow);
  place.teardown(async () => {
    await stop(child);
    process.off('exit', killNow);
  });
  for (const end = Date.now() + readyMs; !(await isListening(port)); await wait(50)) {
    if (child.exitCode === null && Date.now() < end) continue;
    throw new Error(
      `${input.file}: does not listen, exit code ${child.exitCode}; its output: ${place.logFile}`,
    );
  }
  return `http://127.0.0.1:${port}`;
}

function isListening(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** At once: what a server still holds is of no use after the bench. */
function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
