/** Who is let in: policies that AWS wrote, callers of functions, principals of other accounts. */
import type { PlannedResource } from '../estate.ts';
import { isPolicyOfOurs, judgeStatements } from './policies.ts';
import { expecting, type Rule } from './rule.ts';

/** AWS's own managed policies that may be attached. Each changes without us and names every resource: none so far. */
const acceptedFromAws: readonly string[] = [];

export const attachedPolicyIsOurs: Rule = {
  name: 'attached-policy-is-ours',
  types: 'every',
  judge: (resource, estate) => {
    const attached = attachedPolicies(resource);
    return attached?.flatMap(arn =>
      expecting([
        [
          isPolicyOfOurs(arn, estate) || acceptedFromAws.includes(arn),
          `attaches ${arn}, which no stack makes and test/helpers/estate/posture/grant-rules.ts does not accept`,
        ],
      ]),
    );
  },
};

function attachedPolicies({ type, after, unknown }: PlannedResource): readonly string[] | undefined {
  const attribute = /^aws_iam_(\w+_)?policy_attachment$/.test(type)
    ? 'policy_arn'
    : /^aws_iam_\w+_policy_attachments_exclusive$/.test(type)
      ? 'policy_arns'
      : type === 'aws_iam_role'
        ? 'managed_policy_arns'
        : undefined;
  if (attribute === undefined) return undefined;
  if (unknown[attribute] === true && type !== 'aws_iam_role') return ['what the plan does not know'];
  return [after[attribute]].flat().filter(arn => typeof arn === 'string');
}

export const staysInAccount: Rule = {
  name: 'stays-in-account',
  types: 'every',
  judge: (resource, { accountId }) =>
    resource.type === 'aws_lambda_permission'
      ? permissionFaults(resource, accountId)
      : judgeStatements(resource, ({ effect, principals }, { attribute }) =>
          effect !== 'Allow' || attribute === 'assume_role_policy'
            ? []
            : principals
                .filter(([kind, value]) => value !== '*' && kind !== 'Service' && !isOf(accountId, value))
                .map(([kind, value]) => `allows ${kind} ${value}, which is not of this account`),
        ),
};

function permissionFaults({ after }: PlannedResource, accountId: string): readonly string[] {
  const principal = String(after['principal']);
  const source = after['source_arn'];
  const isTied =
    after['source_account'] === accountId || (typeof source === 'string' && isOf(accountId, source));
  return expecting([
    [!principal.includes('*'), 'lets everyone call it'],
    [
      isTied || isOf(accountId, principal),
      'names no source of this account: expects source_arn or source_account',
    ],
    [
      principal.includes('*') || principal.endsWith('.amazonaws.com') || isOf(accountId, principal),
      `lets ${principal} call it, which is not of this account`,
    ],
  ]);
}

/** An account itself, or an ARN of something in it. */
function isOf(accountId: string, principal: string): boolean {
  return principal === accountId || principal.split(':')[4] === accountId;
}
