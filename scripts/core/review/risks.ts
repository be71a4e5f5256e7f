import { sweepingMembers, widenedMembers } from './members.ts';
import type { Risk } from './model.ts';
import { newOpenings, worldOpenings } from './network-openings.ts';
import { findOwnerChange } from './owner.ts';
import { releasedPolicies, sweepingPolicies, widenedPolicies } from './policy-risks.ts';
import { isEmpty } from './value-text.ts';
import { keyOf, type MapNode, type Node } from './value-tree.ts';
import { openRisks, weakenedRisks } from './weakenings.ts';

export type RiskInput = {
  readonly type: string;
  /** `drift` for what was changed outside of Terraform. */
  readonly action: 'create' | 'update' | 'delete' | 'replace' | 'forget' | 'read' | 'none' | 'drift';
  readonly before: Node | undefined;
  readonly after: Node | undefined;
};

/** Keeps data, or decides how long and for whom it is kept. */
const dataStore =
  /^aws_(s3_bucket($|_(versioning|server_side_encryption_configuration|lifecycle_configuration|policy|object_lock_configuration|replication_configuration))|dynamodb_(table|global_table)|db_|rds_|redshift|neptune_|docdb_|elasticache_|memorydb_|opensearch|elasticsearch|efs_(file_system|access_point)|fsx_|ebs_(volume|snapshot)|sqs_queue|kinesis_stream|msk_|glue_catalog_(database|table)|athena_workgroup|secretsmanager_secret|ssm_parameter|cloudwatch_log_group|backup_|timestream|qldb_|keyspaces_)/;
const key =
  /^(aws_(kms_(key|alias|grant|external_key|replica_key|key_policy)|key_pair|iam_access_key|secretsmanager_secret_version|signer_|acm_certificate|iam_server_certificate)|tls_private_key)/;

/** What a reviewer has to see about one change before anything else; none for an ordinary one. */
export function findRisks(input: RiskInput): Risk[] {
  const { action } = input;
  if (action === 'read' || action === 'none') return [];
  const isLost = action === 'delete' || action === 'replace' || action === 'forget';
  const isCompared = action === 'update' || action === 'replace' || action === 'drift';
  const owner = action === 'replace' && isAttached(input.type) ? findOwnerChange(input) : 'none';
  const texts = new Map<string, Risk>();
  for (const risk of [
    ...(owner === 'another' ? findRisks({ ...input, action: 'delete', after: undefined }) : []),
    ...(isLost ? lossRisks(input) : []),
    ...(action === 'update' ? touchRisks(input) : []),
    ...(isCompared || (action === 'delete' && isAttached(input.type))
      ? widenedRisks(owner === 'another' ? { ...input, before: undefined } : input)
      : []),
    ...(isCompared ? weakenedRisks(input) : []),
    ...(action === 'create' || owner === 'unknown' ? sweepingRisks(input) : []),
  ])
    texts.set(risk.text, risk);
  return [...texts.values()];
}

/** Protections that are resources themselves: without them what they protect is open. */
const protections: Readonly<Record<string, string>> = {
  aws_s3_bucket_public_access_block: 'public access is no longer blocked',
  aws_s3_account_public_access_block: 'public access is no longer blocked in the whole account',
  aws_s3_bucket_versioning: 'versioning is no longer set',
  aws_s3_bucket_server_side_encryption_configuration: 'encryption is no longer set',
  aws_s3_bucket_object_lock_configuration: 'object lock is no longer set',
  aws_s3_bucket_policy: 'what the bucket policy denies is no longer denied',
  aws_ebs_encryption_by_default: 'volumes are no longer encrypted by default',
  aws_cloudtrail: 'calls are no longer recorded',
  aws_organizations_policy: 'what the policy denies is no longer denied',
  aws_organizations_policy_attachment: 'what the policy denies is no longer denied',
  aws_ssoadmin_permissions_boundary_attachment: 'what limited it is taken away',
  aws_s3_bucket_ownership_controls: 'lists of rights (ACLs) count again',
  aws_glue_data_catalog_encryption_settings: 'the catalog is no longer encrypted',
  aws_wafv2_web_acl_association: 'requests are no longer filtered',
  aws_config_configuration_recorder: 'changes are no longer recorded',
  aws_securityhub_account: 'threats are no longer looked for',
  aws_guardduty_detector: 'threats are no longer looked for',
  aws_flow_log: 'traffic is no longer recorded',
  aws_iam_account_password_policy: 'passwords have no policy any more',
};

