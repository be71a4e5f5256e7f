/** A container host of a test's own, with an inventory for the project's playbook. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containerName, execArgv, removeArgv } from '../../../scripts/core/container.ts';
import { buildNodeBuilds, nodeVersions } from '../../../scripts/core/node-release.ts';
import { renderYaml } from '../../../scripts/core/quote.ts';
import { ansibleConnection, type SshConnection } from '../../../scripts/core/ssh.ts';
import { findContainerEngine } from '../../../scripts/edge/container-engine.ts';
import { ensureHost, removeHost } from '../../../scripts/edge/container-host.ts';
import { type HostPlace, hostEngine, requireEngine } from '../../../scripts/edge/container-store.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { callerEnvironment, cleanEnvironment } from '../../../scripts/edge/environment.ts';
import { ensureHostImage } from '../../../scripts/edge/host-image.ts';
import { ensureKeyPair, type KeyPair } from '../../../scripts/edge/key-pair.ts';
import { ensureNodeBinary, hashFile } from '../../../scripts/edge/node-binary.ts';
import { type PlaybookRun, runPlaybook } from '../ansible.ts';

export const playbook = join(projectRoot, 'ansible/playbook.yml');
export const nodeArch = process.arch === 'arm64' ? 'arm64' : 'x64';
export const cacheDir = join(projectRoot, 'build/.cache');

/** Takes any settings; prints them and its surroundings, as one line of the log. */
const standIn = `const { readFileSync } = require('node:fs');
if (process.argv[2] === '--check') process.exit();
console.log(JSON.stringify({
  settings: JSON.parse(readFileSync(process.argv[2], 'utf8')),
  region: process.env.AWS_REGION, user: require('node:os').userInfo().username, version: process.version,
}));
`;

export type HostBed = {
  readonly name: string;
  readonly place: HostPlace;
  readonly buildDir: string;
  readonly inventory: string;
  /** Changes after each {@link HostBed.renew}. */
  readonly connection: () => SshConnection;
  /** What group_vars/worker.yml says. */
  readonly variables: () => Readonly<Record<string, unknown>>;
  /** Writes group_vars/worker.yml: the usual values, with these changes. */
  readonly vary: (changes: object) => void;
  /** Makes the bundle that the playbook ships. Gives its SHA-256. */
  readonly bundle: (text: string) => Promise<string>;
  /** A command as root, in the container itself. */
  readonly exec: (command: readonly string[]) => Promise<string>;
  /** A shell script, in the same way. */
  readonly onHost: (script: string) => Promise<string>;
  readonly play: (...args: readonly string[]) => Promise<PlaybookRun>;
  /** A new machine in place of the old one. */
  readonly renew: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

/** What stands for an instance in a place of its own. */
export type Machine = (
  place: HostPlace,
  login: { readonly user: string; readonly keyPair: KeyPair },
) => Promise<SshConnection>;

/** The container of the local target. */
const localMachine: Machine = async (place, login) => {
  const logFile = join(place.buildDir, 'logs/image.log');
  const image = await ensureHostImage({ cacheDir, env: callerEnvironment(), logFile });
  return (await ensureHost(place, { ...login, image })).connection;
};

/** Makes a host and its inventory; one Node.js for each version that is asked for is fetched. */
export async function makeHostBed(
  choice: { readonly versions?: readonly string[]; readonly machine?: Machine } = {},
): Promise<HostBed> {
  const { versions = nodeVersions.slice(0, 1), machine = localMachine } = choice;
  const engine = await findContainerEngine();
  if (engine === undefined) throw new Error('expected a container engine that answers, got none');
  const scratch = mkdtempSync(join(tmpdir(), 'millrace host '));
  const buildDir = join(scratch, 'build', 'local');
  const place: HostPlace = {
    engine,
    buildDir,
    name: containerName('local', buildDir),
    env: cleanEnvironment(),
    logFile: join(buildDir, 'logs/host.log'),
  };
  const inventory = join(buildDir, 'inventory.yml');
  const bundleFile = join(buildDir, 'worker.cjs');
  const fetchNode = (version: string) => {
    const python = join(projectRoot, '.venv/bin/python');
    return ensureNodeBinary({
      version,
      arch: nodeArch,
      cacheDir,
      npm: 'npm',
      python,
      env: callerEnvironment(),
    });
  };
  const [keyPair] = await Promise.all([
    ensureKeyPair({ directory: join(buildDir, 'ssh'), env: place.env }),
    ...versions.map(fetchNode),
  ]);
  const ensure = () => machine(place, { user: 'admin', keyPair });
  const remove = async () => {
    await removeHost(place, undefined);
    rmSync(scratch, { recursive: true, force: true });
  };
  let connection = await ensure().catch(async error => {
    await remove();
    throw error;
  });
  let bundleSha256 = '';
  let variables: Record<string, unknown> = {};

  const bed: HostBed = {
    name: place.name,
    place,
    buildDir,
    inventory,
    connection: () => connection,
    variables: () => variables,
    vary(changes) {
      variables = {
        node_version: versions[0],
        node_arch: nodeArch,
        node_builds: buildNodeBuilds(cacheDir, nodeArch),
        worker_bundle: bundleFile,
        worker_bundle_sha256: bundleSha256,
        worker_bucket: 'lake-files',
        worker_region: 'eu-west-1',
        worker_environment: { AWS_REGION: 'eu-west-1' },
        ...changes,
      };
      writeFileSync(join(buildDir, 'group_vars/worker.yml'), renderYaml(variables));
    },
    async bundle(text) {
      writeFileSync(bundleFile, text);
      bundleSha256 = await hashFile(bundleFile);
      bed.vary({});
      return bundleSha256;
    },
    exec: command => requireEngine(place, execArgv(hostEngine(place), place.name, command)),
    onHost: script => bed.exec(['/bin/sh', '-c', script]),
    play: (...args) => runPlaybook([...args, '-i', inventory, playbook]),
    async renew() {
      await requireEngine(place, removeArgv(hostEngine(place), place.name));
      connection = await ensure();
      writeInventory();
    },
    remove,
  };

  function writeInventory(): void {
    const host = {
      ...ansibleConnection(connection),
      ansible_python_interpreter: 'auto_silent',
      ansible_pipelining: true,
    };
    writeFileSync(inventory, renderYaml({ worker: { hosts: { [place.name]: host } } }));
  }

  mkdirSync(join(buildDir, 'group_vars'), { recursive: true });
  writeInventory();
  await bed.bundle(standIn);
  return bed;
}
