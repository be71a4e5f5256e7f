import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { hashFile } from '../../../scripts/edge/node-binary.ts';
import { deriveDamages, groupDamages } from '../../helpers/host/damages.ts';
import { makeHostBed } from '../../helpers/host/host-bed.ts';
import { agentScript } from '../../helpers/host/prove-repairs.ts';
import { changedItems, readEntries, readPlaces } from '../../helpers/host/repairs.ts';
import { waitForLine } from '../../helpers/host/worker-log.ts';

// Many runs, one after another.
t.setTimeout(1_800_000);

const bed = await makeHostBed();
t.teardown(bed.remove);
const first = String(bed.variables()['worker_bundle_sha256']).slice(0, 12);
const back = ['-e', `worker_release=${first}`];
const extra = (values: object) => ['-e', JSON.stringify(values)];

async function converge(t: Test, ...args: readonly string[]) {
  const run = await bed.play(...args);
  t.equal(run.exitCode, 0, args.join(' '), run);
  return changedItems(run);
}

const specSchema = z.object({
  argument_specs: z.object({
    main: z.object({ options: z.record(z.string(), z.object({ type: z.string() })) }),
  }),
});

t.test('a host without Python gets it from its package manager', async t => {
  await bed.onHost(`mkdir /srv/python && mv /usr/bin/python3* /srv/python/
    printf '#!/bin/sh\\necho "$*" >>/srv/apt-calls\\n[ "$1" = update ] || mv /srv/python/* /usr/bin/\\n' >/usr/local/sbin/apt-get
    chmod +x /usr/local/sbin/apt-get`);
  t.ok((await converge(t)).includes("python : Install Python by the system's package manager"));
  t.equal(
    await bed.onHost('cat /srv/apt-calls && rm /usr/local/sbin/apt-get'),
    'update -q\ninstall -q -y python3 python3-apt\n',
  );
  t.strictSame(await converge(t), []);
});

t.test('a release that was gone back to is kept for root alone, and refused when it is altered', async t => {
  await bed.bundle("console.log('second');\n");
  await converge(t, '--tags', 'worker');
  await converge(t, '--tags', 'worker', ...back);
  const managed = await readEntries({ ...bed.variables(), worker_release: first });
  const entries = managed.filter(({ path }) => path.startsWith('/opt/millrace/releases'));
  t.equal(entries.length, 3);
  const intact = await readPlaces(bed.exec, entries);
  const damages = deriveDamages(entries);
  const isMendable = ({ name }: { readonly name: string }) =>
    name === 'open to all' || name === 'of another owner';
  await bed.onHost('cp -a /opt/millrace/releases /srv/');

  await bed.onHost(
    `chmod 0700 /opt/millrace/releases && chmod 0600 /opt/millrace/releases/${first}/worker.cjs`,
  );
  t.equal((await converge(t, '--tags', 'worker', ...back)).length, 2, 'closed to the login');
  for (const group of groupDamages(damages.filter(isMendable))) {
    await bed.onHost(group.map(({ script }) => script).join(' && '));
    const paths = group.map(({ entry }) => entry.path).sort();
    t.strictSame(await converge(t, '--tags', 'worker', ...back), paths);
    t.strictSame(await readPlaces(bed.exec, entries), intact);
  }
  const lost = damages.filter(
    damage => !isMendable(damage) && damage.entry.path !== '/opt/millrace/releases',
  );
  t.ok(lost.length >= 8, `its content is damaged in ${lost.length} ways`);
  for (const { entry, name, script } of lost) {
    await bed.onHost(script);
    const run = await bed.play('--tags', 'worker', ...back);
    t.equal(run.changes.length, 0, `${entry.path} ${name}: nothing is changed`, run);
    t.match(run.faults, [new RegExp(`^worker_release: expected one that lies on .* got ${first}$`)]);
    await bed.onHost(
      'rm -r /opt/millrace/releases /srv/elsewhere 2>/dev/null; cp -a /srv/releases /opt/millrace/',
    );
  }
});

const readFacts = async () => JSON.parse(await bed.onHost('cat /etc/millrace/facts.json'));

