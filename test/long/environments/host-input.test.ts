import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { inspectArgv } from '../../../scripts/core/container.ts';
import { nodeVersions } from '../../../scripts/core/node-release.ts';
import { bundlePrograms } from '../../../scripts/edge/bundle.ts';
import { hostEngine, requireEngine } from '../../../scripts/edge/container-store.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { callerEnvironment } from '../../../scripts/edge/environment.ts';
import { runProcess } from '../../../scripts/edge/process.ts';
import { makeHostBed, nodeArch } from '../../helpers/host/host-bed.ts';

t.setTimeout(1_800_000);

const bed = await makeHostBed();
t.teardown(bed.remove);
const mayMount = process.getuid?.() === 0 ? false : 'needs the right to mount in the container';

/** The playbook ends with this one message, and has changed nothing. */
async function refuses(t: Test, message: RegExp, args: readonly string[] = []) {
  const run = await bed.play(...args);
  t.not(run.exitCode, 0, 'it fails', run);
  t.equal(run.faults.length, 1, 'one message', run);
  t.match(run.faults[0], message);
  t.equal(run.changes.length, 0, 'before any change', run);
}

/** Does something to the host, for one test. */
async function alter(t: Test, script: string, undo: string): Promise<void> {
  await bed.onHost(script);
  t.teardown(() => bed.onHost(undo));
}

const extra = (values: object) => ['-e', JSON.stringify(values)];

t.test('an operating system that is not known', async t => {
  await alter(
    t,
    `cp /etc/os-release /srv/os && sed -i 's/^ID=.*/ID=arch/; s/^NAME=.*/NAME="Arch Linux"/' /etc/os-release && mv /etc/debian_version /srv/`,
    'cp /srv/os /etc/os-release && mv /srv/debian_version /etc/',
  );
  await refuses(t, /^millrace-local-\w+: expected one of Amazon 2, Amazon 2023, Debian, Ubuntu, got Arch/);
});

t.test('a host without Python that would be refused with it', async t => {
  await alter(
    t,
    'mkdir /srv/python && mv /usr/bin/python3* /srv/python/ && cp /etc/os-release /srv/os',
    'mv /srv/python/* /usr/bin/ && cp /srv/os /etc/os-release',
  );
  await refuses(
    t,
    /expected a host for the \w+ build, got (x86_64|aarch64): node_arch/,
    extra({ node_arch: nodeArch === 'x64' ? 'arm64' : 'x64' }),
  );
  const build = { file: '/n', sha256: '0', glibc_minimum: '9.99' };
  await refuses(
    t,
    /Node\.js 99\.0\.0 needs glibc 9\.99 or newer, got glibc 2\.\d+: set worker\.nodeVersion/,
    extra({ node_version: '99.0.0', node_builds: { '99.0.0': build } }),
  );
  await bed.onHost(`sed -i 's/^ID=.*/ID=arch/; s/^VERSION_ID=.*//' /etc/os-release`);
  await refuses(t, /expected Amazon Linux 2, .+ or Ubuntu to install Python 3 on, got arch$/);
});

t.test('a Node.js that the C library is too old for, with those that fit', async t => {
  const variables = bed.variables();
  const builds = variables['node_builds'];
  const old = { file: '/n', sha256: '0', glibc_minimum: '9.99' };
  bed.vary({ node_builds: { ...(typeof builds === 'object' ? builds : {}), '99.0.0': old } });
  t.teardown(() => bed.vary({}));
  await refuses(
    t,
    new RegExp(
      `Node\\.js 99\\.0\\.0 needs glibc 9\\.99 or newer, got glibc 2\\.\\d+: set worker\\.nodeVersion to one of ${nodeVersions.join(', ')}`,
    ),
    extra({ node_version: '99.0.0' }),
  );
});

t.test('a Node.js that is not known', t =>
  refuses(
    t,
    /^node_version: expected one of .+ \(node_builds\), got 1\.2\.3$/,
    extra({ node_version: '1.2.3' }),
  ),
);

