/** Judges AWS calls against a role's policies as IAM would, offline. Nothing else imports the simulator. */
import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { z } from 'zod';
import type { AwsCall } from './aws-calls.ts';

const listSchema = z.union([z.string(), z.array(z.string())]).transform(value => [value].flat());

const statementSchema = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: listSchema,
  Resource: listSchema.optional(),
  Condition: z.record(z.string(), z.record(z.string(), listSchema)).optional(),
});

const policySchema = z.object({ Version: z.literal('2012-10-17'), Statement: z.array(statementSchema) });

export type Statement = z.infer<typeof statementSchema>;
export type Policy = z.infer<typeof policySchema>;

/** A role with everything that decides what it may do. */
export interface JudgedRole {
  readonly name: string;
  readonly account: string;
  /** Its own policies, by name. */
  readonly policies: Readonly<Record<string, Policy>>;
  readonly boundary?: Policy | undefined;
  /** Policies of buckets, keys, queues ..., by the ARN of what they stand on. */
  readonly resourcePolicies: Readonly<Record<string, Policy>>;
}

/** @throws Error with the fault, when the text is no policy */
export function parsePolicy(text: string): Policy {
  return policySchema.parse(JSON.parse(text));
}

/**
 * The calls that the role's policies refuse, one line each with the policy that decided.
 * @throws Error when the simulator cannot judge a call: an action that IAM does not know, a policy that is none
 */
export async function findDenied(role: JudgedRole, calls: readonly AwsCall[]): Promise<readonly string[]> {
  const verdicts = await Promise.all(calls.map(async call => ({ call, verdict: await judge(role, call) })));
  return verdicts
    .filter(({ verdict }) => verdict !== 'Allowed')
    .map(({ call, verdict }) => `${role.name}: ${call.action} on ${call.resource}: ${verdict}`);
}

/**
 * What of the role's own policies could go without any of the calls being refused: a statement, one of its actions,
 * resources or condition values, as `<policy> <statement>: <element>`.
 */
export async function findUnused(role: JudgedRole, calls: readonly AwsCall[]): Promise<readonly string[]> {
  const unused: string[] = [];
  for (const { label, statement, without } of reductions(role)) {
    const concerned = calls.filter(({ action }) => statement.Action.some(one => covers(one, action)));
    if ((await findDenied(without, concerned)).length === 0) unused.push(label);
  }
  return unused;
}

/** Whether an action as policies write it, perhaps with wildcards, stands for another. */
function covers(pattern: string, action: string): boolean {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, mark =>
    mark === '*' ? '.*' : mark === '?' ? '.' : `\\${mark}`,
  );
  return new RegExp(`^${source}$`, 'i').test(action);
}

type Reduction = { readonly label: string; readonly statement: Statement; readonly without: JudgedRole };

/** The role without one element each. A statement's last action or resource is the whole statement. */
function reductions(role: JudgedRole): readonly Reduction[] {
  return Object.entries(role.policies).flatMap(([name, policy]) =>
    policy.Statement.flatMap((statement, at) =>
      statementReductions(statement).map(({ element, reduced }) => {
        const Statement = policy.Statement.flatMap((one, index) => (index === at ? reduced : [one]));
        const policies = { ...role.policies, [name]: { ...policy, Statement } };
        return {
          label: `${name} ${statement.Sid ?? at}: ${element}`,
          statement,
          without: { ...role, policies },
        };
      }),
    ),
  );
}

function statementReductions(
  statement: Statement,
): readonly { readonly element: string; readonly reduced: readonly Statement[] }[] {
  if (statement.Effect === 'Deny') return [];
  const { Action, Resource = [], Condition = {} } = statement;
  const shorter = (list: readonly string[], apply: (rest: string[]) => Statement) =>
    list.length < 2
      ? []
      : list.map(element => ({ element, reduced: [apply(list.filter(one => one !== element))] }));
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]) =>
      shorter(values, rest => ({
        ...statement,
        Condition: { ...Condition, [operator]: { ...keys, [key]: rest } },
      })),
    ),
  );
  return [
    { element: 'the whole statement', reduced: [] },
    ...shorter(Action, rest => ({ ...statement, Action: rest })),
    ...shorter(Resource, rest => ({ ...statement, Resource: rest })),
    ...conditions,
  ];
}

async function judge(role: JudgedRole, call: AwsCall): Promise<string> {
  const { action, resource } = call;
  if (resource === undefined || (resource !== '*' && /[*?]/.test(resource))) {
    throw new Error(`${action}: expected the ARN of one resource, got ${resource}`);
  }
  const simulation = buildSimulation(role, call, resource);
  const result = await runSimulation(simulation, {});
  if (result.resultType === 'error') {
    const fault = JSON.stringify(result.errors);
    throw new Error(`${role.name}: ${action} on ${resource} cannot be judged: ${fault}`);
  }
  // Of an action that may name a resource and here names none.
  if (result.resultType === 'wildcard') return result.overallResult;
  const { analysis, ignoredContextKeys = [] } = result.result;
  if (ignoredContextKeys.length > 0) {
    throw new Error(`${action}: expected keys that IAM gives it, got ${ignoredContextKeys.join(', ')}`);
  }
  const by = analysis.blockedBy?.join(', ');
  return by === undefined ? result.overallResult : `${result.overallResult} (${by})`;
}

function buildSimulation(role: JudgedRole, { action, context }: AwsCall, resource: string): Simulation {
  const { name, account, policies, boundary, resourcePolicies } = role;
  const resourcePolicy = Object.entries(resourcePolicies).find(
    ([arn]) => resource === arn || resource.startsWith(`${arn}/`),
  )?.[1];
  return {
    request: {
      principal: `arn:aws:sts::${account}:assumed-role/${name}/session`,
      action,
      resource: { resource, accountId: account },
      contextVariables: {
        'aws:PrincipalArn': `arn:aws:iam::${account}:role/${name}`,
        'aws:PrincipalAccount': account,
        'aws:ResourceAccount': account,
        ...inKnownKeys(
          Object.fromEntries(Object.entries(context).map(([key, value]) => [key, [value].flat()])),
        ),
      },
    },
    identityPolicies: Object.entries(policies)
      .filter(([, policy]) => policy.Statement.length > 0)
      .map(([name, policy]) => ({ name, policy: inKnownKeys(policy) })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(boundary === undefined
      ? {}
      : { permissionBoundaryPolicies: [{ name: 'boundary', policy: inKnownKeys(boundary) }] }),
    ...(resourcePolicy === undefined ? {} : { resourcePolicy: inKnownKeys(resourcePolicy) }),
  };
}

/**
 * The library does not find kms:EncryptionContext:<key> among the keys of KMS and leaves it out. Another key of free
 * form, which KMS requests never have, stands for it on both sides.
 */
function inKnownKeys<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('"kms:EncryptionContext:', '"aws:RequestTag/'));
}
