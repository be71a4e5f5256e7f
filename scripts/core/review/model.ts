/**
 * The review of a plan over all stacks and the host: what every rendering shows, already in order and without secrets.
 * plan.json is this object; scripts/core/schema/plan.schema.json is generated from it.
 */
import { z } from 'zod';

const count = z.int().min(0);

/** In the order in which they are shown. */
export const sectionNames = [
  'failures',
  'removals',
  'risks',
  'checks',
  'changes',
  'creates',
  'moves',
  'drift',
  'outputs',
  'reads',
  'deferred',
] as const;

export const sectionTitles: Readonly<Record<SectionName, string>> = {
  failures: 'Failures',
  removals: 'Destroyed and replaced',
  risks: 'Risky changes',
  checks: 'Failed checks',
  changes: 'Changes',
  creates: 'Created',
  moves: 'Moved, imported and forgotten',
  drift: 'Changed outside of Terraform',
  outputs: 'Outputs',
  reads: 'Read during apply',
  deferred: 'Deferred',
};

const line = z
  .strictObject({ op: z.enum(['same', 'add', 'remove', 'gap']), text: z.string() })
  .describe('a line of a text; gap stands for lines that are the same and left out, its text says how many');

const change = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('value'),
      before: z.string().nullable().describe('null where there was none'),
      after: z.string().nullable().describe('null where there is none'),
    })
    .describe('strings stand in quotes; known after apply and [redacted] do not'),
  z
    .strictObject({ kind: z.literal('lines'), lines: z.array(line) })
    .describe('a long text or a JSON document'),
  z
    .strictObject({
      kind: z.literal('statements'),
      statements: z.array(
        z.strictObject({
          op: z.enum(['add', 'remove', 'change']),
          title: z.string().describe('its Sid, or its effect and first action'),
          lines: z.array(line),
        }),
      ),
    })
    .describe('a policy document, statement by statement'),
  z
    .strictObject({
      kind: z.literal('elements'),
      added: z.array(z.string()),
      removed: z.array(z.string()),
      isReordered: z.boolean().describe('the same elements in another order'),
    })
    .describe('a set or list of simple values'),
]);

const attribute = z.strictObject({
  path: z.string().describe('like tags["Name"]'),
  forcesReplacement: z.boolean(),
  change,
});

const risk = z.strictObject({
  rule: z.enum(['data-store', 'key', 'grant', 'network', 'protection']),
  text: z.string(),
});

const resourceEntry = z.strictObject({
  kind: z.literal('resource'),
  section: z.enum(['removals', 'risks', 'changes', 'creates', 'moves', 'drift', 'reads']),
  stack: z.string(),
  address: z.string(),
  resourceType: z.string(),
  action: z.enum(['create', 'update', 'delete', 'replace', 'forget', 'read', 'none']),
  replaceOrder: z
    .enum(['destroy-first', 'create-first', 'forget-first'])
    .nullable()
    .describe('null unless it is replaced'),
  reason: z.string().nullable().describe('why Terraform does it, where it says so'),
  movedFrom: z.string().nullable(),
  importId: z.string().nullable(),
  deposed: z.string().nullable().describe('key of an object that an earlier replacement left behind'),
  risks: z.array(risk),
  attributes: z.array(attribute),
  knownAfterApply: z.array(z.string()).describe('names of what was empty and only the apply can tell'),
});

const errorEntry = z.strictObject({
  kind: z.literal('error'),
  section: z.literal('failures'),
  stack: z.string(),
  summary: z.string(),
  detail: z.string(),
  address: z.string().nullable(),
});

const checkEntry = z.strictObject({
  kind: z.literal('check'),
  section: z.literal('checks'),
  stack: z.string(),
  name: z.string().describe('like check.image_is_supported'),
  problems: z.array(z.string()),
});

const taskEntry = z.strictObject({
  kind: z.literal('task'),
  section: z.literal('changes'),
  stack: z.literal('host'),
  host: z.string(),
  task: z.string(),
  lines: z.array(line),
});

const outputEntry = z.strictObject({
  kind: z.literal('output'),
  section: z.literal('outputs'),
  stack: z.string(),
  name: z.string(),
  action: z.enum(['create', 'update', 'delete']),
  attributes: z.array(attribute),
});

const deferredEntry = z.strictObject({
  kind: z.literal('deferred'),
  section: z.literal('deferred'),
  stack: z.string().describe('host for the host'),
  waitsFor: z.array(z.strictObject({ value: z.string(), fromStack: z.string() })),
  reason: z.string().nullable(),
});

const entry = z.discriminatedUnion('kind', [
  errorEntry,
  resourceEntry,
  checkEntry,
  taskEntry,
  outputEntry,
  deferredEntry,
]);

const counts = z.strictObject({
  add: count.describe('created, and replaced'),
  change: count,
  destroy: count.describe('destroyed, and replaced'),
  replace: count.describe('of those in add and destroy'),
  import: count,
  move: count,
  forget: count,
  drift: count,
  outputs: count,
  risks: count.describe('entries that carry a risk'),
});

const stackReview = z.strictObject({
  stack: z.string(),
  kind: z.enum(['planned', 'preview', 'deferred', 'failed']),
  hasChanges: z.boolean().describe('whether an apply of this plan would do anything'),
  counts,
});

const hostReview = z.strictObject({
  kind: z.enum(['checked', 'deferred', 'failed']),
  changed: count.describe('tasks'),
});

export const reviewSchema = z.strictObject({
  schemaVersion: z.literal(1),
  meta: z.strictObject({
    environment: z.string(),
    target: z.enum(['local', 'aws']),
    commit: z.string().nullable(),
    toolVersions: z.record(z.string(), z.string()),
    madeAt: z.string(),
    configDigest: z.string(),
  }),
  outcome: z
    .enum(['failed', 'changes', 'unchanged'])
    .describe(
      'failed if anything failed, else changes if anything changes or is deferred: exit codes 1, 2, 0',
    ),
  counts,
  stacks: z.array(stackReview),
  host: hostReview,
  entries: z.array(entry).describe('in the order of reading: by section, then by stack, then by address'),
});

export type Review = z.infer<typeof reviewSchema>;
export type SectionName = (typeof sectionNames)[number];
export type Entry = z.infer<typeof entry>;
export type ResourceEntry = z.infer<typeof resourceEntry>;
export type Attribute = z.infer<typeof attribute>;
export type AttributeChange = z.infer<typeof change>;
export type Line = z.infer<typeof line>;
export type Risk = z.infer<typeof risk>;
export type Counts = z.infer<typeof counts>;
export type StackReview = z.infer<typeof stackReview>;

/** The exit code of a plan: 1 if anything failed, else 2 if anything changes or could not be planned yet, else 0. */
export function reviewExitCode({ outcome }: Pick<Review, 'outcome'>): 0 | 1 | 2 {
  return outcome === 'failed' ? 1 : outcome === 'changes' ? 2 : 0;
}

/** The text of plan.json. */
export function reviewJson(review: Review): string {
  return `${JSON.stringify(review, null, 2)}\n`;
}

/** The JSON Schema of plan.json. */
export function buildReviewJsonSchema(): object {
  return { title: 'Millrace plan review', ...z.toJSONSchema(reviewSchema) };
}
