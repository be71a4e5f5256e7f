/** What may befall each thing that the roles keep right. Derived from their lists: a new entry is damaged too. */
import type { ManagedEntry } from './rendered-roles.ts';

export type Damage = {
  readonly entry: ManagedEntry;
  /** What is done to it. */
  readonly name: string;
  /** A shell script for root on the host. */
  readonly script: string;
  /** Whether whatever lies below the entry is lost too. */
  readonly isDestructive: boolean;
  /** Whether it can only be repaired alone: others need what it takes away. */
  readonly isAlone: boolean;
};

type Kind = ManagedEntry['kind'];
type Recipe = readonly [
  name: string,
  script: (entry: ManagedEntry) => string,
  effect?: 'destructive' | 'alone',
];

/** Where things go that a link then leads to. */
const elsewhere = '/srv/elsewhere';
const quote = (entry: ManagedEntry) => `'${entry.path}'`;
const away = (entry: ManagedEntry) =>
  `mkdir -p ${elsewhere} && mv ${quote(entry)} ${elsewhere}/${entry.path.replaceAll('/', '_')}`;
const linked = (entry: ManagedEntry) =>
  `${away(entry)} && ln -s ${elsewhere}/${entry.path.replaceAll('/', '_')} ${quote(entry)}`;
/** Not in place: a program that runs cannot be written to. */
const rewrite = (entry: ManagedEntry, command: string) =>
  `cp -p ${quote(entry)} /srv/copy && ${command} && mv /srv/copy ${quote(entry)}`;

const recipes: Readonly<Record<Kind, readonly Recipe[]>> = {
  folder: [
    ['removed', entry => `rm -r ${quote(entry)}`, 'destructive'],
    ['open to all', entry => `chmod 0777 ${quote(entry)}`],
    ['of another owner', entry => `chown daemon:daemon ${quote(entry)}`],
    ['a file in its place', entry => `rm -r ${quote(entry)} && echo x >${quote(entry)}`, 'destructive'],
    ['a link in its place', entry => linked(entry), 'destructive'],
  ],
  file: [
    ['removed', entry => `rm ${quote(entry)}`],
    ['longer', entry => rewrite(entry, 'echo "# x" >>/srv/copy')],
    ['emptied', entry => rewrite(entry, ': >/srv/copy')],
    ['open to all', entry => `chmod 0777 ${quote(entry)}`],
    ['of another owner', entry => `chown daemon:daemon ${quote(entry)}`],
    [
      'a folder in its place',
      entry => `rm ${quote(entry)} && mkdir ${quote(entry)} && touch ${quote(entry)}/x`,
    ],
    ['a link in its place', entry => linked(entry)],
  ],
  link: [
    ['removed', entry => `rm ${quote(entry)}`],
    ['leading elsewhere', entry => `ln -sfn /nowhere ${quote(entry)}`],
    ['a file in its place', entry => `rm ${quote(entry)} && echo x >${quote(entry)}`],
    [
      'a folder in its place',
      entry => `rm ${quote(entry)} && mkdir ${quote(entry)} && touch ${quote(entry)}/x`,
    ],
  ],
  account: [
    ['expired', entry => `usermod --expiredate 1 ${quote(entry)}`],
    ['in one group more', entry => `usermod --append --groups adm ${quote(entry)}`],
    ['with a shell', entry => `usermod --shell /bin/sh ${quote(entry)}`],
    ['with another home', entry => `usermod --home /tmp ${quote(entry)}`],
    // Not by usermod, which gives the files in the user's home to the other group too.
    [
      'in another group',
      ({ path }) =>
        `sed -i -E "s/^(${path}:[^:]*:[^:]*):[0-9]+:/\\1:$(getent group daemon | cut -d: -f3):/" /etc/passwd`,
    ],
    [
      'removed',
      entry => `userdel ${quote(entry)}; ! getent group ${quote(entry)} || groupdel ${quote(entry)}`,
      'alone',
    ],
  ],
  service: [
    [
      'stopped',
      entry =>
        `if [ -d /run/systemd/system ]; then systemctl stop ${quote(entry)}; else service ${quote(entry)} stop; fi`,
    ],
    [
      'not started at boot',
      entry =>
        `if [ -d /run/systemd/system ]; then systemctl disable ${quote(entry)}; else update-rc.d ${quote(entry)} disable; fi`,
    ],
  ],
};

