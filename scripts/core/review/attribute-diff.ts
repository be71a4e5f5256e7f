import { redacted } from '../redact.ts';
import { type Difference, differingItems, findDifferences, holdsText, type Placed } from './differences.ts';
import type { Attribute, AttributeChange, Line } from './model.ts';
import { diffStatements, statementsOf } from './policy.ts';
import { diffLines, type Shown } from './text-diff.ts';
import {
  type Clean,
  documentText,
  isEmpty,
  knownAfterApply,
  renderNode,
  renderPath,
  type Step,
} from './value-text.ts';
import { keyOf, type MapNode, type Node } from './value-tree.ts';

/** Beyond so many characters a JSON document is shown by its lines. */
const shortDocument = 60;

type Context = {
  /** Paths that Terraform names as the cause of a replacement. */
  readonly forcing: readonly (readonly Step[])[];
  readonly clean: Clean;
};

/** What differs between two values, down to the single attribute, in the order of their names. */
export function diffAttributes(compared: Difference, context: Context): Attribute[] {
  return describeAll(findDifferences(compared), context);
}

/** The same of what Terraform is to change: where nothing differs but what is empty, that. */
export function diffUpdated(compared: Difference, context: Context): Attribute[] {
  const found = findDifferences(compared);
  return describeAll(found.length > 0 ? found : findDifferences(compared, true), context);
}

function describeAll(differences: readonly Difference[], { clean, forcing }: Context): Attribute[] {
  return differences.map(found => ({
    path: renderPath(found.path, clean),
    forcesReplacement: forcing.some(path => isOnPath(path, found.path)),
    change: describe(found, clean),
  }));
}

function describe({ before, after }: Difference, clean: Clean): AttributeChange {
  const hidden = { kind: 'value', before: before && redacted, after: after && redacted } as const;
  const shown =
    describeRewritten(before, after) ??
    describeBecomingUnknown(before, after, clean) ??
    describeDocuments(before, after, clean) ??
    describeElements(before, after, clean) ??
    describeText(before, after, clean) ??
    describeValue(before, after, clean);
  if (!isBlank(shown)) return shown;
  const isHidden = (before && renderNode(before)) !== (after && renderNode(after));
  return isHidden
    ? { ...hidden, before: hidden.before ?? null, after: hidden.after ?? null }
    : remark('the same but for what is empty');
}

/** Whether nothing is left to show. */
function isBlank(change: AttributeChange): boolean {
  switch (change.kind) {
    case 'value':
      return change.before === change.after;
    case 'lines':
      return change.lines.length === 0;
    case 'statements':
      return change.statements.every(({ lines }) => lines.length === 0);
    case 'elements':
      return (
        !change.isReordered &&
        change.added.length === change.removed.length &&
        change.added.every((text, index) => text === change.removed[index])
      );
  }
}

function describeRewritten(before: Node | undefined, after: Node | undefined): AttributeChange | undefined {
  return isRewritten(before, after) ? remark('the same JSON, written in another way') : undefined;
}

/** Two texts differ in nothing that has lines of its own. */
function remark(text: string): AttributeChange {
  return { kind: 'lines', lines: [{ op: 'gap', text }] };
}

/** A document or a text of several lines goes, and nobody knows yet what comes. */
function describeBecomingUnknown(
  before: Node | undefined,
  after: Node | undefined,
  clean: Clean,
): AttributeChange | undefined {
  if (after?.kind !== 'unknown' || before === undefined || before.kind === 'map' || !holdsText(before))
    return undefined;
  const text = textOf(before, clean) ?? documentText(documentOf(before) ?? before, clean);
  return { kind: 'lines', lines: [...diffLines(text, undefined), { op: 'add', text: knownAfterApply }] };
}

