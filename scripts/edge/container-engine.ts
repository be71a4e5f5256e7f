/** Finds a container engine that answers. */
import { cleanEnvironment, readVariable } from './environment.ts';
import { hasSucceeded, runProcess } from './process.ts';
import { findCommand } from './toolchain/find-command.ts';

export type FoundEngine = { readonly kind: 'podman' | 'docker'; readonly file: string };

/**
 * podman on PATH, else docker when its daemon answers within five seconds: a docker client alone proves nothing.
 * @returns the engine and the absolute path of its program, or undefined when there is none
 */
export async function findContainerEngine(path = readVariable('PATH')): Promise<FoundEngine | undefined> {
  const env = { ...cleanEnvironment(), PATH: path ?? '' };
  const answers = async (file: string, args: readonly string[]) =>
    hasSucceeded(await runProcess({ file, args, env, timeoutMs: 5_000 }));
  const podman = findCommand('podman', path);
  if (podman !== undefined && (await answers(podman, ['--version']))) return { kind: 'podman', file: podman };
  const docker = findCommand('docker', path);
  if (docker !== undefined && (await answers(docker, ['info', '--format', '{{.ServerVersion}}'])))
    return { kind: 'docker', file: docker };
  return undefined;
}
