/** The part of `terraform show -json <plan file>` that a review reads. Source: Terraform, "JSON Output Format", version 1.2. */
import { z } from 'zod';

const anyRecord = z.record(z.string(), z.unknown());

/** What is known after the apply alone is left out of an output's change. */
const change = z.object({
  actions: z.array(z.enum(['no-op', 'create', 'read', 'update', 'delete', 'forget'])),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  importing: z.object({ id: z.string().optional() }).optional(),
});

const resourceChange = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.enum(['managed', 'data']),
  type: z.string(),
  deposed: z.string().optional(),
  change,
  action_reason: z.string().optional(),
});

const check = z.object({
  address: z.object({ to_display: z.string() }),
  status: z.string(),
  instances: z
    .array(z.object({ problems: z.array(z.object({ message: z.string() })).optional() }))
    .optional(),
});

const planSchema = z.object({
  format_version: z.string().regex(/^1\./),
  errored: z.boolean().optional(),
  applyable: z.boolean().optional(),
  variables: z.record(z.string(), z.object({ value: z.unknown().optional() })).optional(),
  resource_changes: z.array(resourceChange).optional(),
  resource_drift: z.array(resourceChange).optional(),
  output_changes: z.record(z.string(), change).optional(),
  checks: z.array(check).optional(),
  configuration: z
    .object({
      root_module: z
        .object({
          variables: z.record(z.string(), z.object({ sensitive: z.boolean().optional() })).optional(),
        })
        .optional(),
    })
    .optional(),
  prior_state: z.object({ values: anyRecord.optional() }).optional(),
});

export type PlanJson = z.infer<typeof planSchema>;
export type PlannedChange = z.infer<typeof change>;
export type PlannedResource = z.infer<typeof resourceChange>;

/** The plan, or what is wrong with the text: the first fault with its path. */
export function parsePlanJson(json: unknown): PlanJson | { readonly fault: string } {
  const parsed = planSchema.safeParse(json);
  if (parsed.success) {
    return parsed.data.errored === true
      ? { fault: 'the plan ended with errors and is not complete' }
      : parsed.data;
  }
  const [issue] = parsed.error.issues;
  return { fault: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a plan'}` };
}