function lossRisks({ type, action }: RiskInput): Risk[] {
  const protection = protections[type];
  const verb = { delete: 'is destroyed', replace: 'is destroyed and made anew', forget: 'is left to itself' };
  const how = action === 'delete' || action === 'replace' || action === 'forget' ? verb[action] : '';
  return [
    ...(action === 'delete' && protection !== undefined
      ? [{ rule: 'protection', text: protection } as const]
      : []),
    ...(dataStore.test(type) && protection === undefined
      ? [{ rule: 'data-store', text: `a data store ${how}` } as const]
      : []),
    ...(key.test(type) ? [{ rule: 'key', text: `a key or secret ${how}` } as const] : []),
  ];
}

/** An update of a data store or key, unless only its tags change. */
function touchRisks({ type, before, after }: RiskInput): Risk[] {
  const isStore = dataStore.test(type);
  if (!isStore && !key.test(type)) return [];
  const changed = changedNames(before, after).filter(name => name !== 'tags' && name !== 'tags_all');
  if (changed.length === 0) return [];
  const what = isStore ? 'a data store' : 'a key or secret';
  return [{ rule: isStore ? 'data-store' : 'key', text: `${what} is changed` }];
}

function changedNames(before: Node | undefined, after: Node | undefined): readonly string[] {
  if (before?.kind !== 'map' || after?.kind !== 'map') return [];
  const names = new Set([...before.entries.keys(), ...after.entries.keys()]);
  return [...names].filter(name => {
    const [old, young] = [before.entries.get(name), after.entries.get(name)];
    return keyOf(old) !== keyOf(young) && !(isEmpty(old) && isEmpty(young));
  });
}

/** A policy, a rule or a protection that is a resource of its own: without it what it denied is allowed again. */
function isAttached(type: string): boolean {
  return /_(policy|rule)$/.test(type) || protections[type] !== undefined;
}

/** More is granted or let in than before. */
function widenedRisks(input: RiskInput): Risk[] {
  if (input.action === 'delete')
    return [
      ...first(releasedPolicies(input.before).map(text => ({ rule: 'grant', text }))),
      ...newOpenings({ ...input, after: undefined }).map(text => ({ rule: 'network' as const, text })),
    ];
  const compared = input.action === 'replace' ? withoutGathered(input) : input;
  return [
    ...first(widenedPolicies(compared.before, compared.after).map(text => ({ rule: 'grant', text }))),
    ...first(widenedMembers(compared)),
    ...newOpenings(compared).map(text => ({ rule: 'network' as const, text })),
  ];
}

/** What AWS gathers from other resources is never known of one that is made anew; those are compared themselves. */
function withoutGathered(input: RiskInput): RiskInput {
  const { before, after } = input;
  if (before?.kind !== 'map' || after?.kind !== 'map') return input;
  const gathered = ['ingress', 'inline_policy', 'managed_policy_arns'].filter(
    name => after.entries.get(name)?.kind === 'unknown',
  );
  const rest = ({ entries }: MapNode): MapNode => ({
    kind: 'map',
    entries: new Map([...entries].filter(([name]) => !gathered.includes(name))),
  });
  return { ...input, before: rest(before), after: rest(after) };
}

/** A new resource leaves nothing out of what it grants or lets in. */
function sweepingRisks(input: RiskInput): Risk[] {
  const { type, after } = input;
  return [
    ...first(sweepingPolicies(after).map(text => ({ rule: 'grant' as const, text }))),
    ...first(sweepingMembers(input)),
    ...worldOpenings(type, after).map(text => ({ rule: 'network' as const, text })),
    ...openRisks(input),
  ];
}

const mostTexts = 8;

function first(risks: readonly Risk[]): readonly Risk[] {
  return risks.length > mostTexts
    ? [
        ...risks.slice(0, mostTexts),
        { rule: 'grant', text: `and ${risks.length - mostTexts} more grants: see what changes` },
      ]
    : risks;
}