t.test('another processor', t =>
  refuses(
    t,
    /expected a host for the \w+ build, got (x86_64|aarch64): node_arch/,
    extra({ node_arch: nodeArch === 'x64' ? 'arm64' : 'x64' }),
  ),
);

t.test('a build of Node.js with another checksum', t => {
  const file = join(bed.buildDir, 'node');
  writeFileSync(file, 'not the build');
  const build = { file, sha256: '0'.repeat(64), glibc_minimum: '2.17' };
  return refuses(
    t,
    /node: expected SHA-256 0{64}, got [0-9a-f]{64}: deploy with worker\.nodeVersion 9\.9\.9 fetches it$/,
    extra({ node_version: '9.9.9', node_builds: { '9.9.9': build } }),
  );
});

t.test('a bundle with another checksum, and none', async t => {
  const file = join(bed.buildDir, 'worker.cjs');
  const text = readFileSync(file, 'utf8');
  appendFileSync(file, '// changed on the way\n');
  t.teardown(() => writeFileSync(file, text));
  await refuses(
    t,
    /worker\.cjs: expected the worker's bundle with SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}: deploy makes/,
  );
  await refuses(
    t,
    /nowhere\.cjs: expected the worker's bundle with SHA-256 [0-9a-f]{64}, got no file/,
    extra({ worker_bundle: '/nowhere.cjs' }),
  );
});

t.test('a release that is not on the host', async t => {
  await refuses(
    t,
    /^worker_release: expected one that lies on millrace-\S+ unaltered \(none\), got ffffffffffff$/,
    ['-e', 'worker_release=ffffffffffff'],
  );
  await refuses(t, /^worker_release: expected the first 12 characters of a bundle's SHA-256, got "latest"$/, [
    '-e',
    'worker_release=latest',
  ]);
});

