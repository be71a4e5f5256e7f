/** Who may do what: policies and roles. */
import type { Estate, PlannedResource } from '../estate.ts';
import { isPolicyOfOurs, judgeStatements, policiesOf, type Statement, unknownPolicies } from './policies.ts';
import { findMissingReason } from './reasons.ts';
import { expecting, type Rule } from './rule.ts';

export const policyIsReadable: Rule = {
  name: 'policy-is-readable',
  types: 'every',
  judge: resource => {
    const unknown = unknownPolicies(resource);
    if (unknown.length === 0 && policiesOf(resource).length === 0) return undefined;
    return unknown.map(
      name => `${name} is not known in the plan, so nobody can review it: expects ARNs that are computed`,
    );
  },
};

export const noWildcardPrincipal: Rule = {
  name: 'no-wildcard-principal',
  types: 'every',
  judge: (resource, estate) =>
    judgeStatements(resource, (statement, policy) => {
      if (statement.principals.length === 0 && !statement.negated.includes('NotPrincipal')) return [];
      if (statement.effect !== 'Allow') return [];
      const isTrust = policy.attribute === 'assume_role_policy';
      return [
        ...(statement.negated.includes('NotPrincipal') ? ['allows everyone but some (NotPrincipal)'] : []),
        ...statement.principals.flatMap(([kind, value]) => {
          if (value.includes('*'))
            return isBoundEndpoint(resource, statement, estate) ? [] : [`allows ${kind} ${value}`];
          if (kind === 'AWS' && !isTrust && isMadeHere(value, estate))
            return [
              `names ${value}, which AWS refuses until it exists: expects the account and a condition on aws:PrincipalArn`,
            ];
          return [];
        }),
      ];
    }),
};

/** Whether a stack makes this role or user. */
function isMadeHere(arn: string, { resources }: Estate): boolean {
  return resources.some(({ type, after }) => /^aws_iam_(role|user)$/.test(type) && after['arn'] === arn);
}

/** An endpoint's policy grants nothing by itself; it must still keep to this account, or to reading named buckets. */
function isBoundEndpoint({ type }: PlannedResource, statement: Statement, { accountId }: Estate): boolean {
  if (type !== 'aws_vpc_endpoint') return false;
  const isOurs = statement.conditions.some(
    ({ operator, key, values }) =>
      operator === 'StringEquals' &&
      ['aws:PrincipalAccount', 'aws:ResourceAccount'].includes(key) &&
      values.every(value => value === accountId),
  );
  const readsNamedBuckets =
    statement.actions.every(action => action === 's3:GetObject') &&
    statement.resources.every(arn => /^arn:aws:s3:::[a-z0-9.-]+\/\*$/.test(arn));
  return isOurs || readsNamedBuckets;
}

export const wildcardHasReason: Rule = {
  name: 'wildcard-has-reason',
  types: 'every',
  judge: (resource, { sources }) =>
    judgeStatements(resource, statement => {
      if (statement.effect !== 'Allow') return [];
      const texts = Object.entries(sources)
        .filter(([path]) => resource.folders.some(folder => path.replace(/\/[^/]*$/, '') === folder))
        .map(([, text]) => text);
      const negated = statement.negated
        .filter(name => name !== 'NotPrincipal')
        .map(name => `${name} allows what nobody listed`);
      const wild = [...statement.actions.filter(isWildAction), ...statement.resources.filter(isWildResource)];
      return [
        ...negated,
        ...wild.flatMap(wildcard => {
          const missing = findMissingReason(texts, statement.sid, wildcard);
          return missing === undefined ? [] : [`allows ${JSON.stringify(wildcard)}, but ${missing}`];
        }),
      ];
    }),
};

const isWildAction = (action: string) => action.includes('*');

/** `*`, or an ARN that takes in more than what lies within one name: a bucket's objects, a group's streams. */
function isWildResource(arn: string): boolean {
  const [, , service = '', region = '', account = '', ...rest] = arn.split(':');
  const resource = rest.join(':');
  return (
    !arn.startsWith('arn:') ||
    region.includes('*') ||
    account.includes('*') ||
    service.includes('*') ||
    (service === 's3'
      ? resource.replace(/\/.*$/, '').includes('*')
      : resource.includes('*') && !withinOneName.test(resource))
  );
}

/** Streams of one log group, versions of one function; tables of one database. */
const withinOneName = /^(?:[^*]+[:/][^*]+:\*|table\/[^*/]+\/[^*]*\*)$/;

/** Services that name no source when they take on a role: EC2 for an instance, Lambda for a function. */
const sourceless = ['ec2.amazonaws.com', 'lambda.amazonaws.com'];

export const roleIsBound: Rule = {
  name: 'role-is-bound',
  types: ['aws_iam_role', 'aws_iam_user'],
  judge: (resource, estate) => [
    ...boundaryFaults(resource, estate),
    ...(resource.type === 'aws_iam_role' && policiesOf(resource).length === 0
      ? ['has no trust policy that the plan knows']
      : []),
    ...(judgeStatements(resource, (statement, policy) =>
      policy.attribute === 'assume_role_policy' && statement.effect === 'Allow'
        ? trustFaults(statement, estate)
        : [],
    ) ?? []),
  ],
};

