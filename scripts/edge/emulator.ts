/** The AWS emulator, MiniStack, behind four calls: start, stop, state, address. */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  type Daemon,
  type DaemonState,
  daemonState,
  startDaemon,
  stopDaemon,
  waitUntilReady,
} from './daemon.ts';
import { cleanEnvironment } from './environment.ts';
import { readText, writeFile } from './files.ts';

export type Emulator = {
  readonly root: string;
  /** Where its state and objects lie. */
  readonly dataDir: string;
  readonly logFile: string;
  readonly port: number;
  readonly accountId: string;
  readonly region: string;
};

/** An IP literal: SDKs and provider then address buckets by path, without a setting. */
export function emulatorEndpoint(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** The program that serves it. */
export function emulatorServer(root: string): string {
  return join(root, 'scripts/edge/emulator_server.py');
}

/** Name and pinned version, for the report. */
export function emulatorVersion(root: string): { readonly name: string; readonly version: string } {
  const version = readText(join(root, 'requirements.txt'))?.match(/^ministack==(\S+)/m)?.[1] ?? 'unknown';
  return { name: 'MiniStack', version };
}

/** Whether it runs, was stopped with its state written, or died: its state on disk is then not whole. */
export function emulatorState(emulator: Emulator): DaemonState {
  return daemonState(emulatorDaemon(emulator));
}

/**
 * Starts the emulator unless it runs, and waits until it answers.
 * @throws Failure when it does not start
 */
export async function ensureEmulator(emulator: Emulator): Promise<void> {
  const daemon = emulatorDaemon(emulator);
  const health = `${emulatorEndpoint(emulator.port)}/_localstack/health`;
  if (daemonState(daemon) === 'running') return waitUntilReady(daemon, health, 30_000, emulator.logFile);
  const temporary = join(emulator.dataDir, 'tmp');
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  // Functions are unpacked there: they are not modules of this package.
  writeFile(join(temporary, 'package.json'), '{}\n');
  const bin = join(emulator.root, '.venv/bin');
  const base = cleanEnvironment();
  startDaemon(daemon, {
    file: join(bin, 'python'),
    // -X is passed over by Python and makes the process recognisable.
    args: ['-X', `millrace=${emulator.port}`, emulatorServer(emulator.root)],
    cwd: emulator.dataDir,
    logFile: emulator.logFile,
    env: {
      ...base,
      // Functions run on this machine's Node; whatever they are told, only loopback answers.
      PATH: [bin, dirname(process.execPath), base['PATH'] ?? ''].join(':'),
      GATEWAY_PORT: String(emulator.port),
      BIND_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      PERSIST_STATE: '1',
      S3_PERSIST: '1',
      STATE_DIR: join(emulator.dataDir, 'state'),
      S3_DATA_DIR: join(emulator.dataDir, 's3'),
      // Unpacked functions lie there, and their command lines name it: see forgetDaemon.
      TMPDIR: temporary,
      MINISTACK_IMDS_V2_REQUIRED: '1',
      MINISTACK_ACCOUNT_ID: emulator.accountId,
      MINISTACK_REGION: emulator.region,
      AWS_ACCESS_KEY_ID: emulator.accountId,
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
  await waitUntilReady(daemon, health, 30_000, emulator.logFile);
}

/** Asks it to write its state and end. Gives whether the state was written. */
export function stopEmulator(emulator: Emulator): Promise<boolean> {
  return stopDaemon(emulatorDaemon(emulator), 30_000);
}

/** The emulator as a process. */
export function emulatorDaemon(emulator: Emulator): Daemon {
  return { name: 'emulator', pidFile: join(emulator.dataDir, 'pid'), mark: `millrace=${emulator.port}` };
}
