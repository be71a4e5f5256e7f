import { createRedactor, redactForms, withLines } from '../redact.ts';
import { diffUpdated } from './attribute-diff.ts';
import { addCounts, countEntries, noCounts } from './counts.ts';
import type { ErrorInput, HostInput, ReviewInput, StackInput } from './input.ts';
import { type Entry, type Line, type Review, type StackReview, sectionNames } from './model.ts';
import { type PlanJson, parsePlanJson } from './plan-json.ts';
import { collectSecrets } from './plan-secrets.ts';
import { reviewDrift, reviewResource } from './resource-review.ts';
import type { Clean } from './value-text.ts';
import { buildTree } from './value-tree.ts';

/** One review over all stacks and the host, in the order of reading and without secrets. */
export function buildReview(input: ReviewInput): Review {
  const plans = input.stacks.map(readStack);
  const clean = createRedactor([
    ...input.secrets.flatMap(withLines),
    ...plans.flatMap(plan => (plan.kind === 'plan' ? collectSecrets(plan.json) : [])),
  ]);
  const parts = plans.map(plan => reviewStack(plan, clean));
  const host = reviewHost(input.host, clean);
  const stacks = parts.map(part => part.review);
  const entries = [...parts.flatMap(part => part.entries), ...host.entries];
  return {
    schemaVersion: 1,
    meta: cleanTexts({ ...input.meta, toolVersions: { ...input.meta.toolVersions } }, redactForms),
    outcome: outcomeOf(stacks, host.review),
    counts: stacks.map(({ counts }) => counts).reduce(addCounts, noCounts),
    stacks,
    host: host.review,
    // Texts are clean where they are made; this is for what a later hand forgets.
    entries: sortEntries(
      entries,
      input.stacks.map(({ stack }) => stack),
    ).map(entry => cleanTexts(entry, clean)),
  };
}

type StackPlan =
  | { readonly kind: 'plan'; readonly stack: string; readonly isPreview: boolean; readonly json: PlanJson }
  | Exclude<StackInput, { kind: 'planned' | 'preview' }>;

function readStack(input: StackInput): StackPlan {
  if (input.kind === 'deferred' || input.kind === 'failed') return input;
  const { stack, kind } = input;
  const plan = parsePlanJson(input.json);
  return 'fault' in plan
    ? { kind: 'failed', stack, error: { summary: 'The plan cannot be read', detail: plan.fault } }
    : { kind: 'plan', stack, isPreview: kind === 'preview', json: plan };
}

type Part<R> = { readonly review: R; readonly entries: readonly Entry[] };

function reviewStack(plan: StackPlan, clean: Clean): Part<StackReview> {
  const { stack } = plan;
  switch (plan.kind) {
    case 'failed':
      return {
        review: { stack, kind: 'failed', hasChanges: false, counts: noCounts },
        entries: [errorEntry(stack, plan.error)],
      };
    case 'deferred':
      return {
        review: { stack, kind: 'deferred', hasChanges: true, counts: noCounts },
        entries: [
          {
            kind: 'deferred',
            section: 'deferred',
            stack,
            waitsFor: [...plan.waitsFor],
            reason: null,
          },
        ],
      };
    case 'plan': {
      const entries = planEntries(stack, plan.json, clean);
      const isChange = ({ section }: Entry) => !['drift', 'reads', 'checks'].includes(section);
      return {
        review: {
          stack,
          kind: plan.isPreview ? 'preview' : 'planned',
          hasChanges: plan.json.applyable ?? entries.some(isChange),
          counts: countEntries(entries),
        },
        entries,
      };
    }
  }
}

