import { Failure } from '../../core/failure.ts';
import { installerEnvironment } from '../environment.ts';
import { describeResult, hasSucceeded, runProcess } from '../process.ts';
import { findCommand } from './find-command.ts';

/**
 * Installs packages of the system through apt, with root or a `sudo` that asks nothing.
 * @throws Failure with the exact command to type when this user may not, or there is no apt
 */
export async function installSystemPackages(packages: readonly string[], logFile: string): Promise<void> {
  const names = packages.join(' ');
  const apt = findCommand('apt-get');
  if (apt === undefined) {
    throw new Failure({
      where: 'toolchain',
      what: `needs ${names}, and this system has no apt`,
      hint: `Install them with this system's package manager, then run the command again.`,
    });
  }
  const prefix = await rootPrefix();
  if (prefix === undefined) {
    throw new Failure({
      where: 'toolchain',
      what: `needs ${names}, and this user may not install packages`,
      hint: `Run: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names}`,
    });
  }
  await runApt([...prefix, apt, 'update', '-q'], names, logFile);
  await runApt(
    [
      ...prefix,
      apt,
      'install',
      '-y',
      '-q',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...packages,
    ],
    names,
    logFile,
  );
}

/**
 * Runs a program as root where this user may. Where not, it does nothing: what needs it says so itself.
 * @throws Failure when the program fails
 */
export async function runAsRoot(argv: readonly string[], logFile: string): Promise<void> {
  const prefix = await rootPrefix();
  if (prefix === undefined) return;
  const [file = '', ...args] = [...prefix, ...argv];
  const result = await runProcess({ file, args, env: installerEnvironment(), logFile });
  if (hasSucceeded(result)) return;
  throw new Failure({
    where: argv.join(' '),
    what: `failed: ${describeResult(result)}`,
    hint: `Its output: ${logFile}`,
  });
}

async function rootPrefix(): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const sudo = findCommand('sudo');
  if (sudo === undefined) return undefined;
  const result = await runProcess({
    file: sudo,
    args: ['-n', 'true'],
    env: installerEnvironment(),
    timeoutMs: 5_000,
  });
  return hasSucceeded(result) ? [sudo, '-n'] : undefined;
}

async function runApt(
  [file = '', ...args]: readonly string[],
  names: string,
  logFile: string,
): Promise<void> {
  const result = await runProcess({
    file,
    args,
    env: { ...installerEnvironment(), DEBIAN_FRONTEND: 'noninteractive' },
    logFile,
  });
  if (hasSucceeded(result)) return;
  const reason = 'stderr' in result ? result.stderr.trim().split('\n').at(-1) : '';
  throw new Failure({
    where: 'apt-get',
    what: `could not install ${names}: ${describeResult(result)}: ${reason}`,
    hint: `Its output: ${logFile}`,
  });
}
