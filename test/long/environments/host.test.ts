import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { containerName, execArgv } from '../../../scripts/core/container.ts';
import { buildNodeBuilds, nodeVersions } from '../../../scripts/core/node-release.ts';
import { renderYaml } from '../../../scripts/core/quote.ts';
import { ansibleConnection } from '../../../scripts/core/ssh.ts';
import { findContainerEngine } from '../../../scripts/edge/container-engine.ts';
import { ensureHost, removeHost, stopHost } from '../../../scripts/edge/container-host.ts';
import { hostEngine, requireEngine } from '../../../scripts/edge/container-store.ts';
import { findFreePort } from '../../../scripts/edge/daemon.ts';
import { callerEnvironment, cleanEnvironment } from '../../../scripts/edge/environment.ts';
import { ensureHostImage } from '../../../scripts/edge/host-image.ts';
import { ensureKeyPair } from '../../../scripts/edge/key-pair.ts';
import { ensureNodeBinary } from '../../../scripts/edge/node-binary.ts';
import { ensureTunnel, stopTunnel } from '../../../scripts/edge/tunnel.ts';
import { runPlaybook } from '../../helpers/ansible.ts';
import { waitForLine } from '../../helpers/host/worker-log.ts';
import { waitForProcessesToEnd } from '../../helpers/processes.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const playbook = join(root, 'ansible/playbook.yml');
const scratch = mkdtempSync(join(tmpdir(), 'millrace host '));
const buildDir = join(scratch, 'build', 'local');
const inventory = join(buildDir, 'inventory.yml');
const cacheDir = join(root, 'build/.cache');

const [nodeVersion = ''] = nodeVersions;
const nodeArch = process.arch === 'arm64' ? 'arm64' : 'x64';

const engine = await findContainerEngine();
if (engine === undefined) throw new Error('expected a container engine that answers, got none');
const place = {
  engine,
  buildDir,
  name: containerName('local', buildDir),
  env: cleanEnvironment(),
  logFile: join(buildDir, 'logs/host.log'),
};
const port = await findFreePort();
const server = createServer((_, response) => response.end('from outside')).listen(port, '127.0.0.1');
const [image, , keyPair] = await Promise.all([
  ensureHostImage({ cacheDir, env: callerEnvironment(), logFile: join(buildDir, 'logs/image.log') }),
  ensureNodeBinary({
    version: nodeVersion,
    arch: nodeArch,
    cacheDir,
    npm: 'npm',
    python: join(root, '.venv/bin/python'),
    env: callerEnvironment(),
  }),
  ensureKeyPair({ directory: join(buildDir, 'ssh'), env: place.env }),
]);
const login = { image, user: 'admin', keyPair };

t.teardown(async () => {
  server.close();
  await stopTunnel(place, port);
  await removeHost(place, image.key);
  rmSync(scratch, { recursive: true, force: true });
});

const onHost = (script: string) =>
  requireEngine(place, execArgv(hostEngine(place), place.name, ['/bin/sh', '-c', script]));
const fetchInside = () =>
  onHost(`python3 -c 'import urllib.request as u; print(u.urlopen("http://127.0.0.1:${port}").read())'`);

t.test('makes a host without a network, once', async t => {
  t.equal((await ensureHost(place, login)).outcome, 'created');
  const again = await ensureHost(place, login);
  t.equal(again.outcome, 'running');
  t.equal((await onHost('cat /proc/net/route')).trim().split('\n').length, 1, 'no route at all');
  t.notMatch(await onHost('cat /etc/resolv.conf; cat /etc/apt/sources.list.d/* || true'), /\S/);
  writeInventory(ansibleConnection(again.connection));
});

t.test('carries a port into it, also after a restart', async t => {
  const { connection } = await ensureHost(place, login);
  t.equal(await ensureTunnel(place, { connection, port }), true);
  t.equal(await ensureTunnel(place, { connection, port }), false);
  t.match(await fetchInside(), 'from outside');
  await stopHost(place);
  await stopHost(place);
  t.equal((await ensureHost(place, login)).outcome, 'started');
  t.equal(await ensureTunnel(place, { connection, port }), true);
  t.match(await fetchInside(), 'from outside');
});

t.test('is set up by the playbook, changes nothing the second time, and cron works', async t => {
  const first = await runPlaybook(['-i', inventory, playbook]);
  t.equal(first.exitCode, 0, 'first run', first);
  t.ok(first.changed > 0);
  const second = await runPlaybook(['-i', inventory, playbook]);
  t.strictSame([second.exitCode, second.changed], [0, 0], 'second run', second);
  const line = await waitForLine(onHost);
  t.match(JSON.parse(line), {
    settings: { bucket: 'lake-files', region: 'eu-west-1', workDir: '/var/lib/millrace' },
    region: 'eu-west-1',
    user: 'millrace',
    version: `v${nodeVersion}`,
  });
});

t.test('a cron that was started over ssh runs its jobs', async t => {
  await onHost('service cron stop');
  const repair = await runPlaybook(['-i', inventory, playbook]);
  t.strictSame([repair.exitCode, repair.changed], [0, 1], 'repair', repair);
  await onHost(': >/var/log/millrace/worker.log');
  t.match(JSON.parse(await waitForLine(onHost)), { user: 'millrace' });
});

t.test('is removed without a trace', async t => {
  await stopTunnel(place, port);
  await removeHost(place, image.key);
  await removeHost(place, image.key);
  t.notOk(existsSync(join(buildDir, 'host')));
  const found = hostEngine(place);
  if (found.kind === 'podman') t.notOk(existsSync(found.runroot));
  t.notMatch(readFileSync('/proc/self/mounts', 'utf8').replaceAll('\\040', ' '), scratch);
  t.strictSame(await waitForProcessesToEnd(buildDir), []);
});

const standIn = `const { readFileSync } = require('node:fs');
if (process.argv[2] === '--check') process.exit();
console.log(JSON.stringify({
  settings: JSON.parse(readFileSync(process.argv[2], 'utf8')),
  region: process.env.AWS_REGION, user: require('node:os').userInfo().username, version: process.version,
}));
`;

function writeInventory(connection: object): void {
  const host = {
    ...connection,
    ansible_python_interpreter: 'auto_silent',
    ansible_pipelining: true,
    ansible_ssh_args: '-o ControlMaster=auto -o ControlPersist=60s',
  };
  mkdirSync(join(buildDir, 'group_vars'), { recursive: true });
  writeFileSync(inventory, renderYaml({ worker: { hosts: { [place.name]: host } } }));
  writeFileSync(join(buildDir, 'worker.cjs'), standIn);
  writeFileSync(
    join(buildDir, 'group_vars/worker.yml'),
    renderYaml({
      node_version: nodeVersion,
      node_arch: nodeArch,
      node_builds: buildNodeBuilds(cacheDir, nodeArch),
      worker_bundle: join(buildDir, 'worker.cjs'),
      worker_bundle_sha256: createHash('sha256').update(standIn).digest('hex'),
      worker_bucket: 'lake-files',
      worker_region: 'eu-west-1',
      worker_environment: { AWS_REGION: 'eu-west-1' },
    }),
  );
}