function planEntries(stack: string, plan: PlanJson, clean: Clean): readonly Entry[] {
  const outputs = Object.entries(plan.output_changes ?? {}).flatMap(([name, change]): Entry[] => {
    const [action = 'no-op'] = change.actions;
    if (action !== 'create' && action !== 'update' && action !== 'delete') return [];
    const before = buildTree({ value: change.before, sensitive: change.before_sensitive, name });
    const after = buildTree({
      value: change.after,
      unknown: change.after_unknown,
      sensitive: change.after_sensitive,
      name,
    });
    const attributes = diffUpdated({ before, after, path: [name] }, { forcing: [], clean });
    return [{ kind: 'output', section: 'outputs', stack, name, action, attributes }];
  });
  const checks = (plan.checks ?? []).flatMap(({ address, status, instances }): Entry[] => {
    if (status !== 'fail' && status !== 'error') return [];
    const problems = (instances ?? []).flatMap(instance =>
      (instance.problems ?? []).map(({ message }) => message),
    );
    return [{ kind: 'check', section: 'checks', stack, name: address.to_display, problems }];
  });
  return [
    ...checks,
    ...(plan.resource_changes ?? []).flatMap(change => reviewResource(change, { stack, clean })),
    ...(plan.resource_drift ?? []).flatMap(change => reviewDrift(change, { stack, clean })),
    ...outputs,
  ];
}

function reviewHost(host: HostInput, clean: Clean): Part<Review['host']> {
  switch (host.kind) {
    case 'failed':
      return { review: { kind: 'failed', changed: 0 }, entries: [errorEntry('host', host.error)] };
    case 'deferred':
      return {
        review: { kind: 'deferred', changed: 0 },
        entries: [
          {
            kind: 'deferred',
            section: 'deferred',
            stack: 'host',
            waitsFor: 'waitsFor' in host ? [...host.waitsFor] : [],
            reason: 'reason' in host ? host.reason : null,
          },
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
          lines: readDiff(clean(diff ?? '')),
        })),
      };
  }
}

/** The lines of a unified diff, as `--diff` prints it. */
function readDiff(text: string): Line[] {
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      if (/^(---|\+\+\+) /.test(line)) return { op: 'gap', text: line };
      if (/^@@ .* @@/.test(line)) return { op: 'gap', text: line };
      if (line.startsWith('+')) return { op: 'add', text: line.slice(1) };
      if (line.startsWith('-')) return { op: 'remove', text: line.slice(1) };
      return { op: 'same', text: line.replace(/^ /, '') };
    });
}

function errorEntry(stack: string, { summary, detail, address }: ErrorInput): Entry {
  return { kind: 'error', section: 'failures', stack, summary, detail, address: address ?? null };
}

function outcomeOf(stacks: readonly StackReview[], host: Review['host']): Review['outcome'] {
  if (host.kind === 'failed' || stacks.some(({ kind }) => kind === 'failed')) return 'failed';
  const isHostChanging = host.kind === 'deferred' || host.changed > 0;
  return isHostChanging || stacks.some(({ hasChanges }) => hasChanges) ? 'changes' : 'unchanged';
}

/** By section, then in the order of the stacks, then by name, numbers by their value. */
function sortEntries(entries: readonly Entry[], stacks: readonly string[]): readonly Entry[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  const place = (stack: string) => (stack === 'host' ? stacks.length : stacks.indexOf(stack));
  return entries.toSorted(
    (a, b) =>
      sectionNames.indexOf(a.section) - sectionNames.indexOf(b.section) ||
      place(a.stack) - place(b.stack) ||
      (a.kind === 'task' || b.kind === 'task' ? 0 : compare(nameOf(a), nameOf(b))),
  );
}

function nameOf(entry: Entry): string {
  if (entry.kind === 'resource') return entry.address;
  return entry.kind === 'output' || entry.kind === 'check' ? entry.name : '';
}

/** Fields that hold a word of ours, never one of a plan. */
const ownFields = new Set([
  'kind',
  'section',
  'stack',
  'action',
  'op',
  'rule',
  'replaceOrder',
  'resourceType',
  'target',
]);

function cleanTexts<T>(value: T, clean: Clean): T;
function cleanTexts(value: unknown, clean: Clean): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map(item => cleanTexts(item, clean));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, ownFields.has(name) ? item : cleanTexts(item, clean)]),
  );
}
