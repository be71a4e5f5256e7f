import { readFileSync } from 'node:fs';
import type { Test } from 'tap';
import type { PlaybookRun } from '../ansible.ts';
import { type Damage, expectedRepairs, kindOf } from './damages.ts';
import type { HostBed } from './host-bed.ts';
import type { ManagedEntry } from './rendered-roles.ts';
import { changedItems, readPlaces } from './repairs.ts';

/** Stands for the CloudWatch agent: a control program that notes its calls, and a service. */
export const agentScript = readFileSync(
  new URL('../../fixtures/host/install-agent.sh', import.meta.url),
  'utf8',
);
export const withLogs = {
  logs_enabled: true,
  logs_group: '/millrace/lake/worker',
  logs_region: 'eu-west-1',
};

export const takesSettings = 'logs : Have the agent take its settings and start';
/** Taking its settings starts the agent too; that all is as it was tells of its service. */
const agentItems = new Set([takesSettings, 'amazon-cloudwatch-agent']);

/**
 * Damages a converged host, group by group, and asserts that one run puts right exactly that. A check before it has to
 * foretell each kind of damage, unless `isForetold` is false: a check takes as long as a repair.
 */
export async function proveRepairs(
  t: Test,
  bed: HostBed,
  proof: {
    readonly entries: readonly ManagedEntry[];
    readonly groups: readonly (readonly Damage[])[];
    readonly isForetold: boolean;
  },
): Promise<void> {
  const { entries, groups } = proof;
  const intact = await readPlaces(bed.exec, entries);
  const isMissing = ([, found]: readonly [string, unknown]) => found === null;
  t.strictSame(Object.entries(intact).filter(isMissing), [], 'all that is kept right is there');
  const repairsOf = (run: PlaybookRun) => changedItems(run).filter(item => !agentItems.has(item));
  const foretold = new Set<string>();
  for (const group of groups) {
    const names = group.map(({ entry, name }) => `${entry.path} ${name}`).join(', ');
    await bed.onHost(group.map(({ script }) => `(set -e; ${script})`).join(' && '));
    t.notSame(await readPlaces(bed.exec, entries), intact, `damaged: ${names}`);
    const expected = expectedRepairs(group, entries).filter(item => !agentItems.has(item));
    const isAlone = group.some(damage => damage.isAlone);
    const kinds = group.map(kindOf).filter(kind => !foretold.has(kind));
    if (proof.isForetold && kinds.length > 0) {
      const check = await bed.play('--check', '--diff');
      t.equal(check.exitCode, 0, 'check', check);
      const told = repairsOf(check);
      if (isAlone)
        t.ok(
          group.every(({ entry }) => told.includes(entry.path)),
          'a check foretells it',
          { told },
        );
      else t.strictSame(told, expected, 'a check foretells exactly that');
      for (const kind of kinds) foretold.add(kind);
    }
    const repair = await bed.play();
    t.equal(repair.exitCode, 0, 'repair', repair);
    if (!isAlone) t.strictSame(repairsOf(repair), expected, 'exactly that');
    t.strictSame(await readPlaces(bed.exec, entries), intact, 'all is as it was');
  }
}
