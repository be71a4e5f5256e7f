import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { isInRange, type VersionRange } from '../../core/version.ts';
import { installerEnvironment } from '../environment.ts';
import { readText, writeFile } from '../files.ts';
import { describeResult, hasSucceeded, runProcess } from '../process.ts';
import { findCommand } from './find-command.ts';

export const pythonRange: VersionRange = { min: '3.10', below: '3.13' };

/** A virtual environment in this folder below the root, and the file below the root that says what is in it. */
export type PythonEnvironment = { readonly folder: string; readonly requirements: string };

const ownEnvironment: PythonEnvironment = { folder: '.venv', requirements: 'requirements.txt' };

type Python = { readonly file: string; readonly version: string; readonly canMakeEnvironments: boolean };

/** The Python that makes the virtual environment: the first on PATH in a supported version, or undefined. */
export async function findPython(): Promise<Python | undefined> {
  for (const name of ['python3', 'python3.12', 'python3.11', 'python3.10']) {
    const file = findCommand(name);
    if (file === undefined) continue;
    const script =
      'import sys, importlib.util as u; print("%d.%d.%d" % sys.version_info[:3], bool(u.find_spec("ensurepip")))';
    const result = await runProcess({
      file,
      args: ['-c', script],
      env: installerEnvironment(),
      timeoutMs: 20_000,
    });
    if (!hasSucceeded(result)) continue;
    const [version = '', hasPip] = result.stdout.trim().split(' ');
    if (isInRange(version, pythonRange)) return { file, version, canMakeEnvironments: hasPip === 'True' };
  }
  return undefined;
}

/** Whether the environment was made in this place, still has its Python, and holds what its requirements ask for. */
export function isPythonEnvironmentReady(root: string, environment = ownEnvironment): boolean {
  return (
    existsSync(join(root, environment.folder, 'bin/python')) &&
    readText(stampFile(root, environment)) === stampOf(root, environment)
  );
}

/**
 * Makes the environment and installs its requirements into it, every file checked against its hash.
 * @throws Failure when Python or the package index does not play along
 */
export async function installPythonEnvironment(
  root: string,
  python: Python,
  logFile: string,
  environment = ownEnvironment,
): Promise<void> {
  const folder = join(root, environment.folder);
  const env = { ...installerEnvironment(), PIP_DISABLE_PIP_VERSION_CHECK: '1' };
  rmSync(folder, { recursive: true, force: true });
  const steps = [
    { file: python.file, args: ['-m', 'venv', folder] },
    {
      file: join(folder, 'bin/python'),
      args: [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-input',
        '--require-hashes',
        '-r',
        join(root, environment.requirements),
      ],
    },
  ];
  for (const step of steps) {
    const result = await runProcess({ ...step, env, logFile });
    if (hasSucceeded(result)) continue;
    const reason = 'stderr' in result ? (result.stderr.match(/^ERROR: .*$/m)?.[0] ?? '') : '';
    throw new Failure({
      where: environment.folder,
      what: `cannot be made: ${describeResult(result)} ${reason}`.trim(),
      hint: `Its output: ${logFile}. A package index must be reachable (pip's own settings are honoured).`,
    });
  }
  writeFile(stampFile(root, environment), stampOf(root, environment));
}

function stampFile(root: string, { folder }: PythonEnvironment): string {
  return join(root, folder, 'millrace-requirements.sha256');
}

/** Of the requirements and the place: the programs in it name their Python by its whole path. */
function stampOf(root: string, environment: PythonEnvironment): string {
  const requirements = readFileSync(join(root, environment.requirements));
  return createHash('sha256')
    .update(`${resolve(root)}\n`)
    .update(requirements)
    .digest('hex');
}
