/** What the policy documents of a resource allow that they did not. One that cannot be read may allow anything. */
import { sweepingGrants, widenedGrants } from './grants.ts';
import { anyStatementsOf } from './policy.ts';
import { knownAfterApply } from './value-text.ts';
import type { MapNode, Node } from './value-tree.ts';

type Documents = {
  /** By the path without places in lists: documents in blocks of one kind count together, as AWS takes them. */
  readonly statements: Map<string, readonly MapNode[]>;
  /** What may hold a document: a text that is hidden, by its key, or what is known after the apply. */
  readonly unread: Map<string, string>;
};

/** Of a new resource: what leaves nothing out. What is not known yet is no reason for alarm: a fresh environment is full of it. */
export function sweepingPolicies(after: Node | undefined): readonly string[] {
  const { statements, unread } = documentsOf(after);
  return [
    ...[...statements.values()].flatMap(sweepingGrants).map(text => `allows ${text}`),
    ...[...unread]
      .filter(([path, key]) => key !== knownAfterApply && isPolicyPath(path))
      .map(([path]) => `what it allows is hidden (${lastOf(path)})`),
  ];
}

/** Of a changed resource: what is allowed, or no longer denied, or can no longer be read. */
export function widenedPolicies(before: Node | undefined, after: Node | undefined): readonly string[] {
  const [old, young] = [documentsOf(before), documentsOf(after)];
  const isDocument = (path: string) =>
    old.statements.has(path) || young.statements.has(path) || isPolicyPath(path);
  const paths = new Set([
    ...old.statements.keys(),
    ...old.unread.keys(),
    ...young.statements.keys(),
    ...young.unread.keys(),
  ]);
  const texts = [...paths].filter(isDocument).flatMap(path => {
    const unread = unreadAt(young, path);
    if (unread !== undefined) {
      if (unread.key === old.unread.get(unread.at)) return [];
      const how = unread.key === knownAfterApply ? `is ${knownAfterApply}` : 'is hidden';
      return [`what it allows ${how} (${lastOf(unread.at)})`];
    }
    const isGone = !young.statements.has(path) && !path.includes('.');
    return [
      ...widenedGrants(old.statements.get(path) ?? [], young.statements.get(path) ?? []).map(text =>
        text.startsWith('no longer denied') ? text : `newly allowed: ${text}`,
      ),
      ...(isGone ? [`the policy is taken away: what AWS allows without one holds (${lastOf(path)})`] : []),
    ];
  });
  return [...new Set(texts)];
}

/** Of a policy that is destroyed: what is no longer denied. */
export function releasedPolicies(before: Node | undefined): readonly string[] {
  return [...documentsOf(before).statements.values()].flatMap(statements => widenedGrants(statements, []));
}

function documentsOf(node: Node | undefined): Documents {
  const found: Documents = { statements: new Map(), unread: new Map() };
  collect(node, [], found);
  return found;
}

function collect(node: Node | undefined, steps: readonly string[], found: Documents): void {
  const path = steps.join('.');
  switch (node?.kind) {
    case 'json': {
      const statements = anyStatementsOf(node.document);
      if (statements !== undefined)
        found.statements.set(path, [...(found.statements.get(path) ?? []), ...statements]);
      return;
    }
    case 'map':
      for (const [name, item] of node.entries) collect(item, [...steps, name], found);
      return;
    case 'list':
      for (const item of node.items) collect(item, steps, found);
      return;
    case 'unknown':
      found.unread.set(path, knownAfterApply);
      return;
    case 'secret':
      found.unread.set(path, node.key);
      return;
    default:
  }
}

/** At the path, or at what holds it. */
function unreadAt(
  { unread }: Documents,
  path: string,
): { readonly at: string; readonly key: string } | undefined {
  const steps = path.split('.');
  const holders = steps.map((_, index) => steps.slice(0, index + 1).join('.'));
  const at = holders.find(holder => unread.has(holder));
  const key = at === undefined ? undefined : unread.get(at);
  return at === undefined || key === undefined ? undefined : { at, key };
}

/** Names of attributes that hold a policy whether or not one can be seen. */
function isPolicyPath(path: string): boolean {
  return /^((assume_role|access|resource|repository|registry|inline|bucket|topic|queue|key|file_system|secret|domain)_)?polic(y|ies)(_(document|text|json))?$/.test(
    lastOf(path),
  );
}

function lastOf(path: string): string {
  return path.split('.').at(-1) ?? '';
}
