/** What the worker is compared with, and the servers that both sides talk to; all of it lies in build/bench/worker/. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { installerEnvironment } from '../../scripts/edge/environment.ts';
import { describeResult, hasSucceeded, runProcess } from '../../scripts/edge/process.ts';
import { findCommand } from '../../scripts/edge/toolchain/find-command.ts';
import {
  findPython,
  installPythonEnvironment,
  isPythonEnvironmentReady,
} from '../../scripts/edge/toolchain/python-environment.ts';
import type { BenchPlace } from '../harness/bench.ts';
import { startServer } from '../harness/server.ts';
import { account } from './account.ts';

const s3sVersion = '0.14.1';

/** Installs boto3 and s5cmd unless they are there, checked against the hashes of bench/requirements.txt. */
export async function ensurePython(
  place: BenchPlace,
): Promise<{ readonly python: string; readonly s5cmd: string }> {
  const folder = relative(place.root, join(place.dir, 'venv'));
  const environment = { folder, requirements: 'bench/requirements.txt' };
  if (!isPythonEnvironmentReady(place.root, environment)) {
    const python = await findPython();
    if (python === undefined) throw new Error('the rivals need Python 3.10 to 3.12 on PATH');
    await installPythonEnvironment(place.root, python, place.logFile, environment);
  }
  const bin = join(place.root, folder, 'bin');
  return { python: join(bin, 'python'), s5cmd: join(bin, 's5cmd') };
}

/**
 * Starts s3s-fs, an S3 server that streams large objects, over an empty folder. The first call builds it, which takes
 * minutes.
 * @returns `direct`: without conditions on GET and DELETE; `endpoint`: through the proxy that adds them, for both sides
 */
export async function startS3s(place: BenchPlace): Promise<{
  readonly direct: string;
  readonly endpoint: string;
  /** An object is the file BUCKET/KEY in here. */
  readonly objectsDir: string;
}> {
  const file = await ensureS3s(place);
  const objectsDir = join(place.dir, 'objects');
  rmSync(objectsDir, { recursive: true, force: true });
  mkdirSync(objectsDir, { recursive: true });
  place.teardown(async () => rmSync(objectsDir, { recursive: true, force: true }));
  const keys = ['--access-key', account.AWS_ACCESS_KEY_ID, '--secret-key', account.AWS_SECRET_ACCESS_KEY];
  const direct = await startServer(place, {
    file,
    args: port => ['--host', '127.0.0.1', '--port', `${port}`, ...keys, objectsDir],
    env: { RUST_LOG: 'error' },
  });
  return { direct, endpoint: await startOwnServer(place, 's3s-proxy', [direct]), objectsDir };
}

/** Starts a program of bench/servers/, which takes its port as first argument. */
export function startOwnServer(place: BenchPlace, name: string, args: readonly string[]): Promise<string> {
  return startServer(place, {
    file: process.execPath,
    args: port => ['--import', 'tsx', `bench/servers/${name}.ts`, `${port}`, ...args],
    env: account,
  });
}

async function ensureS3s(place: BenchPlace): Promise<string> {
  const root = join(place.dir, `s3s-fs-${s3sVersion}`);
  const file = join(root, 'bin/s3s-fs');
  if (existsSync(file)) return file;
  const cargo = findCommand('cargo');
  if (cargo === undefined)
    throw new Error('s3s-fs needs the Rust compiler: expected cargo on PATH, got none');
  place.say(`building s3s-fs ${s3sVersion}: minutes, once; its output: ${place.logFile}`);
  const result = await runProcess({
    file: cargo,
    args: ['install', 's3s-fs', '--version', s3sVersion, '--locked', '--features', 'binary', '--root', root],
    env: { ...installerEnvironment(), CARGO_HOME: join(place.dir, 'cargo') },
    logFile: place.logFile,
  });
  if (!hasSucceeded(result)) throw new Error(`s3s-fs: cannot be built: ${describeResult(result)}`);
  return file;
}
