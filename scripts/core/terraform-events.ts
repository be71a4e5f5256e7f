import { z } from 'zod';
import { tryJson } from './json.ts';

/** What Terraform would do, or did, to one resource. */
export type ResourceChange = {
  readonly address: string;
  readonly type: string;
  readonly action: 'create' | 'update' | 'delete' | 'replace';
};

/** One stack's plan or apply, read from the lines of `-json`. Source: Terraform, "Machine-Readable UI", format 1.2. */
export type TerraformRun = {
  readonly changes: readonly ResourceChange[];
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  /** Outputs whose values a plan would change. */
  readonly changedOutputs: readonly string[];
  /** Whether a plan found something changed outside of Terraform. */
  readonly hasDrift: boolean;
  readonly errors: readonly string[];
};

const resource = z.object({ addr: z.string(), resource_type: z.string() });
const events = z.discriminatedUnion('type', [
  z.object({ type: z.literal('planned_change'), change: z.object({ resource, action: z.string() }) }),
  z.object({ type: z.literal('resource_drift') }),
  z.object({
    type: z.literal('outputs'),
    outputs: z.record(z.string(), z.object({ action: z.string().optional() })),
  }),
  z.object({
    type: z.literal('change_summary'),
    changes: z.object({ add: z.number(), change: z.number(), remove: z.number(), operation: z.string() }),
  }),
  z.object({
    type: z.literal('diagnostic'),
    diagnostic: z.object({
      severity: z.string(),
      summary: z.string(),
      detail: z.string().optional(),
      address: z.string().optional(),
      range: z.object({ filename: z.string(), start: z.object({ line: z.number() }) }).optional(),
    }),
  }),
]);
const message = z.object({ '@message': z.string() });

/** Reads the lines of one `plan -json` or `apply -json`. Lines that are not events are passed over. */
export function parseTerraformRun(stdout: string): TerraformRun {
  const changes: ResourceChange[] = [];
  const errors: string[] = [];
  let changedOutputs: readonly string[] = [];
  let hasDrift = false;
  let counts = { add: 0, change: 0, remove: 0 };
  for (const line of stdout.split('\n')) {
    const event = events.safeParse(tryJson(line));
    if (!event.success) continue;
    switch (event.data.type) {
      case 'planned_change': {
        const { action } = event.data.change;
        if (action === 'create' || action === 'update' || action === 'delete' || action === 'replace') {
          const { addr, resource_type } = event.data.change.resource;
          changes.push({ address: addr, type: resource_type, action });
        }
        break;
      }
      case 'resource_drift':
        hasDrift = true;
        break;
      case 'outputs':
        changedOutputs = Object.entries(event.data.outputs).flatMap(([name, { action = 'noop' }]) =>
          action === 'noop' ? [] : [name],
        );
        break;
      case 'change_summary':
        counts = event.data.changes;
        break;
      case 'diagnostic':
        if (event.data.diagnostic.severity === 'error')
          errors.push(describeDiagnostic(event.data.diagnostic));
        break;
    }
  }
  const { add, change, remove: destroy } = counts;
  return { changes, add, change, destroy, changedOutputs, hasDrift, errors };
}

/** The text that a log keeps of one line of `-json`: its message, with the detail of a diagnostic. */
export function logTextOf(line: string): string | undefined {
  const data = tryJson(line);
  const diagnostic = events.safeParse(data);
  if (diagnostic.success && diagnostic.data.type === 'diagnostic') {
    return `${diagnostic.data.diagnostic.severity}: ${describeDiagnostic(diagnostic.data.diagnostic)}`;
  }
  const plain = message.safeParse(data);
  return plain.success ? plain.data['@message'] : line;
}

function describeDiagnostic(
  diagnostic: Extract<z.infer<typeof events>, { type: 'diagnostic' }>['diagnostic'],
): string {
  const at =
    diagnostic.address ??
    (diagnostic.range ? `${diagnostic.range.filename}:${diagnostic.range.start.line}` : undefined);
  return [at, diagnostic.summary, diagnostic.detail]
    .filter(part => part !== undefined && part !== '')
    .join(': ');
}
