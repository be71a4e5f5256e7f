import type { Risk } from './model.ts';
import type { Node } from './value-tree.ts';

type Compared = {
  /** Of the resource. */
  readonly type: string;
  readonly before: Node | undefined;
  readonly after: Node | undefined;
};

type Weakening = {
  /** The last name of the path to the attribute. */
  readonly name: RegExp;
  readonly isWeaker: (before: string, after: string) => boolean;
  readonly text: string;
};

const turnedOff = (before: string, after: string) =>
  /^(true|enabled|on|required|aws:kms(:dsse)?)$/i.test(before) &&
  !/^(true|enabled|on|required|aws:kms:dsse)$/i.test(after);
const turnedOn = (before: string, after: string) => before !== 'true' && after === 'true';
const lowered = (before: string, after: string) => Number(before) > Number(after);
const taken = (before: string, after: string) => before !== '' && after === '';

const weakenings: readonly Weakening[] = [
  {
    name: /^(deletion|termination)_protection(_enabled)?$|^disable_api_(termination|stop)$|^prevent_/,
    isWeaker: turnedOff,
    text: 'protection against deletion is turned off',
  },
  {
    name: /^(storage_encrypted|encrypted|encrypt_.*|at_rest_encryption_enabled|transit_encryption_enabled|sqs_managed_sse_enabled|bucket_key_enabled|enforce_https|node_to_node_encryption|require_ssl|s3_encryption_mode|cloudwatch_encryption_mode)$/,
    isWeaker: turnedOff,
    text: 'encryption is turned off',
  },
  {
    name: /^(sse_algorithm|encryption_type|encryption_option|encryption_mode)$/,
    isWeaker: (before, after) => turnedOff(before, after) || taken(before, after),
    text: 'encryption is weakened',
  },
  {
    name: /^(kms_key_id|kms_key_arn|kms_master_key_id|kms_key|encryption_key)$/,
    isWeaker: taken,
    text: 'its own encryption key is taken away',
  },
  { name: /^enable_key_rotation$/, isWeaker: turnedOff, text: 'rotation of the key is turned off' },
  { name: /^(is_enabled|key_enabled)$/, isWeaker: turnedOff, text: 'the key is turned off' },
  {
    name: /^(deletion_window_in_days|recovery_window_in_days|backup_retention_period|retention_in_days|retention_period|noncurrent_days|newer_noncurrent_versions|minimum_password_length|days)$/,
    isWeaker: (before, after) => after !== '' && lowered(before, after),
    text: 'data or backups are kept for a shorter time',
  },
  {
    name: /^(block_public_acls|block_public_policy|ignore_public_acls|restrict_public_buckets)$/,
    isWeaker: turnedOff,
    text: 'public access is no longer blocked',
  },
  {
    name: /^(publicly_accessible|map_public_ip_on_launch|associate_public_ip_address|public_access)$/,
    isWeaker: turnedOn,
    text: 'it becomes reachable from the internet',
  },
  {
    name: /^(force_destroy|force_delete|skip_final_snapshot|delete_automated_backups|skip_destroy|bypass_policy_lockout_safety_check)$/,
    isWeaker: turnedOn,
    text: 'what guards against a loss of data is turned off',
  },
  {
    name: /^http_tokens$/,
    isWeaker: turnedOff,
    text: 'instance credentials no longer need a session token (IMDSv1)',
  },
  {
    name: /^(enable_log_file_validation|enable_logging|is_multi_region_trail|logging_enabled|require_symbols|require_numbers|enable_dns_support)$/,
    isWeaker: turnedOff,
    text: 'a record or check is turned off',
  },
];

/** What protects less after than before: encryption, protection, versioning, retention, blocked access. */
export function weakenedRisks({ type, before, after }: Compared): Risk[] {
  const [old, young] = [leavesOf(before), leavesOf(after)];
  const risks: Risk[] = [];
  for (const [path, value] of old) {
    const name = path.split('.').findLast(step => !/^\d+$/.test(step)) ?? '';
    const now = young.get(path) ?? '';
    if (value === now || now === unknownLeaf) continue;
    const found = weakenings.find(weakening => weakening.name.test(name) && weakening.isWeaker(value, now));
    if (found !== undefined) risks.push({ rule: 'protection', text: `${found.text} (${name})` });
  }
  for (const [path, now] of young) {
    const name = path.split('.').at(-1) ?? '';
    if (old.has(path) || now !== 'true') continue;
    const found = weakenings.find(({ name: wanted, isWeaker }) => isWeaker === turnedOn && wanted.test(name));
    if (found !== undefined) risks.push({ rule: 'protection', text: `${found.text} (${name})` });
  }
  risks.push(...versioningRisks(type, old, young));
  return risks;
}

/** `status` means something else in nearly every resource. */
function versioningRisks(
  type: string,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Risk[] {
  const isOf = (path: string) =>
    (type === 'aws_s3_bucket_versioning' && path.endsWith('.status')) ||
    /\.(versioning|point_in_time_recovery)\.\d+\.enabled$/.test(path);
  return [...before]
    .filter(([path, value]) => isOf(path) && turnedOff(value, after.get(path) ?? ''))
    .map(([path]) => ({
      rule: 'protection',
      text: path.includes('point_in_time')
        ? 'recovery to a point in time is turned off'
        : 'versioning is turned off',
    }));
}

/** What is open from its first day on. */
export function openRisks({ type, after }: Pick<Compared, 'type' | 'after'>): Risk[] {
  const risks: Risk[] = [];
  for (const [path, value] of leavesOf(after)) {
    const name = path.split('.').at(-1) ?? '';
    if (
      /^aws_s3_(bucket|account)_public_access_block$/.test(type) &&
      /^(block|ignore|restrict)_/.test(name) &&
      value === 'false'
    )
      risks.push({ rule: 'protection', text: `public access is not blocked (${name})` });
    if (name === 'publicly_accessible' && value === 'true')
      risks.push({ rule: 'network', text: 'it is reachable from the internet (publicly_accessible)' });
    if (name === 'acl' && /^public-/.test(value))
      risks.push({ rule: 'network', text: `everybody may read it (acl ${value})` });
  }
  return risks;
}

const unknownLeaf = '?';

/** Simple values by the path to them; JSON documents are left out. */
function leavesOf(node: Node | undefined, path = ''): ReadonlyMap<string, string> {
  if (node?.kind === 'scalar') return new Map([[path, String(node.value)]]);
  if (node?.kind === 'unknown') return new Map([[path, unknownLeaf]]);
  if (node?.kind === 'map')
    return new Map([...node.entries].flatMap(([name, item]) => [...leavesOf(item, `${path}.${name}`)]));
  if (node?.kind === 'list')
    return new Map(node.items.flatMap((item, index) => [...leavesOf(item, `${path}.${index}`)]));
  return new Map();
}