/** Bootstrap's identities make the bounded roles, so the bound of those cannot be theirs: see the rule below. */
function boundaryFaults({ stack, after }: PlannedResource, estate: Estate): readonly string[] {
  if (stack === 'bootstrap') return [];
  const boundary = after['permissions_boundary'];
  if (typeof boundary !== 'string' || boundary === '') return ['has no permissions boundary'];
  return isPolicyOfOurs(boundary, estate) ? [] : [`is bounded by ${boundary}, which no stack makes`];
}

/** With any of these, whoever may change roles could give one more than the changer has. */
const raisesRights =
  /^iam:(\*|(Create|Put|Attach)\*|CreateUser|CreateRole|(Attach|Put)(Role|User)Policy|Put(Role|User)PermissionsBoundary)$/;

export const rightsStayBounded: Rule = {
  name: 'rights-stay-bounded',
  types: ['aws_iam_policy'],
  judge: (resource, estate) =>
    judgeStatements(resource, ({ effect, actions, conditions }) => {
      const raising = actions.filter(action => raisesRights.test(action));
      if (effect !== 'Allow' || raising.length === 0) return [];
      const isBounded = conditions.some(
        ({ operator, key, values }) =>
          operator === 'StringEquals' &&
          key === 'iam:PermissionsBoundary' &&
          values.every(arn => isPolicyOfOurs(arn, estate)),
      );
      return expecting([
        [isBounded, `allows ${raising.join(', ')} without a condition on iam:PermissionsBoundary`],
      ]);
    }),
};

function trustFaults(statement: Statement, estate: Estate): readonly string[] {
  return statement.principals.flatMap(([kind, value]) => {
    switch (kind) {
      case 'Service':
        return serviceTrustFaults(value, statement, estate);
      case 'Federated':
        return federatedTrustFaults(value, statement);
      case 'AWS':
        return accountTrustFaults(value, statement, estate);
      default:
        return [`trusts ${kind} ${value}`];
    }
  });
}

function serviceTrustFaults(
  service: string,
  { actions, conditions }: Statement,
  { accountId }: Estate,
): readonly string[] {
  const isTied = conditions.some(
    ({ operator, key, values }) =>
      (key === 'aws:SourceAccount' &&
        operator === 'StringEquals' &&
        values.every(value => value === accountId)) ||
      (key === 'aws:SourceArn' &&
        /^(Arn|String)(Equals|Like)$/.test(operator) &&
        values.every(value => value.includes(`:${accountId}:`))),
  );
  return expecting([
    [/^[a-z0-9-]+(\.[a-z0-9-]+)?\.amazonaws\.com$/.test(service), `trusts ${service}, which is no service`],
    [actions.every(action => action === 'sts:AssumeRole'), `lets ${service} do ${actions.join(', ')}`],
    [
      isTied || sourceless.includes(service),
      `trusts ${service} without aws:SourceAccount or aws:SourceArn of this account`,
    ],
  ]);
}

function federatedTrustFaults(provider: string, { actions, conditions }: Statement): readonly string[] {
  const host = /:oidc-provider\/(.+)$/.exec(provider)?.[1] ?? '';
  const exact = (name: string) =>
    conditions
      .filter(({ operator, key }) => operator === 'StringEquals' && key === `${host}:${name}`)
      .flatMap(({ values }) => values);
  const subjects = exact('sub');
  return expecting([
    [host !== '', `trusts ${provider}, which is no OIDC provider`],
    [
      actions.every(action => action === 'sts:AssumeRoleWithWebIdentity'),
      `lets ${provider} do ${actions.join(', ')}`,
    ],
    [exact('aud').join() === 'sts.amazonaws.com', 'does not demand the audience sts.amazonaws.com, exactly'],
    [subjects.length > 0, 'does not name its subjects exactly (StringEquals)'],
    [!subjects.some(subject => /[*?]/.test(subject)), `has a wildcard in a subject: ${subjects.join(', ')}`],
    [
      subjects.some(subject => /^repo:[^@:]+:/.test(subject)) &&
        subjects.some(subject => /^repo:[^@/]+@\d+\/[^@/]+@\d+:/.test(subject)),
      'does not name its subjects in both forms, repo:OWNER/NAME and repo:OWNER@ID/NAME@ID',
    ],
  ]);
}

function accountTrustFaults(
  arn: string,
  { conditions }: Statement,
  { accountId }: Estate,
): readonly string[] {
  const isRoot = arn === `arn:aws:iam::${accountId}:root`;
  const isExact = isRoot
    ? conditions.some(
        ({ operator, key, values }) =>
          key === 'aws:PrincipalArn' &&
          /^(Arn|String)Equals$/.test(operator) &&
          !values.some(value => /[*?]/.test(value)),
      )
    : new RegExp(`^arn:aws:iam::${accountId}:(role|user)/[^*]+$`).test(arn);
  return isExact ? [] : [`trusts ${arn} without naming one role or user`];
}
