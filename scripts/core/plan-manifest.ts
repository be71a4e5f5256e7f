/** What stands beside saved plans: what each was made of, so that a deploy can tell that it is still what was reviewed. */
import { z } from 'zod';
import { Failure } from './failure.ts';
import { tryJson } from './json.ts';
import { stackNames } from './stacks.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const stack = z.enum(stackNames);
const digests = z.record(z.string(), sha256);

const stateMark = z.strictObject({ lineage: z.string(), serial: z.int().min(0) });

const plannedEntry = z.strictObject({
  kind: z.literal('planned'),
  stack,
  sha256: sha256.describe('of <stack>.tfplan'),
  inputs: sha256.describe("of the stack's rendered tfvars"),
  state: stateMark.nullable().describe('the state that was planned on; null where there was none'),
  isPreview: z.boolean(),
  hasChanges: z.boolean(),
});

const source = z.strictObject({
  commit: z.string().nullable().describe('null outside of git'),
  isDirty: z.boolean().describe('whether what a deploy reads differs from the commit'),
  files: digests.describe('SHA-256 of each folder and file that a deploy reads'),
});

/** The shape of plans/manifest.json; scripts/core/schema/manifest.schema.json is generated from it. */
export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  environment: z.string(),
  madeAt: z.string().describe('ISO 8601, UTC'),
  config: digests.describe("SHA-256 of each group of the environment's config"),
  source,
  tools: z.record(z.string(), z.string()).describe('versions of Terraform and of each provider'),
  stacks: z.array(
    z.discriminatedUnion('kind', [
      plannedEntry,
      z.strictObject({
        kind: z.literal('deferred'),
        stack,
        awaits: z.array(z.strictObject({ stack, output: z.string() })),
      }),
      z.strictObject({ kind: z.literal('failed'), stack }),
    ]),
  ),
});

export type PlanManifest = z.infer<typeof manifestSchema>;
export type PlannedEntry = z.infer<typeof plannedEntry>;
export type StateMark = z.infer<typeof stateMark>;
export type SourceMark = z.infer<typeof source>;

export const manifestName = 'manifest.json';

/** Where a stack's plan lies beside the manifest. */
export function planName(stackName: (typeof stackNames)[number]): string {
  return `${stackName}.tfplan`;
}

/**
 * Reads the text of a manifest.
 * @param path for the error text
 * @throws Failure when there is none, when it is not whole, and when another version of Millrace has written it
 */
export function parseManifest(text: string | undefined, path: string, hint: string): PlanManifest {
  if (text === undefined) {
    throw new Failure({
      where: path,
      what: 'there is no such file: no plan ended here, or it was interrupted',
      hint,
    });
  }
  const data = tryJson(text);
  const version = z.object({ schemaVersion: z.unknown() }).safeParse(data).data?.schemaVersion;
  if (version !== undefined && version !== 1) {
    throw new Failure({
      where: path,
      what: `expects schemaVersion 1, got ${JSON.stringify(version)}: another version of Millrace made these plans`,
      hint,
    });
  }
  const parsed = manifestSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  throw new Failure({ where: path, what: `is not the whole manifest of a plan${place}`, hint });
}

/** The JSON Schema of a manifest. */
export function buildManifestJsonSchema(): object {
  return { title: 'Millrace saved plans', ...z.toJSONSchema(manifestSchema) };
}
