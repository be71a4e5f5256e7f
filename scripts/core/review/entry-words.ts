/** How an entry is said, the same in every rendering. */
import type { Attribute, Entry, Line, ResourceEntry, Review } from './model.ts';

/** `12 to add, 1 to change, 2 to destroy`, as Terraform says it, with what it does not say in front and behind. */
export function renderVerdict({ counts, stacks, host, outcome, entries }: Review): string {
  const failed = entries.filter(({ kind }) => kind === 'error').length;
  const deferred = entries.filter(({ kind }) => kind === 'deferred').length;
  const checks = entries.filter(({ kind }) => kind === 'check').length;
  const isQuiet = outcome === 'unchanged';
  const parts = [
    failed > 0 ? `${failed} failed` : '',
    isQuiet
      ? 'nothing to change'
      : `${counts.add} to add, ${counts.change} to change, ${counts.destroy} to destroy${counts.replace > 0 ? ` (${counts.replace} replaced)` : ''}`,
    // Said where they are all that changes: Terraform does not count them.
    counts.outputs > 0 && counts.add + counts.change + counts.destroy === 0
      ? `${plural(counts.outputs, 'output')} to change`
      : '',
    counts.import > 0 ? `${counts.import} to import` : '',
    counts.move > 0 ? `${counts.move} moved` : '',
    counts.forget > 0 ? `${counts.forget} to forget` : '',
    host.changed > 0 ? `${plural(host.changed, 'task')} on the host` : '',
    counts.risks > 0 ? `${counts.risks} risky` : '',
    checks > 0 ? plural(checks, 'failed check') : '',
    counts.drift > 0 ? `${counts.drift} changed outside` : '',
    deferred > 0 ? `${deferred} deferred` : '',
    stacks.some(({ kind }) => kind === 'preview') ? 'in part a preview' : '',
  ];
  return parts.filter(part => part !== '').join(', ');
}

/** A row for each stack and one for the host: to add, to change, to destroy, and what is to be said of it. */
export function stackRows(review: Review): readonly {
  readonly stack: string;
  readonly kind: string;
  readonly cells: readonly (string | number)[];
  readonly note: string;
}[] {
  const { host } = review;
  const isKnown = (kind: string) => kind === 'planned' || kind === 'preview';
  return [
    ...review.stacks.map(({ stack, kind, counts }) => ({
      stack,
      kind,
      cells: isKnown(kind) ? [counts.add, counts.change, counts.destroy] : ['-', '-', '-'],
    })),
    { stack: 'host', kind: host.kind, cells: ['', host.kind === 'checked' ? host.changed : '-', ''] },
  ].map(row => ({ ...row, note: renderStackNote(review, row.stack) }));
}

/** What stands beside a stack's numbers. */
function renderStackNote(review: Review, stack: string): string {
  const found = review.stacks.find(other => other.stack === stack);
  const kind = stack === 'host' ? review.host.kind : found?.kind;
  const counts = found?.counts;
  const entry = review.entries.find(
    other => other.stack === stack && (other.kind === 'deferred' || other.kind === 'error'),
  );
  const notes = [
    kind === 'failed' ? 'failed' : '',
    kind === 'deferred' ? `deferred, ${entry?.kind === 'deferred' ? renderWait(entry) : ''}` : '',
    kind === 'preview' ? 'preview' : '',
    counts !== undefined && counts.replace > 0 ? `${counts.replace} replaced` : '',
    counts !== undefined && counts.import > 0 ? `${counts.import} imported` : '',
    counts !== undefined && counts.move > 0 ? `${counts.move} moved` : '',
    counts !== undefined && counts.forget > 0 ? `${counts.forget} forgotten` : '',
    counts !== undefined && counts.risks > 0 ? `${counts.risks} risky` : '',
    counts !== undefined && counts.drift > 0 ? `${counts.drift} changed outside` : '',
    counts !== undefined && counts.outputs > 0 ? plural(counts.outputs, 'output') : '',
  ];
  return notes.filter(note => note !== '').join(', ');
}

export function renderWait(entry: Extract<Entry, { kind: 'deferred' }>): string {
  if (entry.waitsFor.length === 0) return entry.reason ?? '';
  return `waits for ${entry.waitsFor.map(({ value, fromStack }) => `${fromStack}.${value}`).join(', ')}`;
}

export function signOf(entry: Entry): string {
  switch (entry.kind) {
    case 'error':
      return '!';
    case 'check':
      return '!';
    case 'deferred':
      return '?';
    case 'task':
      return '~';
    case 'output':
      return { create: '+', update: '~', delete: '-' }[entry.action];
    case 'resource': {
      const replace = entry.replaceOrder === null ? '-/+' : replaceSigns[entry.replaceOrder];
      const none = entry.importId === null ? '>' : '<';
      return { create: '+', update: '~', delete: '-', replace, forget: 'x', read: '<=', none }[entry.action];
    }
  }
}

const replaceSigns = { 'destroy-first': '-/+', 'create-first': '+/-', 'forget-first': 'x/+' } as const;
const replaceWords = {
  'destroy-first': 'destroyed, then created anew',
  'create-first': 'created anew, then destroyed',
  'forget-first': 'forgotten and not destroyed, then created anew',
} as const;

