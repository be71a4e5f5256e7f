import { join } from 'node:path';
import { Failure } from '../core/failure.ts';
import { compareVersions } from '../core/version.ts';
import { findContainerEngine } from './container-engine.ts';
import { findCommand } from './toolchain/find-command.ts';
import { ensureProviderMirror } from './toolchain/provider-mirror.ts';
import {
  findPython,
  installPythonEnvironment,
  isPythonEnvironmentReady,
  pythonRange,
} from './toolchain/python-environment.ts';
import { installSystemPackages } from './toolchain/system-packages.ts';
import { findTerraform, type TerraformBinary } from './toolchain/terraform-binary.ts';

/** The tools of a run, all seen to be there. */
export type Toolchain = {
  readonly terraform: TerraformBinary;
  /** Folder for the CLI configuration's file system mirror. */
  readonly providerMirror: string;
  /** `.venv/bin`: ansible-playbook and the emulator. */
  readonly venvBin: string;
};

type Input = {
  readonly root: string;
  /** Caches that every environment shares. */
  readonly cacheDir: string;
  readonly logDir: string;
  /** Whether a container has to stand in for the host (target local). */
  readonly needsContainer: boolean;
  readonly report: (message: string) => void;
};

/**
 * Finds every tool, and installs what is missing: system packages through apt, the rest into the project's folder.
 * Nothing is installed twice.
 * @throws Failure naming the tool, what is wrong, and the command that mends it
 */
export async function ensureToolchain(input: Input): Promise<Toolchain> {
  if (compareVersions(process.versions.node, '20') < 0) {
    throw new Failure({
      where: 'node',
      what: `expects version >= 20, got ${process.versions.node}`,
      hint: 'Install Node.js 20 or newer.',
    });
  }
  const terraform = await findTerraform();
  const logFile = logFileOf(input);
  await ensureSystemPackages(input);
  const [providerMirror] = await Promise.all([
    ensureProviderMirror({
      root: input.root,
      cacheDir: input.cacheDir,
      terraformFile: terraform.file,
      logFile,
    }),
    ensurePythonEnvironment(input, logFile),
  ]);
  if (input.needsContainer && (await findContainerEngine()) === undefined) {
    throw new Failure({
      where: 'container engine',
      what: 'neither podman nor a docker daemon answers',
      hint: `See ${logFile}.`,
    });
  }
  return { terraform, providerMirror, venvBin: join(input.root, '.venv/bin') };
}

/**
 * Installs what is missing of the system's packages: the one part that two clones cannot do at the same time.
 * @throws Failure naming the packages, and the command to type where this user may not install them
 */
export async function ensureSystemPackages(input: Input): Promise<void> {
  const missing = await missingPackages(input);
  if (missing.length === 0) return;
  input.report(`installing system packages: ${missing.join(' ')}`);
  await installSystemPackages(missing, logFileOf(input));
}

function logFileOf(input: Input): string {
  return join(input.logDir, 'toolchain.log');
}

async function missingPackages(input: Input): Promise<readonly string[]> {
  const packages: string[] = [];
  if (findCommand('ssh') === undefined || findCommand('ssh-keygen') === undefined)
    packages.push('openssh-client');
  if (input.needsContainer) {
    if ((await findContainerEngine()) === undefined)
      packages.push('podman', 'runc', 'slirp4netns', 'uidmap', 'fuse-overlayfs');
    if (findCommand('mmdebstrap') === undefined) packages.push('mmdebstrap');
  }
  if (!isPythonEnvironmentReady(input.root)) {
    const python = await findPython();
    if (python === undefined) packages.push('python3', 'python3-venv');
    else if (!python.canMakeEnvironments)
      packages.push(`python${python.version.split('.').slice(0, 2).join('.')}-venv`);
  }
  return packages;
}

async function ensurePythonEnvironment(input: Input, logFile: string): Promise<void> {
  if (isPythonEnvironmentReady(input.root)) return;
  const python = await findPython();
  if (python === undefined) {
    throw new Failure({
      where: 'python3',
      what: `expects version >= ${pythonRange.min}, < ${pythonRange.below} on PATH, got none`,
      hint: 'Install Python 3.10, 3.11 or 3.12 and put it on PATH.',
    });
  }
  input.report('installing Ansible and the emulator into .venv/');
  await installPythonEnvironment(input.root, python, logFile);
}
