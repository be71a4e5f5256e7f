/** Policy documents of AWS, compared statement by statement: neither their order nor that within a list means anything. */
import type { AttributeChange } from './model.ts';
import { diffLines } from './text-diff.ts';
import { type Clean, documentText } from './value-text.ts';
import { keyOf, type MapNode, type Node, withoutEqual } from './value-tree.ts';

type Statements = Extract<AttributeChange, { kind: 'statements' }>['statements'];

/** The statements of a policy document, each with its lists sorted; undefined for any other document. */
export function statementsOf(document: Node | undefined): readonly MapNode[] | undefined {
  if (document?.kind !== 'map') return undefined;
  const statement = document.entries.get('Statement');
  const items = statement?.kind === 'list' ? statement.items : [statement];
  const found = items.flatMap(item => (item?.kind === 'map' ? [sortLists(item)] : []));
  return found.length > 0 && found.length === items.length && found.every(isStatement) ? found : undefined;
}

/** The same, and none of a policy that has none. */
export function anyStatementsOf(document: Node | undefined): readonly MapNode[] | undefined {
  const statement = document?.kind === 'map' ? document.entries.get('Statement') : undefined;
  return statement?.kind === 'list' && statement.items.length === 0 ? [] : statementsOf(document);
}

/** What differs between two policies; of a new or removed one every statement. */
export function diffStatements(
  before: readonly MapNode[],
  after: readonly MapNode[],
  clean: Clean,
): Statements {
  const { removed, added } = withoutEqual(before, after, keyOf);
  const partners = new Map(added.map(statement => [statement, takePartner(statement, removed)]));
  const changed = added.map(statement => {
    const partner = partners.get(statement);
    return {
      op: partner === undefined ? ('add' as const) : ('change' as const),
      title: titleOf(statement, clean),
      lines: diffLines(
        partner === undefined ? undefined : documentText(partner, clean),
        documentText(statement, clean),
      ),
    };
  });
  const gone = removed.map(statement => ({
    op: 'remove' as const,
    title: titleOf(statement, clean),
    lines: diffLines(documentText(statement, clean), undefined),
  }));
  return [...changed, ...gone];
}

function isStatement(node: MapNode): boolean {
  return textOf(node.entries.get('Effect')) !== undefined;
}

/** The statement that this one was before: of the same Sid, else the one that has most in common. It is taken out of the list. */
function takePartner(statement: MapNode, removed: MapNode[]): MapNode | undefined {
  const sid = textOf(statement.entries.get('Sid'));
  const scores = removed.map(other => {
    const otherSid = textOf(other.entries.get('Sid'));
    if (sid !== undefined && sid === otherSid) return 100;
    if (sid !== undefined && otherSid !== undefined) return 0;
    return likeness(statement, other);
  });
  const best = Math.max(0, ...scores);
  return best === 0 ? undefined : removed.splice(scores.indexOf(best), 1)[0];
}

function likeness(a: MapNode, b: MapNode): number {
  if (keyOf(a.entries.get('Effect')) !== keyOf(b.entries.get('Effect'))) return 0;
  return ['Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'Condition'].filter(
    key => a.entries.has(key) && keyOf(a.entries.get(key)) === keyOf(b.entries.get(key)),
  ).length;
}

function titleOf({ entries }: MapNode, clean: Clean): string {
  const sid = textOf(entries.get('Sid'));
  if (sid !== undefined && sid !== '') return clean(sid);
  const actions = textsOf(entries.get('Action') ?? entries.get('NotAction'));
  const rest = actions.length > 1 ? ` and ${actions.length - 1} more` : '';
  return clean(`${textOf(entries.get('Effect')) ?? ''} ${actions[0] ?? ''}${rest}`.trim());
}

export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

/** One text or a list of them. */
export function textsOf(node: Node | undefined): readonly string[] {
  if (node?.kind !== 'list') return textOf(node) === undefined ? [] : [String(textOf(node))];
  return node.items.flatMap(item => textOf(item) ?? []);
}

/** Lists of a policy are sets, and a list of one is that one. */
function sortLists(node: MapNode): MapNode {
  return { kind: 'map', entries: new Map([...node.entries].map(([key, item]) => [key, sortList(item)])) };
}

function sortList(node: Node): Node {
  if (node.kind === 'map') return sortLists(node);
  if (node.kind !== 'list') return node;
  const items = node.items.flatMap(item => (item === undefined ? [] : [sortList(item)]));
  const sorted = items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const [only] = sorted;
  return sorted.length === 1 && only !== undefined ? only : { kind: 'list', items: sorted };
}
