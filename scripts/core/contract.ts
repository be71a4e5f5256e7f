import { z } from 'zod';
import type { Config } from './config-schema.ts';
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
  datalake: z.object({
    layer_buckets: names,
    platform_buckets: names,
    helper_bucket: id,
    databases: z.object({ raw: id, staged: id, analytics: id }),
    workgroup: id,
    // Terraform leaves an output out that is null: the lake without a key of its own.
    kms_key_arn: id.nullable().default(null),
  }),
  mpp: z.object({}),
  ingest: z.object({}),
  ec2: z.object({
    worker_bucket: id,
    instance_id: id,
    public_ip: z.string(),
    security_group_id: id,
    log_group: id,
  }),
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
export type RunFacts = {
  readonly archiveUrl: string;
  readonly eventsUrl: string;
  readonly publicKey: string;
};

/**
 * The data for a stack's tfvars template, or the outputs it still waits for; a value is never invented.
 * @param input.changing outputs that are there, and that a planned apply will change: they are waited for as well
 */
export function buildStackInputs(
  stack: StackName,
  input: {
    readonly config: Config;
    readonly names: Names;
    readonly facts: RunFacts;
    readonly outputs: Outputs;
    readonly changing?: readonly Awaited[];
  },
): StackInputs {
  const { config, names, facts, outputs, changing = [] } = input;
  const awaits = listAwaited(needsOf(stack, config), outputs, changing);
  if (awaits.length > 0) return { kind: 'deferred', awaits };
  const common = { config, names, facts, encryption: buildEncryption(config, names) };
  const { network, datalake } = outputs;
  switch (stack) {
    case 'bootstrap':
      return { kind: 'ready', values: { ...common, github: buildGithub(config) } };
    case 'datalake':
      return { kind: 'ready', values: { ...common, catalogReaders: buildCatalogReaders(config, names) } };
    case 'network':
    case 'ingest':
      return { kind: 'ready', values: common };
    case 'mpp':
      return { kind: 'ready', values: { ...common, network, datalake } };
    case 'ec2': {
      const isPrivate = config.ssh.transport === 'ssm';
      const [subnetId] = network?.[hostSubnets(config)] ?? [];
      return { kind: 'ready', values: { ...common, network, private: isPrivate, subnetId } };
    }
  }
}

/** What the playbook's inventory holds of stack ec2, as far as it is not there or about to change. */
export function listHostAwaited(outputs: Outputs, changing: readonly Awaited[]): readonly Awaited[] {
  return listAwaited(needs('ec2', ['worker_bucket', 'instance_id', 'public_ip']), outputs, changing);
}

/** The outputs of other stacks that a stack's tfvars hold. */
function needsOf(stack: StackName, config: Config): readonly Awaited[] {
  const { storage } = config;
  switch (stack) {
    case 'mpp':
      return [
        ...needs('network', ['private_subnet_ids', 'private_subnet_zones', 'glue_security_group_id']),
        ...needs('datalake', ['databases', ...(storage.encryption === 'kms' ? ['kms_key_arn'] : [])]),
      ];
    case 'ec2':
      return needs('network', ['vpc_id', hostSubnets(config)]);
    default:
      return [];
  }
}

/** Where the host stands: its transport reaches it there. */
function hostSubnets({ ssh }: Config): 'private_subnet_ids' | 'public_subnet_ids' {
  return ssh.transport === 'ssm' ? 'private_subnet_ids' : 'public_subnet_ids';
}

function needs(stack: StackName, outputs: readonly string[]): readonly Awaited[] {
  return outputs.map(output => ({ stack, output }));
}

function listAwaited(
  needed: readonly Awaited[],
  outputs: Outputs,
  changing: readonly Awaited[],
): readonly Awaited[] {
  return needed.filter(
    ({ stack, output }) =>
      outputs[stack] === undefined ||
      changing.some(change => change.stack === stack && change.output === output),
  );
}

/** The role that bootstrap makes for plans, where it makes one. */
function buildCatalogReaders({ account }: Config, names: Names): readonly string[] {
  if (account.github === null && !account.serviceUser) return [];
  return [`arn:aws:iam::${account.id}:role/ci/${names.planRole}`];
}

/** How buckets are encrypted, as Terraform's variables say it. */
export type Encryption = {
  readonly mode: 'sse-s3' | 'kms';
  /** A key that the config names; null where the stack makes its own, or needs none. */
  readonly keyArn: string | null;
  /** What stack ingest knows of the raw bucket's key before that exists: its ARN or its alias. */
  readonly rawKey: string | null;
  /** The same for stack mpp and the worker's bucket. */
  readonly workerKey: string | null;
};

function buildEncryption({ storage }: Config, names: Names): Encryption {
  if (storage.encryption === 'sse-s3') return { mode: 'sse-s3', keyArn: null, rawKey: null, workerKey: null };
  if (storage.encryption === 'kms')
    return { mode: 'kms', keyArn: null, rawKey: names.lakeKeyAlias, workerKey: names.workerKeyAlias };
  const keyArn = storage.encryption;
  return { mode: 'kms', keyArn, rawKey: keyArn, workerKey: keyArn };
}

function buildGithub({ account: { github } }: Config): Readonly<Record<string, string | boolean>> | null {
  if (github === null) return null;
  const { repository, ownerId, repositoryId, branch, environment, createProvider } = github;
  return {
    repository,
    owner_id: ownerId,
    repository_id: repositoryId,
    branch,
    environment,
    create_provider: createProvider,
  };
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

/** Stacks in table order: for messages that list some. */
export function inOrder(names: Iterable<StackName>): readonly StackName[] {
  const wanted = new Set(names);
  return stackNames.filter(name => wanted.has(name));
}
