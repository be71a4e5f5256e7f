import { z } from 'zod';
import { stackNames } from './stacks.ts';

const seconds = z.number().min(0).describe('seconds');
const count = z.int().min(0);

const timelineEntry = z.strictObject({
  step: z.string(),
  start: seconds.describe('seconds after the run began'),
  seconds,
  waitedFor: z.string().nullable().describe('the step whose end let this one begin'),
});

const stackEntry = z.strictObject({
  name: z.enum(stackNames),
  outcome: z.enum(['applied', 'unchanged', 'deferred', 'failed', 'skipped']),
  add: count,
  change: count,
  destroy: count,
  seconds,
});

const verification = z.strictObject({
  processed: z.array(z.strictObject({ key: z.string(), outputKey: z.string() })),
  rejected: z.array(z.strictObject({ key: z.string(), errorKey: z.string(), reason: z.string() })),
  ingested: z.array(z.string()).describe('keys that the schedule brought into raw since the run began'),
  waiting: z.array(z.string()).describe("the proof's own keys that are still in input/"),
  othersWaiting: count.describe('other keys in input/'),
  seconds,
});

/** What `deploy --json` prints and build/<env>/report.json holds; scripts/core/schema/report.schema.json is generated from it. */
export const reportSchema = z.strictObject({
  schemaVersion: z.literal(1),
  environment: z.string(),
  target: z.enum(['local', 'aws']),
  emulator: z.strictObject({ name: z.string(), version: z.string() }).nullable(),
  stacks: z.array(stackEntry),
  host: z
    .strictObject({
      address: z.string(),
      outcome: z.enum(['changed', 'unchanged', 'failed']),
      changed: count,
      seconds,
    })
    .nullable()
    .describe('null when the run did not come to the host'),
  verification: verification.nullable().describe('null when the run did not come to the proof'),
  notRehearsed: z.array(z.strictObject({ gap: z.string(), what: z.string() })),
  timeline: z.array(timelineEntry),
  seconds,
});

export type Report = z.infer<typeof reportSchema>;
export type StackReport = z.infer<typeof stackEntry>;
export type HostReport = NonNullable<Report['host']>;
export type Verification = z.infer<typeof verification>;
export type TimelineEntry = z.infer<typeof timelineEntry>;

/** The JSON Schema of the report. */
export function buildReportJsonSchema(): object {
  return { title: 'Millrace deploy report', ...z.toJSONSchema(reportSchema) };
}
