import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emulatorServer } from '../../scripts/edge/emulator.ts';

/** An emulator of a test's own. */
export interface TestEmulator {
  /** http://127.0.0.1:PORT */
  readonly endpoint: string;
  readonly port: number;
  /** The whole environment for programs that talk to it: nothing of the caller's credentials is in it. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

interface TestScope {
  teardown(stop: () => Promise<void>): void;
}

export const testRegion = 'eu-west-1';
const account = '000000000000';
const root = fileURLToPath(new URL('../..', import.meta.url));
const readyMs = 30_000;
const termMs = 5_000;

/**
 * Starts MiniStack from the project's virtual environment on a free port and stops it when the test ends,
 * whichever way it ends.
 */
export async function startEmulator(test: TestScope): Promise<TestEmulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const temporary = mkdtempSync(join(tmpdir(), 'millrace-emulator-'));
  const child = spawn(`${root}.venv/bin/python`, [emulatorServer(root)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...childEnv(),
      TMPDIR: temporary,
      GATEWAY_PORT: `${port}`,
      BIND_HOST: '127.0.0.1',
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
    },
  });
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4000);
  });
  const killNow = () => signalGroup(child, 'SIGKILL');
  process.once('exit', killNow);
  const stop = async () => {
    await stopGroup(child);
    process.off('exit', killNow);
    rmSync(temporary, { recursive: true, force: true });
  };
  test.teardown(stop);
  await untilReady(`${endpoint}/_localstack/health`, () => {
    if (child.exitCode !== null) throw new Error(`emulator: ended with ${child.exitCode}\n${output}`);
  });
  const env = { ...childEnv(), AWS_ENDPOINT_URL: endpoint, AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint };
  return { endpoint, port, env, stop };
}

/** A port of 127.0.0.1 that nothing listened on a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/** Waits for an address to answer 200; `check` may throw to give up early. */
export async function untilReady(url: string, check: () => void = () => {}): Promise<void> {
  const end = Date.now() + readyMs;
  while (Date.now() < end) {
    check();
    const isReady = await fetch(url).then(
      answer => answer.ok,
      () => false,
    );
    if (isReady) return;
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  throw new Error(`${url}: expected an answer within ${readyMs / 1000} s, got none`);
}

function childEnv(): Record<string, string> {
  const { PATH = '' } = process.env;
  return {
    PATH,
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: testRegion,
    AWS_DEFAULT_REGION: testRegion,
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group ended by itself.
  }
}

function stopGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => {
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), termMs);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    signalGroup(child, 'SIGTERM');
  });
}
