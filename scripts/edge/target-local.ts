/** The local target: MiniStack, the local source server, and a container with its own sshd and cron. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { containerName } from '../core/container.ts';
import { Failure } from '../core/failure.ts';
import type { HostAccess } from '../core/host-access.ts';
import { tryJson } from '../core/json.ts';
import type { SshConnection } from '../core/ssh.ts';
import { findContainerEngine } from './container-engine.ts';
import { ensureHost, hostConnection, isHostRunning, removeHost } from './container-host.ts';
import type { HostPlace } from './container-store.ts';
import { findFreePort, forgetDaemon, requireFreePort } from './daemon.ts';
import {
  type Emulator,
  emulatorDaemon,
  emulatorEndpoint,
  emulatorState,
  emulatorVersion,
  ensureEmulator,
  stopEmulator,
} from './emulator.ts';
import { cleanEnvironment, installerEnvironment } from './environment.ts';
import { readText, removeTree, writeFile } from './files.ts';
import { ensureHostImage } from './host-image.ts';
import { ensureKeyPair } from './key-pair.ts';
import { localEnvironment, localVariables } from './local-environment.ts';
import { ensureSourceServer, sourceDaemon, stopSourceServer } from './local-source.ts';
import type { Target } from './target.ts';
import { mirrorTerraform, readGaps } from './terraform-tree.ts';
import { ensureTunnel, stopTunnel } from './tunnel.ts';
import type { Workspace } from './workspace.ts';

const port = z.int().min(1).max(65_535);
const portsSchema = z.object({ emulatorPort: port, sourcePort: port });
type Ports = z.infer<typeof portsSchema>;

/** What a wiped environment loses: everything that follows from the emulator's state. Logs, caches and reports stay. */
const volatile = [
  'emulator',
  'terraform',
  'preview',
  'plans',
  'plans-taken',
  'bootstrap.tfstate',
  'bootstrap.tfstate.broken',
];