function describeDocuments(
  before: Node | undefined,
  after: Node | undefined,
  clean: Clean,
): AttributeChange | undefined {
  const [old, young] = [documentOf(before), documentOf(after)];
  if (old === undefined && young === undefined) return undefined;
  if (!isDocumentOrNothing(before) || !isDocumentOrNothing(after)) return undefined;
  const [oldPolicy, newPolicy] = [policyOf(old), policyOf(young)];
  if (oldPolicy !== undefined && newPolicy !== undefined && restOf(old, young) === restOf(young, old)) {
    const statements = diffStatements(oldPolicy, newPolicy, clean);
    if (statements.length > 0) return { kind: 'statements', statements };
    return remark('the same statements, in another order');
  }
  const texts = [old, young].map(node =>
    node === undefined ? undefined : documentText(sortStatements(node), clean),
  );
  if (texts.every(text => text === undefined || text.shown.length <= shortDocument)) return undefined;
  return { kind: 'lines', lines: diffLines(texts[0], texts[1]) };
}

/** The statements of a policy; none where there is no document, undefined of any other document. */
function policyOf(document: Node | undefined): readonly MapNode[] | undefined {
  return document === undefined ? [] : statementsOf(document);
}

/** A policy with its statements in one order, so that its lines differ by what they say. */
function sortStatements(document: Node): Node {
  const statements = statementsOf(document);
  if (document.kind !== 'map' || statements === undefined) return document;
  const items = statements.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return { kind: 'map', entries: new Map([...document.entries, ['Statement', { kind: 'list', items }]]) };
}

/** Simple values as a set: only what came and what went. */
function describeElements(
  before: Node | undefined,
  after: Node | undefined,
  clean: Clean,
): AttributeChange | undefined {
  if (before?.kind !== 'list' || after?.kind !== 'list') return undefined;
  const { removed, added } = differingItems(before, after);
  const render = (placed: readonly Placed[]) =>
    placed.map(({ item }) => (item === undefined ? 'null' : renderNode(item, clean)));
  return {
    kind: 'elements',
    added: render(added),
    removed: render(removed),
    isReordered: removed.length === 0 && added.length === 0,
  };
}

function describeText(
  before: Node | undefined,
  after: Node | undefined,
  clean: Clean,
): AttributeChange | undefined {
  const [old, young] = [stringOf(before), stringOf(after)];
  if (!isTextOrNothing(before) || !isTextOrNothing(after)) return undefined;
  if (!old?.trimEnd().includes('\n') && !young?.trimEnd().includes('\n')) return undefined;
  const lines = diffLines(textOf(before, clean), textOf(after, clean));
  if (lines.length === 0) return remark('the same lines, with other line ends');
  const isOtherEnds = old !== undefined && young !== undefined && hasReturns(old) !== hasReturns(young);
  return { kind: 'lines', lines: isOtherEnds ? [...lines, ...otherEnds] : lines };
}

function hasReturns(text: string): boolean {
  return text.includes('\r\n');
}

const otherEnds: readonly Line[] = [{ op: 'gap', text: 'and with other line ends' }];

function textOf(node: Node | undefined, clean: Clean): Shown | undefined {
  const text = stringOf(node);
  return text === undefined ? undefined : { text, shown: clean(text) };
}

function describeValue(before: Node | undefined, after: Node | undefined, clean: Clean): AttributeChange {
  return {
    kind: 'value',
    before: before === undefined ? null : renderNode(before, clean),
    after: after === undefined ? null : renderNode(after, clean),
  };
}

/** What a policy holds beside its statements, its version; of the other one where there is none. */
function restOf(document: Node | undefined, other: Node | undefined): string {
  const node = document ?? other;
  if (node?.kind !== 'map') return '';
  return keyOf({ kind: 'map', entries: new Map([...node.entries].filter(([key]) => key !== 'Statement')) });
}

function isRewritten(before: Node | undefined, after: Node | undefined): boolean {
  return (
    before?.kind === 'json' && after?.kind === 'json' && keyOf(before.document) === keyOf(after.document)
  );
}

function documentOf(node: Node | undefined): Node | undefined {
  return node?.kind === 'json' ? node.document : undefined;
}

/** Providers write an empty text where there is no document. */
function isDocumentOrNothing(node: Node | undefined): boolean {
  return isEmpty(node) || node?.kind === 'json';
}

function isTextOrNothing(node: Node | undefined): boolean {
  return node === undefined || stringOf(node) !== undefined;
}

function stringOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

/** Whether one of two paths leads to the other. */
function isOnPath(cause: readonly Step[], path: readonly Step[]): boolean {
  return cause.slice(0, path.length).every((step, index) => step === path[index]);
}
