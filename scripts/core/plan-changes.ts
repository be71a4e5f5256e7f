import { z } from 'zod';
import type { ResourceChange } from './terraform-events.ts';

const planSchema = z.object({
  resource_changes: z
    .array(
      z.object({ address: z.string(), type: z.string(), change: z.object({ actions: z.array(z.string()) }) }),
    )
    .default([]),
});

/** What `terraform show -json` says of a plan that finds nothing to do and nothing that has changed. */
export const unchangedPlan = { format_version: '1.2', applyable: false } as const;

/** What a plan would do to each resource, from the parsed text of `terraform show -json`. */
export function listPlannedChanges(plan: unknown): readonly ResourceChange[] {
  return planSchema.parse(plan).resource_changes.flatMap(({ address, type, change: { actions } }) => {
    const action = actions.length === 2 ? 'replace' : actions[0];
    return action === 'create' || action === 'update' || action === 'delete' || action === 'replace'
      ? [{ address, type, action }]
      : [];
  });
}

/** Terraform's own counts: what is replaced is both added and destroyed. */
export function countChanges(changes: readonly ResourceChange[]): {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
} {
  const count = (...actions: readonly ResourceChange['action'][]) =>
    changes.filter(({ action }) => actions.includes(action)).length;
  return { add: count('create', 'replace'), change: count('update'), destroy: count('delete', 'replace') };
}