/** The content of these is the worker's own. */
const isOpened = ({ path }: ManagedEntry) => /\/(lock|worker\.log)$/.test(path);

export function deriveDamages(entries: readonly ManagedEntry[]): readonly Damage[] {
  return entries.flatMap(entry =>
    recipes[entry.kind]
      .filter(([name]) => !(isOpened(entry) && (name === 'longer' || name === 'emptied')))
      .map(([name, script, effect]) => ({
        entry,
        name,
        script: script(entry),
        isDestructive: effect === 'destructive',
        isAlone: effect === 'alone',
      })),
  );
}

/** One damage of each kind to each kind of entry, put together so that few runs repair them all. */
export function groupKinds(damages: readonly Damage[]): readonly (readonly Damage[])[] {
  const groups: Damage[][] = [];
  for (const kind of new Set(damages.map(kindOf))) {
    const candidates = damages.filter(damage => kindOf(damage) === kind);
    const fitting = (group: readonly Damage[]) =>
      candidates.find(damage => group.every(other => isApart(damage, other)));
    const group = groups.find(others => fitting(others) !== undefined) ?? [];
    if (group.length === 0) groups.push(group);
    group.push(...[fitting(group)].filter(damage => damage !== undefined));
  }
  return groups;
}

/** Two of each entry, its removal where there is one, so that each kind of damage befalls some entry of each kind. */
export function sampleDamages(damages: readonly Damage[]): readonly Damage[] {
  const sample: Damage[] = [];
  const uses = (damage: Damage) => sample.filter(other => kindOf(other) === kindOf(damage)).length;
  for (const entry of new Set(damages.map(damage => damage.entry))) {
    const own = damages.filter(damage => damage.entry === entry);
    const removals = own.filter(({ name }) => name === 'removed');
    const others = own.filter(({ name }) => name !== 'removed').sort((a, b) => uses(a) - uses(b));
    sample.push(...[...removals, ...others].slice(0, 2));
  }
  for (const damage of damages) if (uses(damage) === 0) sample.push(damage);
  return sample;
}

/** What befalls which kind of entry. */
export const kindOf = ({ entry, name }: Damage) => `${entry.kind} ${name}`;

/** Puts damages together that do not hide one another, so that few runs repair them all. */
export function groupDamages(damages: readonly Damage[]): readonly (readonly Damage[])[] {
  const groups: Damage[][] = [];
  for (const damage of damages) {
    const group = groups.find(others => others.every(other => isApart(damage, other)));
    if (group === undefined) groups.push([damage]);
    else group.push(damage);
  }
  return groups;
}

/** What a repair has to change, no more and no less: the damaged entries and those that were lost with them. */
export function expectedRepairs(
  group: readonly Damage[],
  entries: readonly ManagedEntry[],
): readonly string[] {
  const lost = group
    .filter(({ isDestructive }) => isDestructive)
    .flatMap(({ entry }) => entries.filter(({ path }) => path.startsWith(`${entry.path}/`)));
  return [...new Set([...group.map(({ entry }) => entry.path), ...lost.map(({ path }) => path)])].sort();
}

function isApart(one: Damage, other: Damage): boolean {
  if (one.isAlone || other.isAlone || one.entry.path === other.entry.path) return false;
  const hides = (upper: Damage, lower: Damage) =>
    upper.isDestructive && lower.entry.path.startsWith(`${upper.entry.path}/`);
  return !hides(one, other) && !hides(other, one);
}