t.test('a variable that a crontab cannot hold, and one that a role needs', async t => {
  await refuses(
    t,
    /^worker_environment\.NOTE: expected a name in capitals/,
    extra({ worker_environment: { NOTE: 'two\nlines' } }),
  );
  await refuses(
    t,
    /^worker_node: expected an absolute path of letters, .* got "\/usr\/bin\/node %"$/,
    extra({ worker_node: '/usr/bin/node %' }),
  );
  await refuses(
    t,
    /^worker_node: expected a Node\.js of millrace-\S+ itself at \/usr\/bin\/nope, got .+: install it there, or leave worker_node out$/,
    ['-e', 'worker_node=/usr/bin/nope'],
  );
  await refuses(
    t,
    /^worker_environment, worker_options: expected names with their values, got \["\{.+, \{\}\]: on the command line JSON/,
    ['-e', `worker_environment='{"X_Y":"1"}'`],
  );
  await refuses(t, /argument 'worker_releases_kept' is of type/, extra({ worker_releases_kept: 'many' }));
});

t.test('settings that the worker refuses', async t => {
  const text = readFileSync(join(bed.buildDir, 'worker.cjs'), 'utf8');
  const { worker } = await bundlePrograms({ root: projectRoot, outDir: join(bed.buildDir, 'dist') });
  await bed.bundle(readFileSync(worker, 'utf8'));
  t.teardown(() => bed.bundle(text));
  await refuses(
    t,
    /^worker_bucket, worker_region, worker_options: expected settings that the worker takes, got region: expected a region such as eu-west-1, got true; budget\.files: expected a whole number from 1, got 0$/,
    extra({ worker_region: true, worker_options: { budget: { files: 0, bytes: 1, seconds: 1 } } }),
  );
});

t.test('a log to ship without an agent or a group', async t => {
  await refuses(
    t,
    /^logs_group, logs_region: expected both while logs_enabled is true/,
    extra({ logs_enabled: true }),
  );
  await refuses(
    t,
    /expected the CloudWatch agent .+ which the archives of Debian or Ubuntu lack/,
    extra({ logs_enabled: true, logs_group: '/g', logs_region: 'r' }),
  );
  await refuses(
    t,
    /or package nowhere-agent to install, got "No package matching 'nowhere-agent' is available" from apt: refresh its lists/,
    extra({ logs_enabled: true, logs_group: '/g', logs_region: 'r', system_agent_package: 'nowhere-agent' }),
  );
});

t.test('cron that is missing, with no package to install it from', async t => {
  await alter(t, 'mv /usr/sbin/logrotate /srv/', 'mv /srv/logrotate /usr/sbin/');
  await refuses(
    t,
    /expected \/usr\/sbin\/logrotate or packages to install \(cron, logrotate, util-linux\), got .*"installed already" from apt/,
  );
  await alter(
    t,
    'cp /var/lib/dpkg/status /srv/status && dpkg --purge --force-depends logrotate',
    'mv /srv/status /var/lib/dpkg/status',
  );
  await refuses(t, /got "No package matching 'logrotate' is available" from apt: refresh its lists/);
});

t.test('cron without a service', async t => {
  const units = '/etc/init.d/cron /lib/systemd/system/cron.service';
  await alter(
    t,
    `mkdir /srv/units && mv ${units} /srv/units/`,
    'mv /srv/units/cron /etc/init.d/ && mv /srv/units/cron.service /lib/systemd/system/',
  );
  await refuses(t, /expected service cron beside \/usr\/sbin\/cron, got none of .+: reinstall cron$/);
});

t.test('a Python that this ansible-core no longer knows, or not yet, or none in a check', async t => {
  const python = (version: string) =>
    `printf '#!/bin/sh\\necho ${version}\\n' >/usr/local/bin/python3 && chmod +x /usr/local/bin/python3`;
  t.teardown(() => bed.onHost('rm -f /usr/local/bin/python3'));
  await bed.onHost(python('python 3.5'));
  await refuses(
    t,
    /expected Python 3\.6 or newer, which ansible-core 2\.16\.\d+ needs, got 3\.5: take the ansible-core/,
  );
  await bed.onHost(python('python 3.99'));
  await refuses(
    t,
    /expected Python 3\.12 or older, the newest that ansible-core 2\.16\.\d+ knows, got 3\.99/,
  );
  await bed.onHost(python('python missing'));
  await refuses(t, /expected Python 3 on the host, got none: run without --check first/, ['--check']);
});

t.test(
  'a disk that is full, before Ansible needs it and before the build does',
  { skip: mayMount },
  async t => {
    const engine = hostEngine(bed.place);
    const inspect = inspectArgv(engine, bed.name).map(word =>
      word.includes('{{') ? '{{.State.Pid}}' : word,
    );
    const pid = (await requireEngine(bed.place, inspect)).trim();
    const mount = (folder: string, options: string) =>
      run(['nsenter', '-t', pid, '-m', '-p', 'mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
    const unmount = (folder: string) => run(['nsenter', '-t', pid, '-m', '-p', 'umount', '-l', folder]);
    await mount('/opt', 'size=1m');
    await refuses(
      t,
      /expected 32 MiB free for Ansible and what it writes, got 1 MiB on \/opt: look for what fills it with "du -xh -d 2 \/opt"/,
    );
    await unmount('/opt');
    await mount('/opt', 'size=64m');
    await refuses(
      t,
      /expected 1\d\d MiB free in \/opt and in the login's home for Node\.js [\d.]+, got 64 MiB$/,
    );
    await unmount('/opt');
    await mount('/opt', 'nr_inodes=2');
    await refuses(
      t,
      /expected 64 free inodes for what Ansible writes, got 1 on \/opt: look for many small files with "du --inodes -xh -d 2 \/opt"/,
    );
    await unmount('/opt');
  },
);

t.test('the inventory of another environment, by what the host works for', async t => {
  const first = await bed.play();
  t.equal(first.exitCode, 0, 'a first run', first);
  await refuses(
    t,
    /expected a host of this inventory's environment \(bucket other-files\), got one that works for lake-files: the inventory is of another environment/,
    ['-e', 'worker_bucket=other-files'],
  );
});

async function run(argv: readonly string[]): Promise<string> {
  const [file = '', ...args] = argv;
  const result = await runProcess({ file, args, env: callerEnvironment() });
  if (result.kind !== 'exited' || result.exitCode !== 0) throw new Error(JSON.stringify(result));
  return result.stdout;
}
