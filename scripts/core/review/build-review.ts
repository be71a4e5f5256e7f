import type { ErrorInput, ReviewInput, StackInput } from './input.ts';
import {
  type Counts,
  type Entry,
  type ResourceEntry,
  type Review,
  type StackReview,
  sectionNames,
} from './model.ts';
import { type PlanJson, type PlannedResource, parsePlanJson } from './plan-json.ts';

/** One review over all stacks and the host, in the order of reading and without secrets. */
export function buildReview(input: ReviewInput): Review {
  const parts = input.stacks.map(reviewStack);
  const host = reviewHost(input);
  const order = new Map(input.stacks.map(({ stack }, index) => [stack, index]));
  const placeOf = (entry: Entry) =>
    sectionNames.indexOf(entry.section) * 1000 + (order.get(entry.stack) ?? input.stacks.length);
  const entries = [...parts.flatMap(part => part.entries), ...host.entries];
  const stacks = parts.map(part => part.stack);
  return {
    schemaVersion: 1,
    meta: { ...input.meta, toolVersions: { ...input.meta.toolVersions } },
    outcome: outcomeOf(stacks, host.review),
    counts: stacks.map(stack => stack.counts).reduce(addCounts, noCounts),
    stacks,
    host: host.review,
    entries: entries.toSorted((a, b) => placeOf(a) - placeOf(b)),
  };
}

const noCounts: Counts = {
  add: 0,
  change: 0,
  destroy: 0,
  replace: 0,
  import: 0,
  move: 0,
  forget: 0,
  drift: 0,
  outputs: 0,
  risks: 0,
};

type StackPart = { readonly stack: StackReview; readonly entries: readonly Entry[] };

function reviewStack(input: StackInput): StackPart {
  const { stack } = input;
  switch (input.kind) {
    case 'failed':
      return {
        stack: { stack, kind: 'failed', hasChanges: false, counts: noCounts },
        entries: [errorEntry(stack, input.error)],
      };
    case 'deferred':
      return {
        stack: { stack, kind: 'deferred', hasChanges: true, counts: noCounts },
        entries: [
          { kind: 'deferred', section: 'deferred', stack, waitsFor: [...input.waitsFor], reason: null },
        ],
      };
    case 'planned':
    case 'preview': {
      const plan = parsePlanJson(input.json);
      if ('fault' in plan) {
        const error = { summary: 'The plan cannot be read', detail: plan.fault };
        return reviewStack({ kind: 'failed', stack, error });
      }
      return reviewPlan(input.kind, stack, plan);
    }
  }
}

function reviewPlan(kind: 'planned' | 'preview', stack: string, plan: PlanJson): StackPart {
  const resources = (plan.resource_changes ?? []).flatMap(change => reviewResource(stack, change));
  const counts = resources.map(countsOf).reduce(addCounts, noCounts);
  return {
    stack: { stack, kind, hasChanges: plan.applyable ?? resources.length > 0, counts },
    entries: resources,
  };
}

function reviewResource(stack: string, { address, type, change }: PlannedResource): readonly ResourceEntry[] {
  const { actions } = change;
  const isReplaced = actions.includes('create') && actions.includes('delete');
  const [only = 'no-op'] = actions;
  if (only === 'no-op') return [];
  const action = isReplaced ? 'replace' : only;
  const sections = {
    create: 'creates',
    update: 'changes',
    delete: 'removals',
    replace: 'removals',
    forget: 'moves',
    read: 'reads',
  } as const;
  return [
    {
      kind: 'resource',
      section: sections[action],
      stack,
      address,
      resourceType: type,
      action,
      replaceOrder: isReplaced ? (only === 'create' ? 'create-first' : 'destroy-first') : null,
      reason: null,
      movedFrom: null,
      importId: null,
      deposed: null,
      risks: [],
      attributes: [],
      knownAfterApply: [],
    },
  ];
}

function countsOf({ action }: ResourceEntry): Counts {
  return {
    ...noCounts,
    add: action === 'create' || action === 'replace' ? 1 : 0,
    change: action === 'update' ? 1 : 0,
    destroy: action === 'delete' || action === 'replace' ? 1 : 0,
    replace: action === 'replace' ? 1 : 0,
    forget: action === 'forget' ? 1 : 0,
  };
}

function reviewHost({ host }: ReviewInput): {
  readonly review: Review['host'];
  readonly entries: readonly Entry[];
} {
  switch (host.kind) {
    case 'failed':
      return { review: { kind: 'failed', changed: 0 }, entries: [errorEntry('host', host.error)] };
    case 'deferred':
      return {
        review: { kind: 'deferred', changed: 0 },
        entries: [
          { kind: 'deferred', section: 'deferred', stack: 'host', waitsFor: [], reason: host.reason },
        ],
      };
    case 'checked':
      return {
        review: { kind: 'checked', changed: host.changes.length },
        entries: host.changes.map(({ host: name, task, diff }) => ({
          kind: 'task',
          section: 'changes',
          stack: 'host',
          host: name,
          task,
          lines: (diff ?? '').split('\n').map(text => ({ op: 'same', text })),
        })),
      };
  }
}

function errorEntry(stack: string, { summary, detail, address }: ErrorInput): Entry {
  return { kind: 'error', section: 'failures', stack, summary, detail, address: address ?? null };
}

function outcomeOf(stacks: readonly StackReview[], host: Review['host']): Review['outcome'] {
  if (host.kind === 'failed' || stacks.some(({ kind }) => kind === 'failed')) return 'failed';
  const isHostChanging = host.kind === 'deferred' || host.changed > 0;
  return isHostChanging || stacks.some(({ hasChanges }) => hasChanges) ? 'changes' : 'unchanged';
}

function addCounts(a: Counts, b: Counts): Counts {
  return {
    add: a.add + b.add,
    change: a.change + b.change,
    destroy: a.destroy + b.destroy,
    replace: a.replace + b.replace,
    import: a.import + b.import,
    move: a.move + b.move,
    forget: a.forget + b.forget,
    drift: a.drift + b.drift,
    outputs: a.outputs + b.outputs,
    risks: a.risks + b.risks,
  };
}
