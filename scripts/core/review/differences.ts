/** Where two values differ: maps name by name, lists of blocks by what the blocks have in common. */
import { isEmpty, renderNode, type Step } from './value-text.ts';
import { keyOf, type MapNode, type Node, withoutEqual } from './value-tree.ts';

export type Difference = {
  readonly before: Node | undefined;
  readonly after: Node | undefined;
  readonly path: readonly Step[];
};

type ListNode = Extract<Node, { kind: 'list' }>;

/** Up to so many characters a block that comes or goes is one part. */
const longestBlock = 100;
const nothing: ListNode = { kind: 'list', items: [] };

/**
 * The smallest parts that differ. Nothing is the same as an empty text, list or map, for providers write one as the other;
 * `withEmpty` tells them apart. A block without arguments is always something.
 */
export function findDifferences(compared: Difference, withEmpty = false): readonly Difference[] {
  const { before, after } = compared;
  if (keyOf(before) === keyOf(after)) return [];
  if (isMapOrNothing(before) && isMapOrNothing(after)) {
    const keys = [...new Set([...(before?.entries.keys() ?? []), ...(after?.entries.keys() ?? [])])].sort();
    if (keys.length === 0) return withEmpty ? [compared] : [];
    return keys.flatMap(key =>
      findDifferences(
        { before: before?.entries.get(key), after: after?.entries.get(key), path: [...compared.path, key] },
        withEmpty || isNamed(before, after, key),
      ),
    );
  }
  if (!withEmpty && [before, after].every(node => isEmpty(node) && !holdsBlock(node))) return [];
  if (isListOrNothing(before) && isListOrNothing(after)) {
    const [old, young] = [before ?? nothing, after ?? nothing];
    const isOfMaps = [...old.items, ...young.items].every(item => item === undefined || item.kind === 'map');
    if (isOfMaps) return listDifferences({ old, young, path: compared.path }, withEmpty) ?? [compared];
  }
  return [compared];
}

/** Whether one of two mappings names something that the other does not name, be it as not set. */
function isNamed(before: MapNode | undefined, after: MapNode | undefined, key: string): boolean {
  const lacks = (node: MapNode) => !node.entries.has(key) && node.unset?.has(key) === false;
  return before !== undefined && after !== undefined && (lacks(before) || lacks(after));
}

type Lists = { readonly old: ListNode; readonly young: ListNode; readonly path: readonly Step[] };

/**
 * Elements that are the same have no place to change; the rest are paired by what they have in common. Undefined when
 * nothing but their order differs.
 */
function listDifferences({ old, young, path }: Lists, withEmpty: boolean): readonly Difference[] | undefined {
  const { removed, added } = differingItems(old, young);
  if (removed.length === 0 && added.length === 0) return undefined;
  const isSingle = removed.length === 1 && added.length === 1;
  const changed = added.flatMap(({ item, index }) => {
    const partner = isSingle ? removed.pop() : takePartner(item, removed);
    const here = [...path, index];
    return partner === undefined
      ? wholeOrParts({ before: undefined, after: item, path: here })
      : findDifferences({ before: partner.item, after: item, path: here }, withEmpty);
  });
  const gone = removed.flatMap(({ item, index }) =>
    wholeOrParts({ before: item, after: undefined, path: [...path, index] }),
  );
  return [...changed, ...gone];
}

/** A block that comes or goes: in one line if that is short, else by its attributes. */
function wholeOrParts(block: Difference): readonly Difference[] {
  const node = block.before ?? block.after;
  const isShort = node === undefined || renderNode(node).length <= longestBlock;
  return isShort && !holdsText(node) ? [block] : findDifferences(block);
}

function holdsBlock(node: Node | undefined): boolean {
  if (node?.kind === 'map') return [...node.entries.values()].some(holdsBlock);
  return node?.kind === 'list' && node.items.some(item => item?.kind === 'map');
}

/** Whether a document or a text of several lines stands in it, which wants lines of its own. */
export function holdsText(node: Node | undefined): boolean {
  if (node?.kind === 'map') return [...node.entries.values()].some(holdsText);
  if (node?.kind === 'list') return node.items.some(holdsText);
  return node?.kind === 'json' || (node?.kind === 'scalar' && String(node.value).includes('\n'));
}

export type Placed = { readonly item: Node | undefined; readonly index: number };

/** The elements that only one of two lists has, with their places. */
export function differingItems(before: ListNode, after: ListNode) {
  const place = (item: Node | undefined, index: number): Placed => ({ item, index });
  return withoutEqual(before.items.map(place), after.items.map(place), ({ item }) => keyOf(item));
}

/** The element that this one was before: the one with most attributes in common, if these are half of them. */
function takePartner(item: Node | undefined, removed: Placed[]): Placed | undefined {
  const scores = removed.map(other => likeness(item, other.item));
  const best = Math.max(0, ...scores);
  return best < 0.5 ? undefined : removed.splice(scores.indexOf(best), 1)[0];
}

function likeness(a: Node | undefined, b: Node | undefined): number {
  if (a?.kind !== 'map' || b?.kind !== 'map') return 0;
  const keys = [...new Set([...a.entries.keys(), ...b.entries.keys()])].filter(
    key => !isEmpty(a.entries.get(key)) || !isEmpty(b.entries.get(key)),
  );
  const same = keys.filter(key => keyOf(a.entries.get(key)) === keyOf(b.entries.get(key)));
  return keys.length === 0 ? 1 : same.length / keys.length;
}

function isMapOrNothing(node: Node | undefined): node is MapNode | undefined {
  return node === undefined || node.kind === 'map';
}

function isListOrNothing(node: Node | undefined): node is ListNode | undefined {
  return node === undefined || node.kind === 'list';
}
