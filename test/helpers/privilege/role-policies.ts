/** The roles of the planned estate, each with every policy that decides what it may do. */

import type { Estate, PlannedResource } from '../estate/estate.ts';
import type { BucketKey } from './aws-calls.ts';
import { type JudgedRole, type Policy, parsePolicy } from './policy-simulator.ts';

/**
 * A role with its policies, those that AWS manages left out.
 * @throws Error when there is no such role, or the plan does not know one of its policies
 */
export function roleOf({ resources, accountId }: Estate, name: string): JudgedRole {
  const ofType = (type: string) => resources.filter(resource => resource.type === type);
  const roles = ofType('aws_iam_role');
  const role = roles.find(({ after }) => after['name'] === name);
  if (role === undefined) {
    const names = roles.map(({ after }) => after['name']).join(', ');
    throw new Error(`${name}: expected one of the planned roles ${names}`);
  }
  const managed = new Map(ofType('aws_iam_policy').map(one => [one.after['arn'], one]));
  const inline = ofType('aws_iam_role_policy').filter(({ after }) => after['role'] === name);
  const attached = ofType('aws_iam_role_policy_attachment')
    .filter(({ after }) => after['role'] === name)
    .flatMap(({ after }) => managed.get(after['policy_arn']) ?? []);
  const { permissions_boundary: boundaryArn } = role.after;
  const boundary = managed.get(boundaryArn);
  if (typeof boundaryArn === 'string' && boundary === undefined) {
    throw new Error(`${name}: expected its boundary ${boundaryArn} among the planned policies, got none`);
  }
  return {
    name,
    account: accountId,
    policies: Object.fromEntries(
      [...inline, ...attached].map(one => [String(one.after['name']), policyOf(one)]),
    ),
    boundary: boundary && policyOf(boundary),
    resourcePolicies: resourcePoliciesOf(resources),
  };
}

/** The key of a bucket's default encryption; undefined for SSE-S3. */
export function bucketKeyOf({ resources }: Estate, bucket: string): BucketKey | undefined {
  const encryption = resources.find(
    ({ type, after }) =>
      type === 'aws_s3_bucket_server_side_encryption_configuration' && after['bucket'] === bucket,
  );
  const arn = /"kms_master_key_id":"(arn:[^"]+)"/.exec(JSON.stringify(encryption?.after ?? {}))?.[1];
  return arn === undefined ? undefined : { arn, alias: aliasOf(resources, arn) };
}

/** @throws Error when no planned key has the alias */
export function keyArnOf({ resources }: Estate, alias: string): string {
  const target = resources.find(({ type, after }) => type === 'aws_kms_alias' && after['name'] === alias);
  const key = resources.find(
    ({ type, stack, after }) =>
      type === 'aws_kms_key' &&
      stack === target?.stack &&
      [after['key_id'], after['arn']].includes(target.after['target_key_id']),
  );
  if (key !== undefined) return String(key.after['arn']);
  throw new Error(`${alias}: expected a planned key with this alias, got none`);
}

function aliasOf(resources: Estate['resources'], keyArn: string): string {
  const key = resources.find(({ type, after }) => type === 'aws_kms_key' && after['arn'] === keyArn);
  const alias = resources.find(
    ({ type, stack, after }) =>
      type === 'aws_kms_alias' &&
      stack === key?.stack &&
      [keyArn, key.after['key_id']].includes(after['target_key_id']),
  );
  return String(alias?.after['name'] ?? '');
}

function resourcePoliciesOf(resources: Estate['resources']): Readonly<Record<string, Policy>> {
  const ofBuckets = resources
    .filter(({ type }) => type === 'aws_s3_bucket_policy')
    .map(one => [`arn:aws:s3:::${one.after['bucket']}`, policyOf(one)] as const);
  const ofOthers = resources
    .filter(({ type, after }) => /^aws_(kms_key|sqs_queue|sns_topic)$/.test(type) && 'policy' in after)
    .filter(({ after }) => typeof after['policy'] === 'string')
    .map(one => [String(one.after['arn']), policyOf(one)] as const);
  return Object.fromEntries([...ofBuckets, ...ofOthers]);
}

/** @throws Error when the plan does not know the policy */
function policyOf({ stack, address, after }: PlannedResource): Policy {
  const { policy } = after;
  if (typeof policy === 'string') return parsePolicy(policy);
  throw new Error(`${stack} ${address}: expected a policy that the plan knows, got an unknown one`);
}