/** One word for the action, also the one that a page is filtered by. */
export function actionWord(entry: Entry): string {
  switch (entry.kind) {
    case 'error':
      return 'failed';
    case 'check':
      return 'failed check';
    case 'deferred':
      return 'deferred';
    case 'task':
      return 'host task';
    case 'output':
      return 'output';
    case 'resource': {
      const { action } = entry;
      if (entry.section === 'drift') return action === 'delete' ? 'gone outside' : 'changed outside';
      const none = entry.importId === null ? 'move' : 'import';
      return {
        create: 'create',
        update: 'change',
        delete: 'destroy',
        replace: 'replace',
        forget: 'forget',
        read: 'read',
        none,
      }[action];
    }
  }
}

/** What the entry is about: an address, a name, a task. */
export function subjectOf(entry: Entry): string {
  switch (entry.kind) {
    case 'error':
      return entry.address === null ? entry.summary : `${entry.address}: ${entry.summary}`;
    case 'deferred':
      return renderWait(entry);
    case 'task':
      return `${entry.host}: ${entry.task}`;
    case 'check':
    case 'output':
      return entry.name;
    case 'resource':
      return entry.address;
  }
}

/** What a reader has to know of a resource beside its address and attributes, one sentence each. */
export function notesOf(entry: Entry): readonly string[] {
  if (entry.kind !== 'resource') return [];
  const forcing = forcingPaths(entry);
  return [
    entry.replaceOrder !== null
      ? `${replaceWords[entry.replaceOrder]}${forcing.length > 0 ? `: ${forcing.join(', ')} forces it` : ''}`
      : '',
    entry.reason !== null && (entry.action !== 'replace' || forcing.length === 0) ? entry.reason : '',
    entry.deposed === null ? '' : `deposed object ${entry.deposed}, left by an earlier replacement`,
    entry.movedFrom === null ? '' : `moved from ${entry.movedFrom}`,
    entry.importId === null ? '' : `imported: ${entry.importId}`,
    entry.action === 'forget' ? 'Terraform forgets it; it is not destroyed' : '',
    entry.section === 'drift' && entry.action === 'delete' ? 'it is gone' : '',
    entry.action === 'update' && entry.attributes.length + entry.knownAfterApply.length === 0
      ? 'what differs cannot be shown'
      : '',
  ].filter(note => note !== '');
}

function forcingPaths({ attributes }: ResourceEntry): readonly string[] {
  return attributes.filter(({ forcesReplacement }) => forcesReplacement).map(({ path }) => path);
}

/** A line of an entry's detail. */
export type DetailLine = {
  readonly op: Line['op'] | 'change' | 'note';
  readonly depth: number;
  readonly text: string;
};

/** All that stands below an entry's own line. */
export function detailLines(entry: Entry): readonly DetailLine[] {
  switch (entry.kind) {
    case 'error':
      return noteLines(entry.detail);
    case 'check':
      return entry.problems.flatMap(noteLines);
    case 'deferred':
      return [];
    case 'task':
      return entry.lines.map(line => ({ ...line, depth: 0 }));
    case 'output':
      return entry.attributes.flatMap(attributeLines);
    case 'resource':
      return [
        ...entry.attributes.flatMap(attributeLines),
        ...(entry.knownAfterApply.length === 0
          ? []
          : [
              {
                op: 'note' as const,
                depth: 0,
                text: `known after apply: ${entry.knownAfterApply.join(', ')}`,
              },
            ]),
      ];
  }
}

function noteLines(text: string): readonly DetailLine[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => ({ op: 'note', depth: 0, text: line }));
}

/** What a value was and what it will be stand in one line up to so many characters. */
const shortChange = 100;

function attributeLines({ path, change, forcesReplacement }: Attribute): readonly DetailLine[] {
  const force = forcesReplacement ? '  # forces replacement' : '';
  const heading = (text = ''): DetailLine => ({ op: 'change', depth: 0, text: `${path}:${text}${force}` });
  switch (change.kind) {
    case 'value': {
      const { before, after } = change;
      if (before === null) return [{ op: 'add', depth: 0, text: `${path} = ${after ?? 'null'}${force}` }];
      if (after === null) return [{ op: 'remove', depth: 0, text: `${path} = ${before}${force}` }];
      if (before.length + after.length <= shortChange)
        return [{ op: 'change', depth: 0, text: `${path} = ${before} -> ${after}${force}` }];
      return [heading(), { op: 'remove', depth: 1, text: before }, { op: 'add', depth: 1, text: after }];
    }
    case 'lines':
      return [heading(), ...change.lines.map(line => ({ ...line, depth: 1 }))];
    case 'statements':
      return [
        heading(),
        ...change.statements.flatMap(({ op, title, lines }): readonly DetailLine[] => [
          { op, depth: 1, text: `statement ${title}` },
          ...lines.map(line => ({ ...line, depth: 2 })),
        ]),
      ];
    case 'elements':
      return [
        heading(change.isReordered ? ' the same elements in another order' : ''),
        ...change.removed.map(text => ({ op: 'remove' as const, depth: 1, text })),
        ...change.added.map(text => ({ op: 'add' as const, depth: 1, text })),
      ];
  }
}

/** Lines of one entry that a terminal or a comment shows at most; the page has them all. */
const mostLines = 400;

/** The lines, or the first of them and how many there are more. */
export function cutLines(lines: readonly DetailLine[]): readonly DetailLine[] {
  if (lines.length <= mostLines) return lines;
  const text = `${lines.length - mostLines} more lines: plan.html has them all`;
  return [...lines.slice(0, mostLines), { op: 'gap', depth: 0, text }];
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A commit by its first twelve digits; that the clone differs from it stays said. */
export function shortCommit(commit: string): string {
  return commit.replace(/^([0-9a-f]{12})[0-9a-f]+/, '$1');
}