export async function createLocalTarget(workspace: Workspace): Promise<Target> {
  const { root, buildDir, config, logDir } = workspace;
  const ports = await choosePorts(join(buildDir, 'local.json'));
  const endpoint = emulatorEndpoint(ports.emulatorPort);
  const { id: accountId, region } = config.account;
  const access = { endpoint, accountId, region };
  const emulator: Emulator = {
    root,
    dataDir: join(buildDir, 'emulator'),
    logFile: join(logDir, 'emulator.log'),
    port: ports.emulatorPort,
    accountId,
    region,
  };
  const source = {
    root,
    port: ports.sourcePort,
    pidFile: join(buildDir, 'source-server.pid'),
    logFile: join(logDir, 'source-server.log'),
  };
  const image = {
    cacheDir: workspace.cacheDir,
    env: installerEnvironment(),
    logFile: join(logDir, 'host-image.log'),
  };
  const keys = { directory: join(buildDir, 'ssh'), env: cleanEnvironment() };

  const variables: Target['variables'] = () => ({
    ...localVariables(access),
    TF_CLI_CONFIG_FILE: join(buildDir, 'terraform.rc'),
    TF_DATA_DIR: `.terraform-${workspace.environment}`,
    TF_IN_AUTOMATION: '1',
    // What the emulator does not know it answers with 500: not 25 times over.
    AWS_MAX_ATTEMPTS: '4',
    CHECKPOINT_DISABLE: '1',
    LC_ALL: 'C.UTF-8',
  });

  const wipe = async () => {
    const place = await findPlace(workspace);
    if (place !== undefined) {
      await stopTunnel(place, ports.emulatorPort);
      await removeHost(place, undefined);
    }
    for (const name of volatile) removeTree(join(buildDir, name));
  };

  return {
    name: 'local',
    emulator: emulatorVersion(root),
    access: { region, local: { endpoint, accountId } },
    asksBeforeChanges: false,
    needsContainer: true,
    nodeArch: process.arch === 'arm64' ? 'arm64' : 'x64',
    gaps: readGaps(root),
    terraformDir: () => mirrorTerraform({ root, into: buildDir, withEmulatorOverrides: true }),
    variables,
    environment: toolchain => {
      const base = localEnvironment(access);
      return {
        ...base,
        ...variables(toolchain),
        PATH: `${toolchain.venvBin}:${base['PATH'] ?? ''}`,
      };
    },
    workerVariables: { AWS_ENDPOINT_URL: endpoint, AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint },
    start: async say => {
      const lost = ['emulator', 'terraform', 'local.json'].map(name => join(buildDir, name)).join("' '");
      const remedy = `\nOr give up what this local environment holds, and take other ports: rm -r '${lost}'`;
      await requireFreePort(emulatorDaemon(emulator), emulator.port, remedy);
      await requireFreePort(sourceDaemon(source), source.port);
      const hasData = ['emulator', 'terraform', 'bootstrap.tfstate'].some(name =>
        existsSync(join(buildDir, name)),
      );
      const state = emulatorState(emulator);
      if (
        state === 'died' ||
        (state === 'stopped' && hasData && !existsSync(join(emulator.dataDir, 'state')))
      ) {
        say('The emulator ended without writing its state: this local environment is wiped and built anew.');
        forgetDaemon(emulatorDaemon(emulator));
        await wipe();
      }
      await Promise.all([ensureEmulator(emulator), ensureSourceServer(source)]);
    },
    findFault: () => {
      if (emulatorState(emulator) === 'running') return undefined;
      return new Failure({
        where: 'emulator',
        what: 'has ended in the middle of the run',
        hint: `Its output: ${emulator.logFile}. Run the command again: the local environment is then built anew.`,
      });
    },
    facts: async () => ({
      archiveUrl: `http://127.0.0.1:${ports.sourcePort}`,
      eventsUrl: `http://127.0.0.1:${ports.sourcePort}/events`,
      publicKey: (await ensureKeyPair(keys)).publicKey,
    }),
    prepareHost: async () => {
      await ensureHostImage(image);
    },
    requireHostAccess: async () => undefined,
    connectHost: async (_, say) => {
      const place = await requirePlace(workspace);
      const { connection, keyChange } = await ensureHost(place, {
        image: await ensureHostImage(image),
        user: config.ssh.user,
        keyPair: await ensureKeyPair(keys),
      });
      if (keyChange !== undefined) say(keyChange);
      await ensureTunnel(place, { connection, port: ports.emulatorPort });
      return hostAccess(connection);
    },
    findHost: async () => {
      const place = await findPlace(workspace);
      // An engine that is asked about a store that is not there makes one.
      if (place === undefined || !existsSync(join(buildDir, 'host')) || !(await isHostRunning(place)))
        return { kind: 'absent', reason: 'its container does not run: deploy starts it' };
      const connection = hostConnection(place, { user: config.ssh.user, keyPair: await ensureKeyPair(keys) });
      return { kind: 'found', access: hostAccess(connection) };
    },
    runJob: async run => (await import('./local-job.ts')).createLocalRunner(workspace, access)(run),
    remove: async () => {
      await Promise.all([stopEmulator(emulator), stopSourceServer(source)]);
      await wipe();
      for (const name of ['ssh', 'host', 'files', 'dist', 'spark', 'local.json'])
        removeTree(join(buildDir, name));
    },
  };
}

/** Ports are chosen once: they stand in states, queue addresses and the host's cron entry. */
async function choosePorts(path: string): Promise<Ports> {
  const known = readText(path);
  if (known !== undefined) {
    const parsed = portsSchema.safeParse(tryJson(known));
    if (parsed.success) return parsed.data;
    throw new Failure({
      where: path,
      what: 'expects emulatorPort and sourcePort as numbers from 1 to 65535',
      hint: 'Remove the folder it lies in: this local environment is then built anew.',
    });
  }
  const emulatorPort = await findFreePort();
  let sourcePort = await findFreePort();
  while (sourcePort === emulatorPort) sourcePort = await findFreePort();
  const ports = { emulatorPort, sourcePort };
  writeFile(path, `${JSON.stringify(ports)}\n`);
  return ports;
}

async function findPlace(workspace: Workspace): Promise<HostPlace | undefined> {
  const env = cleanEnvironment();
  const engine = await findContainerEngine();
  if (engine === undefined) return undefined;
  const { buildDir, environment, logDir } = workspace;
  return {
    engine,
    buildDir,
    name: containerName(environment, buildDir),
    env,
    logFile: join(logDir, 'container.log'),
  };
}

async function requirePlace(workspace: Workspace): Promise<HostPlace> {
  const place = await findPlace(workspace);
  if (place !== undefined) return place;
  throw new Failure({
    where: 'container engine',
    what: 'neither podman nor a docker daemon answers',
    hint: 'Run: sudo apt-get install -y podman',
  });
}

function hostAccess(connection: SshConnection): HostAccess {
  return {
    transport: 'container',
    connection,
    sources: {
      address: "the container's name, which stands for output public_ip of stack ec2",
      hostKeys: 'the container itself, through its engine',
      identity: 'the pair that the local target makes in ssh/ beside this file',
    },
  };
}
