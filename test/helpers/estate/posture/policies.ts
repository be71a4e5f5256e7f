/** IAM policies of planned resources, in one shape. */
import { z } from 'zod';
import type { Estate, PlannedResource } from '../estate.ts';

export type Policy = { readonly attribute: string; readonly statements: readonly Statement[] };

export type Statement = {
  readonly sid: string | undefined;
  readonly effect: string;
  /** `[kind, value]`; `*` alone is `['*', '*']`. */
  readonly principals: readonly (readonly [kind: string, value: string])[];
  /** NotPrincipal, NotAction or NotResource, where one is used. */
  readonly negated: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
};

export type Condition = {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
};

const oneOrMore = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform(value => [value].flat());
const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const statement = z.object({
  Sid: z.string().optional(),
  Effect: z.string(),
  Principal: z.union([z.string(), z.record(z.string(), oneOrMore)]).optional(),
  NotPrincipal: z.unknown().optional(),
  Action: oneOrMore,
  NotAction: z.unknown().optional(),
  Resource: oneOrMore,
  NotResource: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.union([scalar, z.array(scalar)]))).default({}),
});
const document = z.object({
  Statement: z.union([statement, z.array(statement)]).transform(value => [value].flat()),
});

/** Every policy document among the resource's attributes, whatever the attribute's name. */
export function policiesOf({ after }: PlannedResource): readonly Policy[] {
  return Object.entries(after).flatMap(([attribute, value]) => {
    if (typeof value !== 'string' || !value.startsWith('{') || !value.includes('"Statement"')) return [];
    return [{ attribute, statements: document.parse(JSON.parse(value)).Statement.map(toStatement) }];
  });
}

/** Attributes that hold a policy whose text the plan does not know. */
export function unknownPolicies({ unknown, given }: PlannedResource): readonly string[] {
  return given.filter(name => /policy|policy_document$/.test(name) && unknown[name] === true);
}

/** How a fault names a statement. */
function nameOf({ attribute }: Policy, { sid, actions }: Statement): string {
  return `${attribute}, statement ${sid ?? `without a Sid (${actions.join(', ')})`}`;
}

/** The faults of each statement under its name; undefined when the resource has no policy. */
export function judgeStatements(
  resource: PlannedResource,
  faultsOf: (statement: Statement, policy: Policy) => readonly string[],
): readonly string[] | undefined {
  const policies = policiesOf(resource);
  if (policies.length === 0) return undefined;
  return policies.flatMap(policy =>
    policy.statements.flatMap(statement =>
      faultsOf(statement, policy).map(fault => `${nameOf(policy, statement)}: ${fault}`),
    ),
  );
}

/** Whether a stack makes this managed policy. */
export function isPolicyOfOurs(arn: string, { resources }: Estate): boolean {
  return resources.some(({ type, after }) => type === 'aws_iam_policy' && after['arn'] === arn);
}

function toStatement(raw: z.infer<typeof statement>): Statement {
  const negated = (['NotPrincipal', 'NotAction', 'NotResource'] as const).filter(
    name => raw[name] !== undefined,
  );
  return {
    sid: raw.Sid,
    effect: raw.Effect,
    principals: principalsOf(raw.Principal),
    negated,
    actions: raw.Action,
    resources: raw.Resource,
    conditions: Object.entries(raw.Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator, key, values: [values].flat() })),
    ),
  };
}

function principalsOf(principal: z.infer<typeof statement>['Principal']): Statement['principals'] {
  if (principal === undefined) return [];
  if (typeof principal === 'string') return [[principal, principal]];
  return Object.entries(principal).flatMap(([kind, values]) => values.map(value => [kind, value] as const));
}