t.test('the host tells what it is after each role alone', async t => {
  const before = await readFacts();
  t.equal(before.release, first);
  const file = join(bed.buildDir, 'node');
  writeFileSync(file, '#!/bin/sh\necho v9.9.9\n');
  const build = { file, sha256: await hashFile(file), glibc_minimum: '2.17' };
  const node = extra({ node_version: '9.9.9', node_builds: { '9.9.9': build } });
  t.ok((await converge(t, '--tags', 'node', ...node)).includes('/etc/millrace/facts.json'));
  const after = { ...before, nodeVersion: '9.9.9' };
  t.strictSame(await readFacts(), after, 'another Node.js, and still the release that was gone back to');
  t.strictSame(await converge(t, '--tags', 'worker', ...back), []);
  t.strictSame(await readFacts(), after, 'a run of the worker alone asks for the Node.js that is there');
  await bed.onHost('rm /usr/local/bin/node');
  const without = await bed.play('--tags', 'worker');
  t.match(without.faults, [/expected Node\.js at \/usr\/local\/bin\/node, got .+: run role node too/]);
  t.equal(without.changes.length, 0, 'without Node.js nothing is changed', without);
  await converge(t, ...back);
  t.strictSame(await readFacts(), before);
});

t.test('the releases that were in use last are kept, and what holds none is removed', async t => {
  t.equal((await readFacts()).release, first, 'gone back to, after the second');
  await bed.onHost('mkdir /opt/millrace/releases/000000000000');
  const third = (await bed.bundle("console.log('third');\n")).slice(0, 12);
  await converge(t, '--tags', 'worker', '-e', 'worker_releases_kept=2');
  t.strictSame((await bed.onHost('ls /opt/millrace/releases')).trim().split('\n'), [first, third].sort());
});

t.test('an account that was lost is made anew, whatever its number, and the worker goes on', async t => {
  await bed.onHost(`set -e; cd /var/lib/millrace; mkdir -p downloads/part
    for file in cursor.json downloads/part/x /var/log/millrace/worker.log.1; do echo '{}' >$file; chown millrace: $file; done
    echo x >/srv/own; ln -f /srv/own downloads/own; ln -sf /etc/passwd downloads/link
    old=$(id -u millrace); userdel millrace; useradd -r -u $old -M other`);
  await converge(t, '--tags', 'worker');
  t.strictSame(await converge(t, '--tags', 'worker'), []);
  t.equal(
    (await bed.onHost('find /var/lib/millrace /var/log/millrace ! -user millrace')).trim(),
    '/var/lib/millrace/downloads/own\n/var/lib/millrace/downloads/link',
    'all but a file that has another name elsewhere, and a link',
  );
  await bed.onHost('rm /var/lib/millrace/downloads/*; : >/var/log/millrace/worker.log');
  t.equal(await waitForLine(bed.onHost), 'third', 'cron starts it under the new number');
  await bed.onHost('logrotate -f /etc/logrotate.d/millrace && logrotate -f /etc/logrotate.d/millrace');
});

/** As text, which is how `-e name=value` gives them. */
const typed = ['python', 'node', 'worker', 'logs'].flatMap(role => {
  const file = join(projectRoot, 'ansible/roles', role);
  const specs = specSchema.parse(parse(readFileSync(join(file, 'meta/argument_specs.yml'), 'utf8')));
  const defaults: unknown = parse(readFileSync(join(file, 'defaults/main.yml'), 'utf8'));
  return Object.entries(specs.argument_specs.main.options)
    .filter(([, { type }]) => !['str', 'path', 'dict'].includes(type))
    .map(([name]) => `${name}=${z.record(z.string(), z.unknown()).parse(defaults)[name]}`);
});

t.test('numbers and switches that are given as text are what they say', async t => {
  t.ok(typed.includes('logs_enabled=false') && typed.length >= 4, typed.join(' '));
  t.strictSame(await converge(t, ...typed.flatMap(value => ['-e', value])), []);
});

t.test('an agent that was installed anew is given its settings', async t => {
  const logs = extra({ logs_enabled: true, logs_group: '/millrace/lake/worker', logs_region: 'eu-west-1' });
  await bed.onHost(agentScript);
  await converge(t, '--tags', 'logs', ...logs);
  await bed.onHost(`cd /opt/aws/amazon-cloudwatch-agent && service amazon-cloudwatch-agent stop
    rm -r bin etc/amazon-cloudwatch-agent.d /etc/init.d/amazon-cloudwatch-agent && ls etc/millrace.json etc/millrace.taken`);
  await bed.onHost(agentScript);
  t.ok(
    (await converge(t, '--tags', 'logs', ...logs)).includes(
      'logs : Have the agent take its settings and start',
    ),
  );
  t.match(await bed.onHost('cat /srv/agent-calls'), /^-a fetch-config .*\n$/);
  t.strictSame(await converge(t, '--tags', 'logs', ...logs), []);
});
