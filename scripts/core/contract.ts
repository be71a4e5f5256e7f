import { z } from 'zod';
import type { Config } from './config.ts';
import { Failure } from './failure.ts';
import type { Names } from './names.ts';
import { type StackName, stackNames } from './stacks.ts';

const id = z.string().min(1);
const names = z.record(z.string(), id);

/** What each stack hands to others: the shape of its `terraform output -json`, values only. */
const outputSchemas = {
  bootstrap: z.object({ state_bucket: id, lock_table: id, kms_key_arn: id }),
  network: z.object({
    vpc_id: id,
    public_subnet_ids: z.array(id).min(1),
    private_subnet_ids: z.array(id).min(1),
    private_subnet_zones: z.array(id).min(1),
    glue_security_group_id: id,
  }),
  datalake: z.object({ layer_buckets: names, platform_buckets: names, databases: names }),
  mpp: z.object({}),
  ingest: z.object({}),
  ec2: z.object({ worker_bucket: id, instance_id: id, public_ip: z.string(), security_group_id: id }),
} as const satisfies Record<StackName, z.ZodType>;

/** Outputs of the stacks that have been applied; a stack that has not is absent. */
export type Outputs = { readonly [S in StackName]?: z.infer<(typeof outputSchemas)[S]> };

/**
 * Reads the text of `terraform output -json`. Terraform has been seen to print a warning before the object: it is skipped.
 * @returns the stack's outputs, or none when the stack has not been applied, or only in part
 */
export function parseOutputs(stack: StackName, text: string): Outputs {
  const start = text.indexOf('{');
  const raw: unknown = start < 0 ? {} : JSON.parse(text.slice(start));
  const entries = z.record(z.string(), z.object({ value: z.unknown() })).parse(raw);
  if (Object.keys(entries).length === 0) return {};
  const values = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, entry.value]));
  const parsed = outputSchemas[stack].safeParse(values);
  if (!parsed.success) return {};
  return { [stack]: parsed.data };
}

/** A value that a stack waits for: an output of another stack that is not there yet. */
export type Awaited = { readonly stack: StackName; readonly output: string };

export type StackInputs =
  | { readonly kind: 'ready'; readonly values: Readonly<Record<string, unknown>> }
  | { readonly kind: 'deferred'; readonly awaits: readonly Awaited[] };

/** Facts of the run that inputs need beside the config: never ids of AWS, those come from outputs. */
export type RunFacts = { readonly archiveUrl: string; readonly publicKey: string };

/** The data for a stack's tfvars template, or the outputs it still waits for; a value is never invented. */
export function buildStackInputs(
  stack: StackName,
  input: {
    readonly config: Config;
    readonly names: Names;
    readonly facts: RunFacts;
    readonly outputs: Outputs;
  },
): StackInputs {
  const { config, names, facts, outputs } = input;
  const common = { config, names, facts };
  switch (stack) {
    case 'bootstrap':
    case 'network':
    case 'datalake':
    case 'ingest':
      return { kind: 'ready', values: common };
    case 'mpp': {
      const { network, datalake } = outputs;
      if (network === undefined || datalake === undefined) {
        return deferred([
          [network, 'network', 'private_subnet_ids'],
          [network, 'network', 'private_subnet_zones'],
          [network, 'network', 'glue_security_group_id'],
          [datalake, 'datalake', 'databases'],
        ]);
      }
      return { kind: 'ready', values: { ...common, network, datalake } };
    }
    case 'ec2': {
      const { network } = outputs;
      if (network === undefined) {
        return deferred([
          [network, 'network', 'vpc_id'],
          [network, 'network', 'public_subnet_ids'],
        ]);
      }
      return { kind: 'ready', values: { ...common, network } };
    }
  }
}

/** Outputs of the given stack, or a failure that says how to get them. */
export function requireOutputs<S extends StackName>(outputs: Outputs, stack: S): NonNullable<Outputs[S]> {
  const found = outputs[stack];
  if (found === undefined) {
    throw new Failure({
      where: `stack ${stack}`,
      what: 'has no outputs yet',
      hint: 'Run: npx zx scripts/deploy.mjs',
    });
  }
  return found;
}

/** All outputs in one object. */
export function mergeOutputs(parts: readonly Outputs[]): Outputs {
  return Object.assign({}, ...parts);
}

function deferred(needs: readonly (readonly [unknown, StackName, string])[]): StackInputs {
  return {
    kind: 'deferred',
    awaits: needs.filter(([value]) => value === undefined).map(([, stack, output]) => ({ stack, output })),
  };
}

/** Stacks in table order: for messages that list some. */
export function inOrder(names: Iterable<StackName>): readonly StackName[] {
  const wanted = new Set(names);
  return stackNames.filter(name => wanted.has(name));
}
