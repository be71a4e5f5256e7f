/** What protects less than before, and what protects nothing from its first day on. */

import { type Difference, findDifferences } from './differences.ts';
import type { Risk } from './model.ts';
import { type Protection, protections } from './protections.ts';
import { isEmpty } from './value-text.ts';
import type { Node } from './value-tree.ts';

type Compared = {
  /** Of the resource. */
  readonly type: string;
  readonly before: Node | undefined;
  readonly after: Node | undefined;
};

/** What protects less after than before: encryption, protection, versioning, retention, blocked access. */
export function weakenedRisks({ type, before, after }: Compared): Risk[] {
  const parts = findDifferences({ before, after, path: [] }, true);
  const [old, young] = [leavesAt(type, parts, 'before'), leavesAt(type, parts, 'after')];
  return [...new Set([...old.keys(), ...young.keys()])].flatMap((path): Risk[] => {
    const [value, now] = [old.get(path) ?? '', young.get(path) ?? ''];
    if (value === now || value === unreadable || now === unreadable) return [];
    const found = protectionAt(type, path);
    const [was, is] = [found?.strength(value), found?.strength(now)];
    if (found === undefined || was === undefined || is === undefined || is >= was) return [];
    return [{ rule: 'protection', text: `${found.text} (${lastName(path)})` }];
  });
}

/**
 * Simple values by their paths. A block that comes takes the place of one that goes, wherever both stand: the strongest
 * that of the strongest.
 */
function leavesAt(
  type: string,
  parts: readonly Difference[],
  side: 'before' | 'after',
): ReadonlyMap<string, string> {
  const strengthOf = ([path, value]: Leaf) => protectionAt(type, path)?.strength(value) ?? 0;
  const leaves = parts.flatMap(part => {
    const isWhole = part.before === undefined || part.after === undefined;
    const steps = part.path.filter(step => !isWhole || typeof step === 'string');
    return leavesOf(part[side], steps.map(step => `.${step}`).join(''));
  });
  const counts = new Map<string, number>();
  return new Map(
    leaves
      .toSorted((a, b) => strengthOf(b) - strengthOf(a))
      .map(([path, value]) => {
        const count = counts.get(path) ?? 0;
        counts.set(path, count + 1);
        return [`${path}.${count}`, value];
      }),
  );
}

/** What is open from its first day on. */
export function openRisks({ type, after }: Pick<Compared, 'type' | 'after'>): Risk[] {
  return leavesOf(after).flatMap(([path, value]): Risk[] => {
    const found = protectionAt(type, path);
    const strength = found?.strength(value);
    if (found?.atFirst === undefined || value === unreadable || strength === undefined) return [];
    const { rule, text, upTo } = found.atFirst;
    return strength > upTo ? [] : [{ rule, text: `${text} (${lastName(path)})` }];
  });
}

/** Their keys are names that somebody gave. */
const freeNames = /\.(\w*tags(_all)?|labels|variables)\./;

function protectionAt(type: string, path: string): Protection | undefined {
  if (freeNames.test(path)) return undefined;
  const place = `${type}${path.replaceAll(/\.\d+(?=\.|$)/g, '')}`;
  return protections.find(({ at }) => at.test(place));
}

function lastName(path: string): string {
  return path.split('.').findLast(step => !/^\d+$/.test(step)) ?? '';
}

const unreadable = '?';

type Leaf = readonly [path: string, value: string];

/** Simple values and blocks without arguments by the path to them, without places in lists; JSON documents are left out. */
function leavesOf(node: Node | undefined, path = ''): readonly Leaf[] {
  switch (node?.kind) {
    case 'scalar':
      return [[path, String(node.value)]];
    case 'unknown':
    case 'secret':
      return [[path, unreadable]];
    case 'map':
      if (isEmpty(node)) return [[path, 'set']];
      return [...node.entries].flatMap(([name, item]) => leavesOf(item, `${path}.${name}`));
    case 'list':
      return node.items.flatMap(item => leavesOf(item, path));
    default:
      return [];
  }
}
