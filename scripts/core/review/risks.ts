import { sweepingGrants, widenedGrants } from './grants.ts';
import type { Risk } from './model.ts';
import { newOpenings, securityGroupTypes, worldOpenings } from './network-openings.ts';
import { statementsOf, textOf } from './policy.ts';
import { isEmpty } from './value-text.ts';
import { keyOf, type Node } from './value-tree.ts';
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
  /^aws_(s3_bucket($|_(versioning|lifecycle_configuration|policy|object_lock_configuration|replication_configuration))|dynamodb_(table|global_table)|db_|rds_|redshift|neptune_|docdb_|elasticache_|memorydb_|opensearch|elasticsearch|efs_(file_system|access_point)|fsx_|ebs_(volume|snapshot)|sqs_queue|kinesis_stream|msk_|glue_catalog_(database|table)|athena_workgroup|secretsmanager_secret|ssm_parameter|cloudwatch_log_group|backup_|timestream|qldb_|keyspaces_)/;
const key =
  /^(aws_(kms_(key|alias|grant|external_key|replica_key|key_policy)|key_pair|iam_access_key|secretsmanager_secret_version|signer_|acm_certificate|iam_server_certificate)|tls_private_key)/;
const grant =
  /^aws_(iam_(?!access_key|server_certificate)|lambda_permission|lakeformation_(permissions|data_lake_settings)|ssoadmin_|ram_|organizations_policy)/;
/** Managed policies that allow nearly everything, or to give oneself anything. */
const sweepingPolicy =
  /policy\/(?:[\w+=,.@-]+\/)*(AdministratorAccess|PowerUserAccess|IAMFullAccess|\w+FullAccess)$/;

/** What a reviewer has to see about one change before anything else; none for an ordinary one. */
export function findRisks(input: RiskInput): Risk[] {
  const { action } = input;
  if (action === 'read' || action === 'none') return [];
  const isLost = action === 'delete' || action === 'replace' || action === 'forget';
  const texts = new Map<string, Risk>();
  for (const risk of [
    ...(isLost ? lossRisks(input) : []),
    ...(action === 'update' ? touchRisks(input) : []),
    ...policyRisks(input),
    ...networkRisks(input),
    ...(action === 'update' || action === 'replace' || action === 'drift' ? weakenedRisks(input) : []),
    ...(action === 'create' ? openRisks(input) : []),
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

/** Every policy document that the resource holds; attached policies by their name. */
function policyRisks({ type, action, before, after }: RiskInput): Risk[] {
  if (action === 'delete' || action === 'forget') return [];
  const risks: Risk[] = [];
  const documents = documentsOf(before);
  for (const [path, node] of documentsOf(after)) {
    const old = documents.get(path);
    const statements = statementsOf(node) ?? [];
    const gained =
      old === undefined ? sweepingGrants(statements) : widenedGrants(statementsOf(old) ?? [], statements);
    risks.push(...gained.map(text => ({ rule: 'grant' as const, text: grantWords(action, text) })));
  }
  if (grant.test(type) && after?.kind === 'map') {
    const attached = ['policy_arn', 'managed_policy_arn', 'managed_policy_arns'].flatMap(name => {
      const node = after.entries.get(name);
      return node?.kind === 'list' ? node.items.map(textOf) : [textOf(node)];
    });
    risks.push(
      ...attached
        .filter(arn => arn !== undefined && sweepingPolicy.test(arn))
        .map(arn => ({ rule: 'grant' as const, text: `attaches ${arn?.split('/').at(-1) ?? ''}` })),
    );
  }
  return risks.length > mostTexts
    ? [
        ...risks.slice(0, mostTexts),
        { rule: 'grant', text: `and ${risks.length - mostTexts} more grants: see the statements` },
      ]
    : risks;
}

const mostTexts = 8;

function grantWords(action: RiskInput['action'], text: string): string {
  if (text.startsWith('no longer denied')) return text;
  return action === 'update' || action === 'drift' ? `newly allowed: ${text}` : `allows ${text}`;
}

/** Policy documents by the path to them. */
function documentsOf(node: Node | undefined, path = ''): ReadonlyMap<string, Node> {
  if (node?.kind === 'json')
    return statementsOf(node.document) === undefined ? new Map() : new Map([[path, node.document]]);
  if (node?.kind === 'map') {
    return new Map([...node.entries].flatMap(([name, item]) => [...documentsOf(item, `${path}.${name}`)]));
  }
  if (node?.kind === 'list')
    return new Map(node.items.flatMap((item, index) => [...documentsOf(item, `${path}.${index}`)]));
  return new Map();
}

function networkRisks({ type, action, before, after }: RiskInput): Risk[] {
  if (!securityGroupTypes.includes(type) || action === 'delete' || action === 'forget') return [];
  const opened = newOpenings(type, before, after);
  const told = action === 'create' ? worldOpenings(opened) : opened;
  return told.map(text => ({ rule: 'network', text: `lets in ${text}` }));
}
