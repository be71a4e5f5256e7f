import t from 'tap';
import { nodeVersions } from '../../../scripts/core/node-release.ts';
import { deriveDamages, groupKinds, kindOf } from '../../helpers/host/damages.ts';
import { type HostBed, makeHostBed } from '../../helpers/host/host-bed.ts';
import { proveRepairs } from '../../helpers/host/prove-repairs.ts';
import type { SystemName } from '../../helpers/host/rendered-roles.ts';
import { readEntries } from '../../helpers/host/repairs.ts';
import {
  distributionImage,
  hasOnlyCgroupV2,
  pulledImage,
  type System,
  systemdMachine,
  Unavailable,
} from '../../helpers/host/systemd-machine.ts';
import { waitForLine } from '../../helpers/host/worker-log.ts';

// The container host of the local target has no systemd; every real host has.
t.setTimeout(1_800_000);

const [newNode = '', oldNode = ''] = nodeVersions;
const packages =
  'systemd openssh-server cronie logrotate util-linux sudo python3 shadow-utils procps-ng gawk findutils';
const registry = 'public.ecr.aws/amazonlinux/amazonlinux';

type Case = System & { readonly title: string; readonly name: SystemName; readonly nodeVersion: string };
const cases: readonly Case[] = [
  {
    title: 'Debian with systemd',
    name: 'debian',
    nodeVersion: newNode,
    base: distributionImage,
  },
  {
    title: 'Amazon Linux 2023',
    name: 'amazon-linux-2023',
    nodeVersion: newNode,
    base: pulledImage(`${registry}:2023`),
    install: `dnf install -y ${packages}`,
  },
  {
    title: 'Amazon Linux 2',
    name: 'amazon-linux-2',
    nodeVersion: oldNode,
    base: async place => {
      if (hasOnlyCgroupV2()) throw new Unavailable('its systemd needs cgroup v1, this machine has v2 alone');
      return pulledImage(`${registry}:2`)(place);
    },
    install: `yum install -y ${packages}`,
  },
];

for (const system of cases) {
  t.test(system.title, async t => {
    let bed: HostBed;
    try {
      bed = await makeHostBed({ versions: [system.nodeVersion], machine: systemdMachine(system) });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      t.pass(system.title, { skip: error.message });
      return;
    }
    t.teardown(bed.remove);
    t.equal((await bed.onHost('cat /proc/1/comm')).trim(), 'systemd');

    const first = await bed.play();
    t.equal(first.exitCode, 0, 'first run', first);
    t.ok(first.changed > 0);
    const second = await bed.play();
    t.strictSame([second.exitCode, second.changed], [0, 0], 'second run', second);

    const entries = await readEntries(bed.variables(), { system: system.name });
    const damages = deriveDamages(entries);
    const groups = groupKinds(damages);
    t.strictSame(
      groups.flat().map(kindOf).sort(),
      [...new Set(damages.map(kindOf))].sort(),
      'each kind of damage once',
    );
    await proveRepairs(t, bed, { entries, groups, isForetold: false });

    await bed.onHost(': >/var/log/millrace/worker.log');
    t.match(
      JSON.parse(await waitForLine(bed.onHost)),
      {
        settings: { bucket: 'lake-files', workDir: '/var/lib/millrace' },
        region: 'eu-west-1',
        user: 'millrace',
        version: `v${system.nodeVersion}`,
      },
      'cron, which systemd has started again, runs the bundle',
    );
  });
}
