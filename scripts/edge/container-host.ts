/** The container that stands in for the EC2 instance on the local target. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  containerProxyCommand,
  execArgv,
  imageInspectArgv,
  importArgv,
  inspectArgv,
  parseContainer,
  removeArgv,
  removeImagesArgv,
  runArgv,
  startArgv,
  stopArgv,
} from '../core/container.ts';
import { loginScript } from '../core/container-guest.ts';
import { Failure } from '../core/failure.ts';
import { describeKeyChange, renderKnownHosts } from '../core/host-keys.ts';
import type { SshConnection } from '../core/ssh.ts';
import {
  ensureStore,
  type HostPlace,
  hostEngine,
  removeStore,
  requireEngine,
  runEngine,
} from './container-store.ts';
import { readText, writeFile } from './files.ts';
import type { HostImage } from './host-image.ts';
import type { KeyPair } from './key-pair.ts';
import { hasSucceeded } from './process.ts';
import { reachHost } from './reach-host.ts';

export type ContainerHost = {
  /** `created`: a fresh machine; `started`: it was there and stopped; `running`: nothing was done. */
  readonly outcome: 'created' | 'started' | 'running';
  /** What stands for the instance's address. */
  readonly address: string;
  readonly connection: SshConnection;
  /** What to tell of host keys that are not those of the last time. */
  readonly keyChange: string | undefined;
};

/**
 * Makes the host run and be reachable by ssh within 60 seconds. Its connection and its host key stand in
 * `build/<env>/ssh/known_hosts`; a host that runs already is only checked.
 * @throws Failure when the engine refuses or ssh does not answer
 */
export async function ensureHost(
  place: HostPlace,
  input: { readonly image: HostImage; readonly user: string; readonly keyPair: KeyPair },
): Promise<ContainerHost> {
  await ensureStore(place);
  const outcome = await ensureRunning(place, input.image);
  const login = ['/bin/sh', '-c', loginScript, 'sh', input.user, input.keyPair.publicKey];
  const hostKey = await requireEngine(place, execArgv(hostEngine(place), place.name, login));
  const connection = hostConnection(place, input);
  const before = readText(connection.knownHostsFile);
  const known = renderKnownHosts(place.name, [`${place.name} ${hostKey.trim()}`]);
  writeFile(connection.knownHostsFile, known);
  await waitForSsh(place, connection);
  const why =
    outcome === 'created' ? 'the container was made anew' : 'they were made anew inside the container';
  return { outcome, address: place.name, connection, keyChange: describeKeyChange(before, known, why) };
}

/** The connection of the host, whether it runs or not. */
export function hostConnection(
  place: HostPlace,
  login: { readonly user: string; readonly keyPair: Pick<KeyPair, 'privateKeyFile'> },
): SshConnection {
  return {
    host: place.name,
    user: login.user,
    knownHostsFile: join(place.buildDir, 'ssh', 'known_hosts'),
    identityFile: login.keyPair.privateKeyFile,
    proxyCommand: containerProxyCommand(hostEngine(place), place.name),
  };
}

/** Whether the host runs. */
export async function isHostRunning(place: HostPlace): Promise<boolean> {
  const inspected = await runEngine(place, inspectArgv(hostEngine(place), place.name));
  return hasSucceeded(inspected) && inspected.stdout.startsWith('running ');
}

/** Stops the host and keeps its disk; a host that is not there is stopped already. */
export async function stopHost(place: HostPlace): Promise<void> {
  if (await isHostRunning(place)) await requireEngine(place, stopArgv(hostEngine(place), place.name));
}

/** Removes the host, its image and its store. Whatever is gone already is passed over. */
export async function removeHost(place: HostPlace, imageKey: string | undefined): Promise<void> {
  const engine = hostEngine(place);
  if (engine.kind === 'podman') await ensureStore(place);
  // Failures are passed over: a store in any state is removed below.
  await runEngine(place, removeArgv(engine, place.name));
  if (engine.kind === 'podman' || imageKey !== undefined) {
    await runEngine(place, removeImagesArgv(engine, imageKey ?? ''));
  }
  await removeStore(place);
  await rm(join(place.buildDir, 'ssh', 'known_hosts'), { force: true });
}

async function ensureRunning(place: HostPlace, image: HostImage): Promise<ContainerHost['outcome']> {
  const engine = hostEngine(place);
  const host = { name: place.name, imageKey: image.key };
  const inspected = await runEngine(place, inspectArgv(engine, place.name));
  const state = hasSucceeded(inspected) ? parseContainer(inspected.stdout, host) : 'missing';
  if (state === 'running') return 'running';
  if (state === 'stopped' && hasSucceeded(await runEngine(place, startArgv(engine, place.name)))) {
    return 'started';
  }
  // Also after an unclean end of the machine, when a container is listed that cannot be started any more.
  if (state !== 'missing') await runEngine(place, removeArgv(engine, place.name));
  if (!hasSucceeded(await runEngine(place, imageInspectArgv(engine, image.key)))) {
    await requireEngine(place, importArgv(engine, image));
  }
  await requireEngine(place, runArgv(engine, host));
  return 'created';
}

async function waitForSsh(place: HostPlace, connection: SshConnection): Promise<void> {
  const { env, logFile } = place;
  const reach = await reachHost({ connection, env, logFile, limitMs: 60_000 });
  if (reach.kind === 'reached') return;
  throw new Failure({
    where: `ssh ${connection.user}@${connection.host}`,
    what: `no connection within 60 s: ${reach.stage}: ${reach.detail}`,
    hint: `See ${logFile}`,
  });
}
