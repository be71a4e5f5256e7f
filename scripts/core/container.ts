/**
 * The container host of the local target as commands: arguments for podman (with a private store, never the
 * user's own) and docker. The caller adds the program's name.
 */
import { createHash } from 'node:crypto';
import { hostKeyFile, initScript } from './container-guest.ts';
import { buildProxyCommand } from './ssh.ts';

export type ContainerEngine =
  | {
      readonly kind: 'podman';
      readonly file: string;
      /** Where images and containers are kept. */
      readonly root: string;
      /** Where sockets and locks are kept: a short path, podman before 5.1 refuses more than 50 characters. */
      readonly runroot: string;
      /** The file that holds {@link containersConf}. */
      readonly configFile: string;
    }
  | { readonly kind: 'docker'; readonly file: string };

const specLabel = 'millrace.spec';

/** A container's name that is unique on this machine: Ansible shares connections by host name between clones. */
export function containerName(environment: string, buildDirectory: string): string {
  return `millrace-${environment}-${placeHash(buildDirectory)}`;
}

/** podman's private store for a build folder; `runtimeDirectory` is short and the user's own. */
export function podmanStore(input: {
  readonly file: string;
  readonly buildDirectory: string;
  readonly runtimeDirectory: string;
}): ContainerEngine & { readonly kind: 'podman' } {
  return {
    kind: 'podman',
    file: input.file,
    root: `${input.buildDirectory}/host/storage`,
    runroot: `${input.runtimeDirectory}/${placeHash(input.buildDirectory)}`,
    configFile: `${input.buildDirectory}/host/containers.conf`,
  };
}

/**
 * podman's settings for the private store. Limits are named because an unprivileged machine cannot raise them
 * to podman's defaults; file locks and an own folder keep away from the user's containers.
 */
export function containersConf(input: { readonly runroot: string; readonly cgroupV2: boolean }): string {
  const lines = [
    '[containers]',
    'default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]',
    'base_hosts_file = "none"',
    '',
    '[network]',
    `network_config_dir = ${JSON.stringify(`${input.runroot}/networks`)}`,
    '',
    '[engine]',
    'events_logger = "file"',
    'lock_type = "file"',
    `tmp_dir = ${JSON.stringify(`${input.runroot}/tmp`)}`,
    // crun refuses to start where cgroup v2 is not mounted alone.
    ...(input.cgroupV2 ? [] : ['runtime = "runc"', 'cgroup_manager = "cgroupfs"']),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the engine's processes need in their environment besides the basics. */
export function engineEnvironment(engine: ContainerEngine): Record<string, string> {
  return engine.kind === 'podman' ? { CONTAINERS_CONF: engine.configFile } : {};
}

export function imageName(key: string): string {
  return `localhost/millrace-host:${key}`;
}

export function imageInspectArgv(engine: ContainerEngine, key: string): string[] {
  return [...storeOptions(engine), 'image', 'inspect', '--format', '{{.Id}}', imageName(key)];
}

export function importArgv(
  engine: ContainerEngine,
  image: { readonly key: string; readonly tarFile: string },
): string[] {
  return [...storeOptions(engine), 'import', image.tarFile, imageName(image.key)];
}

/** Runs the host in the background, with no network of its own and its name in its own hosts file (sudo asks). */
export function runArgv(
  engine: ContainerEngine,
  host: { readonly name: string; readonly imageKey: string },
): string[] {
  return [
    ...storeOptions(engine),
    'run',
    '--detach',
    '--pull=never',
    ...(engine.kind === 'podman' ? ['--http-proxy=false'] : []),
    ...['--network', 'none'],
    ...['--name', host.name],
    ...['--hostname', host.name],
    ...['--add-host', `${host.name}:127.0.0.1`],
    ...['--label', `${specLabel}=${hostSpec(host)}`],
    ...[imageName(host.imageKey), '/bin/sh', '-c', initScript],
  ];
}

/** Prints the container's state and the spec it was made from, see {@link parseContainer}. */
export function inspectArgv(engine: ContainerEngine, name: string): string[] {
  const format = `{{.State.Status}} {{index .Config.Labels "${specLabel}"}}`;
  return [...storeOptions(engine), 'container', 'inspect', '--format', format, name];
}

/** Whether a container runs, only exists, or was made from another image or script. */
export function parseContainer(
  inspected: string,
  host: { readonly name: string; readonly imageKey: string },
): 'running' | 'stopped' | 'outdated' {
  const [state, spec] = inspected.trim().split(' ');
  if (spec !== hostSpec(host)) return 'outdated';
  return state === 'running' ? 'running' : 'stopped';
}

export function startArgv(engine: ContainerEngine, name: string): string[] {
  return [...storeOptions(engine), 'start', name];
}

export function stopArgv(engine: ContainerEngine, name: string): string[] {
  return [...storeOptions(engine), 'stop', '-t', '5', name];
}

export function removeArgv(engine: ContainerEngine, name: string): string[] {
  // docker has no time limit here: its rm --force kills at once.
  return [...storeOptions(engine), 'rm', '--force', ...(engine.kind === 'podman' ? ['-t', '1'] : []), name];
}

export function removeImagesArgv(engine: ContainerEngine, key: string): string[] {
  return engine.kind === 'podman'
    ? [...storeOptions(engine), 'rmi', '--force', '--all']
    : ['rmi', '--force', imageName(key)];
}

/** Removes an ordinary user's store: the ids of the files in it are that user's only inside its namespace. */
export function removeStoreArgv(engine: ContainerEngine & { readonly kind: 'podman' }): string[] {
  return [...storeOptions(engine), 'unshare', 'rm', '-rf', engine.root];
}

export function execArgv(engine: ContainerEngine, name: string, command: readonly string[]): string[] {
  return [...storeOptions(engine), 'exec', name, ...command];
}

/** Carries one ssh connection into the container without a network: sshd speaks on its standard streams. */
export function containerProxyCommand(engine: ContainerEngine, name: string): string {
  const settings = Object.entries(engineEnvironment(engine)).map(([key, value]) => `${key}=${value}`);
  const sshd = ['/usr/sbin/sshd', '-i', '-h', hostKeyFile];
  return buildProxyCommand([
    ...(settings.length === 0 ? [] : ['env', ...settings]),
    engine.file,
    ...[...storeOptions(engine), 'exec', '--interactive', name, ...sshd],
  ]);
}

/** The mount points in the text of /proc/self/mounts, in the order they were made; blanks stand there in octal. */
export function parseMountPoints(mounts: string): string[] {
  return mounts
    .split('\n')
    .map(line => line.split(' ')[1])
    .filter(point => point !== undefined)
    .map(point =>
      point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}

function storeOptions(engine: ContainerEngine): string[] {
  return engine.kind === 'podman' ? ['--root', engine.root, '--runroot', engine.runroot] : [];
}

function hostSpec(host: { readonly name: string; readonly imageKey: string }): string {
  return createHash('sha256')
    .update([host.name, host.imageKey, initScript].join('\0'))
    .digest('hex')
    .slice(0, 12);
}

function placeHash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 8);
}
