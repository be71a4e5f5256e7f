/** Containers whose first process is systemd, as on every real host, made from images of several operating systems. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execArgv, imageName, importArgv } from '../../../scripts/core/container.ts';
import { loginScript } from '../../../scripts/core/container-guest.ts';
import { cleanUpHook, containerRecipe, type HostRecipe } from '../../../scripts/core/host-image.ts';
import { renderKnownHosts } from '../../../scripts/core/host-keys.ts';
import { hostConnection } from '../../../scripts/edge/container-host.ts';
import {
  ensureStore,
  type HostPlace,
  hostEngine,
  requireEngine,
  runEngine,
} from '../../../scripts/edge/container-store.ts';
import { callerEnvironment } from '../../../scripts/edge/environment.ts';
import { writeFile } from '../../../scripts/edge/files.ts';
import { ensureHostImage } from '../../../scripts/edge/host-image.ts';
import { describeResult, hasSucceeded, type ProcessResult } from '../../../scripts/edge/process.ts';
import { reachHost } from '../../../scripts/edge/reach-host.ts';
import { cacheDir, type Machine } from './host-bed.ts';

/** What this machine cannot have or run: nothing is proved then, and nothing is wrong with the project. */
export class Unavailable extends Error {}

export type System = {
  /** Makes the image that the host's is made from. Gives its name. @throws Unavailable */
  readonly base: (place: HostPlace) => Promise<string>;
  /** A shell command that installs what a machine image of the system has and its container image lacks. */
  readonly install?: string;
};

export function systemdMachine(system: System): Machine {
  return async (place, login) => {
    if (place.engine.kind !== 'podman')
      throw new Unavailable(`podman starts systemd in a container, ${place.engine.kind} does not`);
    await ensureStore(place);
    const image = await buildImage(place, system);
    await podman(place, [
      ...['run', '--detach', '--replace', '--pull=never', '--http-proxy=false'],
      '--systemd=always',
      ...['--network', 'none'],
      // sshd of Amazon Linux writes to the audit log; cron sets the login's id anew where this machine's login has one.
      ...['--cap-add=AUDIT_WRITE', '--cap-add=AUDIT_CONTROL'],
      ...['--name', place.name, '--hostname', place.name, '--add-host', `${place.name}:127.0.0.1`],
      ...[image, '/usr/lib/systemd/systemd'],
    ]);
    await waitForSystemd(place);
    const { user, keyPair } = login;
    const hostKey = await inContainer(place, ['/bin/sh', '-c', loginScript, 'sh', user, keyPair.publicKey]);
    const connection = hostConnection(place, login);
    writeFile(connection.knownHostsFile, renderKnownHosts(place.name, [`${place.name} ${hostKey.trim()}`]));
    const reach = await reachHost({ connection, env: place.env, logFile: place.logFile, limitMs: 60_000 });
    if (reach.kind !== 'reached') throw new Error(`${reach.stage}: ${reach.detail}`);
    return connection;
  };
}

/** Debian or Ubuntu, whichever this machine is, from its own package sources. */
export async function distributionImage(place: HostPlace): Promise<string> {
  const recipe: HostRecipe = {
    packages: [...containerRecipe.packages, 'systemd-sysv'],
    hooks: [cleanUpHook],
  };
  const image = await ensureHostImage({ recipe, cacheDir, env: callerEnvironment(), logFile: place.logFile });
  await requireEngine(place, importArgv(hostEngine(place), image));
  return imageName(image.key);
}

/** From a registry; one that does not answer can hang. */
export function pulledImage(name: string): System['base'] {
  return async place => {
    const pulled = await runPodman(place, ['pull', '--quiet', name], 120_000);
    if (!hasSucceeded(pulled)) throw new Unavailable(`${name} cannot be had: ${lastWords(pulled)}`);
    return name;
  };
}

/** Whether only the newer of the kernel's two ways to group processes is there. */
export const hasOnlyCgroupV2 = () => existsSync('/sys/fs/cgroup/cgroup.controllers');

async function buildImage(place: HostPlace, { base, install }: System): Promise<string> {
  const name = 'localhost/millrace-system:latest';
  const folder = join(place.buildDir, 'system');
  const context = join(folder, 'context');
  mkdirSync(context, { recursive: true });
  const steps = [install, 'ssh-keygen -A'].filter(step => step !== undefined);
  const lines = [`FROM ${await base(place)}`, ...steps.map(step => `RUN ${step}`)];
  writeFile(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
  const options = ['--pull=never', '--network=host', '--file', join(folder, 'Dockerfile')];
  const built = await runPodman(place, ['build', ...options, '--tag', name, context], 600_000);
  if (hasSucceeded(built)) return name;
  if (built.kind === 'exited' && noPackages.test(`${built.stdout}${built.stderr}`))
    throw new Unavailable(`its packages cannot be had: ${lastWords(built)}`);
  throw new Error(`podman build: ${describeResult(built)}: ${lastWords(built)}`);
}

/** What dnf and yum say when they reach no repository. */
const noPackages = /could(n't| not) resolve host|cannot (download|find a valid baseurl)|curl error/i;

async function waitForSystemd(place: HostPlace): Promise<void> {
  const ask = ['systemctl', 'is-system-running'];
  const end = Date.now() + 90_000;
  for (;;) {
    const { kind, ...rest } = await runEngine(place, execArgv(hostEngine(place), place.name, ask));
    const state = kind === 'exited' && 'stdout' in rest ? rest.stdout.trim() : '';
    if (state === 'running' || state === 'degraded') return;
    if (Date.now() > end) throw new Error(`systemd has not started within 90 s: ${state}`);
    await sleep(250);
  }
}

const inContainer = (place: HostPlace, command: readonly string[]) =>
  requireEngine(place, execArgv(hostEngine(place), place.name, command));

async function podman(place: HostPlace, args: readonly string[]): Promise<void> {
  const result = await runPodman(place, args, 120_000);
  if (!hasSucceeded(result)) throw new Error(`podman ${args[0]}: ${lastWords(result)}`);
}

/** With the caller's environment: it may hold the way to a registry. */
function runPodman(place: HostPlace, args: readonly string[], limitMs: number): Promise<ProcessResult> {
  const engine = hostEngine(place);
  const store = engine.kind === 'podman' ? ['--root', engine.root, '--runroot', engine.runroot] : [];
  return runEngine({ ...place, env: callerEnvironment() }, [...store, ...args], limitMs);
}

function lastWords(result: ProcessResult): string {
  const said = 'stderr' in result ? result.stderr.trim().split('\n').at(-1) : undefined;
  return [describeResult(result), said].filter(part => part !== undefined && part !== '').join(': ');
}
