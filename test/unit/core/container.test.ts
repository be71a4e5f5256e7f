import { execFileSync } from 'node:child_process';
import t from 'tap';
import {
  containerName,
  containerProxyCommand,
  containersConf,
  engineEnvironment,
  execArgv,
  importArgv,
  inspectArgv,
  parseContainer,
  parseMountPoints,
  podmanStore,
  removeArgv,
  removeImagesArgv,
  removeStoreArgv,
  runArgv,
  startArgv,
  stopArgv,
} from '../../../scripts/core/container.ts';
import { initScript, loginScript } from '../../../scripts/core/container-guest.ts';

const podman = podmanStore({
  file: '/usr/bin/podman',
  buildDirectory: '/home/me/my lake/build/local',
  runtimeDirectory: '/run/millrace',
});
const docker = { kind: 'docker', file: '/usr/bin/docker' } as const;
const store = ['--root', '/home/me/my lake/build/local/host/storage', '--runroot', podman.runroot];
const host = { name: 'lake', imageKey: '0123456789ab' };
const spec = (argv: readonly string[]) => argv[argv.indexOf('--label') + 1] ?? '';

t.test('keeps the run folder short and different for each build folder', async t => {
  t.match(podman.runroot, /^\/run\/millrace\/[0-9a-f]{8}$/);
  const other = podmanStore({ file: 'podman', buildDirectory: '/other', runtimeDirectory: '/run/millrace' });
  t.not(other.runroot, podman.runroot);
  t.match(containerName('local', '/other'), /^millrace-local-[0-9a-f]{8}$/);
  t.not(containerName('local', '/other'), containerName('local', '/another'));
});

t.test('runs a host without a network', async t => {
  const argv = runArgv(podman, host);
  t.match(spec(argv), /^millrace\.spec=[0-9a-f]{12}$/);
  t.strictSame(argv, [
    ...store,
    ...['run', '--detach', '--pull=never', '--http-proxy=false'],
    ...['--network', 'none', '--name', 'lake', '--hostname', 'lake', '--add-host', 'lake:127.0.0.1'],
    ...['--label', spec(argv), 'localhost/millrace-host:0123456789ab', '/bin/sh', '-c', initScript],
  ]);
  t.strictSame(runArgv(docker, host), [
    ...['run', '--detach', '--pull=never'],
    ...['--network', 'none', '--name', 'lake', '--hostname', 'lake', '--add-host', 'lake:127.0.0.1'],
    ...['--label', spec(argv), 'localhost/millrace-host:0123456789ab', '/bin/sh', '-c', initScript],
  ]);
});

t.test('never touches a podman store but its own', async t => {
  for (const argv of [
    importArgv(podman, { key: 'k', tarFile: '/t' }),
    inspectArgv(podman, 'lake'),
    startArgv(podman, 'lake'),
    stopArgv(podman, 'lake'),
    removeArgv(podman, 'lake'),
    removeImagesArgv(podman, 'k'),
    execArgv(podman, 'lake', ['true']),
    removeStoreArgv(podman),
  ]) {
    t.strictSame(argv.slice(0, 4), store);
  }
  t.strictSame(engineEnvironment(podman), {
    CONTAINERS_CONF: '/home/me/my lake/build/local/host/containers.conf',
  });
});

t.test('removes nothing of docker but what is its own', async t => {
  t.strictSame(removeArgv(docker, 'lake'), ['rm', '--force', 'lake']);
  t.strictSame(removeImagesArgv(docker, 'k'), ['rmi', '--force', 'localhost/millrace-host:k']);
  t.strictSame(engineEnvironment(docker), {});
});

t.test('tells a running host from a stopped and from an outdated one', async t => {
  const made = spec(runArgv(podman, host)).replace('millrace.spec=', '');
  t.equal(parseContainer(`running ${made}\n`, host), 'running');
  t.equal(parseContainer(`exited ${made}\n`, host), 'stopped');
  t.equal(parseContainer(`running ${made}\n`, { ...host, imageKey: 'other' }), 'outdated');
  t.equal(parseContainer('running \n', host), 'outdated');
});

t.test('carries ssh through exec', async t => {
  t.equal(
    containerProxyCommand(docker, 'lake'),
    '/usr/bin/docker exec --interactive lake /usr/sbin/sshd -i -h /etc/ssh/ssh_host_ed25519_key',
  );
  t.equal(
    containerProxyCommand(podman, 'lake'),
    "env 'CONTAINERS_CONF=/home/me/my lake/build/local/host/containers.conf' /usr/bin/podman" +
      ` --root '/home/me/my lake/build/local/host/storage' --runroot ${podman.runroot}` +
      ' exec --interactive lake /usr/sbin/sshd -i -h /etc/ssh/ssh_host_ed25519_key',
  );
});

t.test('names the older runtime only where cgroup v2 is not mounted alone', async t => {
  t.match(
    containersConf({ runroot: '/r', cgroupV2: false }),
    /runtime = "runc"\ncgroup_manager = "cgroupfs"\n$/,
  );
  t.notMatch(containersConf({ runroot: '/r', cgroupV2: true }), /runc|cgroupfs/);
});

t.test('reads mount points with blanks', async t => {
  const text = 'proc /proc proc rw 0 0\noverlay /a\\040b/storage/overlay overlay rw 0 0\n';
  t.strictSame(parseMountPoints(text), ['/proc', '/a b/storage/overlay']);
});

t.test('gives the container scripts that a shell understands', async t => {
  for (const script of [initScript, loginScript]) {
    t.doesNotThrow(() => execFileSync('/bin/sh', ['-n'], { input: script }));
  }
});
