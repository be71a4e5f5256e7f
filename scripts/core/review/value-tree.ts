/** A value of a plan with what Terraform says about it merged in: what is secret, what is not known yet, what is JSON. */
import { parseExactJson } from '../json.ts';
import { hidesByName, isSecretName } from '../secret-name.ts';

export type Node =
  | { readonly kind: 'scalar'; readonly value: string | number | bigint | boolean | null }
  | { readonly kind: 'secret'; readonly key: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'list'; readonly items: readonly (Node | undefined)[] }
  | {
      readonly kind: 'map';
      readonly entries: ReadonlyMap<string, Node>;
      /** Names of arguments that are not set: a mapping of names that somebody gave has none. */
      readonly unset?: ReadonlySet<string>;
    }
  | { readonly kind: 'json'; readonly document: Node; readonly text: string };

export type MapNode = Extract<Node, { kind: 'map' }>;

type Marked = {
  readonly value: unknown;
  /** `after_unknown`: true, or the same shape as the value with true where it is not known. */
  readonly unknown?: unknown;
  /** `before_sensitive` or `after_sensitive`, in the same way. */
  readonly sensitive?: unknown;
  /** The name that the value goes by. */
  readonly name?: string | undefined;
  /** Of a part of a JSON text: the same value, with every digit of its numbers. */
  readonly exact?: unknown;
};

/** Terraform's null is nothing: it stands for an argument that is not set. In a JSON text it is a value like another. */
export function buildTree({ value, unknown, sensitive, name, exact }: Marked): Node | undefined {
  if (unknown === true) return { kind: 'unknown' };
  if (exact === null) return { kind: 'scalar', value: null };
  if (value === null || value === undefined) {
    return holdsTrue(unknown)
      ? buildTree({ value: Array.isArray(unknown) ? [] : {}, unknown, sensitive, name })
      : undefined;
  }
  if (sensitive === true || (name !== undefined && hidesByName(name, value)))
    return { kind: 'secret', key: stringify(exact ?? value) };
  if (Array.isArray(value)) return buildList(value, { unknown, sensitive, exact });
  if (isObject(value)) return buildMap(value, { unknown, sensitive, exact });
  if (typeof value === 'string') return buildText(value);
  if (typeof exact === 'bigint') return { kind: 'scalar', value: exact };
  return typeof value === 'number' || typeof value === 'boolean' ? { kind: 'scalar', value } : undefined;
}

/**
 * The name that an entry of a map goes by: its own, or that of the pair it is the value of, as containers and parameters
 * are written: `{name: "DB_PASSWORD", value: "..."}`.
 */
export function nameOfEntry(map: Readonly<Record<string, unknown>>, key: string): string {
  if (!/(?:^|_|[a-z])(?:values?|default|content|v)$/i.test(key)) return key;
  const nameKey = Object.keys(map).find(other =>
    /^(name|key|k|parameter_?(name|key)|header|variable)$/i.test(other),
  );
  const name = nameKey === undefined ? undefined : map[nameKey];
  return typeof name === 'string' && isSecretName(name) ? name : key;
}

/** The name that an item of a list goes by: the flag before it, as in `["run", "--db-password", "..."]`. */
export function nameOfItem(list: readonly unknown[], index: number): string | undefined {
  const flag = list[index - 1];
  const isFlag = (value: unknown): value is string =>
    typeof value === 'string' && /^--?[A-Za-z][\w.-]*$/.test(value);
  return isFlag(flag) && !isFlag(list[index]) ? flag : undefined;
}

/** Equal for values that are equal, JSON texts to the letter. */
export function keyOf(node: Node | undefined): string {
  if (node === undefined) return '-';
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'bigint' ? `${node.value}n` : JSON.stringify(node.value);
    case 'secret':
      return `s${node.key}`;
    case 'unknown':
      return '?';
    case 'list':
      return `[${node.items.map(keyOf).join(',')}]`;
    case 'map':
      return `{${[...node.entries].map(([key, item]) => `${JSON.stringify(key)}:${keyOf(item)}`).join(',')}}`;
    case 'json':
      return `j${JSON.stringify(node.text)}`;
  }
}

/** What two lists do not have in common; of equal items as many stay as one list has more. */
export function withoutEqual<Item extends object>(
  before: readonly Item[],
  after: readonly Item[],
  key: (item: Item) => string,
): { readonly removed: Item[]; readonly added: Item[] } {
  const places = new Map<string, Item[]>();
  for (const item of before) places.set(key(item), [...(places.get(key(item)) ?? []), item]);
  const kept = new Set<Item>();
  const added = after.filter(item => {
    const same = places.get(key(item))?.shift();
    if (same !== undefined) kept.add(same);
    return same === undefined;
  });
  return { removed: before.filter(item => !kept.has(item)), added };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function buildList(
  value: readonly unknown[],
  { unknown, sensitive, exact }: Pick<Marked, 'unknown' | 'sensitive' | 'exact'>,
): Node {
  const length = Math.max(value.length, Array.isArray(unknown) ? unknown.length : 0);
  const items = Array.from({ length }, (_, index) =>
    buildTree({
      value: value[index],
      unknown: at(unknown, index),
      sensitive: at(sensitive, index),
      exact: at(exact, index),
      name: nameOfItem(value, index),
    }),
  );
  return { kind: 'list', items };
}

function buildMap(
  value: Readonly<Record<string, unknown>>,
  { unknown, sensitive, exact }: Pick<Marked, 'unknown' | 'sensitive' | 'exact'>,
): Node {
  const keys = [
    ...new Set([...Object.keys(value), ...(isObject(unknown) ? Object.keys(unknown) : [])]),
  ].sort();
  const entries = new Map<string, Node>();
  for (const key of keys) {
    const node = buildTree({
      value: value[key],
      unknown: at(unknown, key),
      sensitive: at(sensitive, key),
      exact: at(exact, key),
      name: nameOfEntry(value, key),
    });
    if (node !== undefined) entries.set(key, node);
  }
  return { kind: 'map', entries, unset: new Set(keys.filter(key => value[key] === null)) };
}

function buildText(text: string): Node {
  if (/^\s*[[{]/.test(text)) {
    try {
      const document = buildTree({ value: JSON.parse(text), exact: parseExactJson(text) });
      if (document !== undefined && (document.kind === 'map' || document.kind === 'list'))
        return { kind: 'json', document, text };
    } catch {
      // It only looks like JSON: a plain text.
    }
  }
  return { kind: 'scalar', value: text };
}

function stringify(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
}

function holdsTrue(marks: unknown): boolean {
  if (Array.isArray(marks)) return marks.some(holdsTrue);
  return isObject(marks) ? Object.values(marks).some(holdsTrue) : marks === true;
}

function at(marks: unknown, key: string | number): unknown {
  if (Array.isArray(marks)) return typeof key === 'number' ? marks[key] : undefined;
  return isObject(marks) && Object.hasOwn(marks, key) ? marks[key] : undefined;
}
