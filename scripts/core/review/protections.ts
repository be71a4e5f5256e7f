/** Attributes that protect, each with the order of its values. */
import type { Risk } from './model.ts';

/** The more protection, the greater; undefined for what cannot be compared. What is not set is an empty text. */
type Strength = (value: string) => number | undefined;

export type Protection = {
  /** The type and the path to the attribute, without places in lists: `aws_instance.root_block_device.encrypted`. */
  readonly at: RegExp;
  readonly strength: Strength;
  /** What an attribute that becomes weaker means. */
  readonly text: string;
  /** What a new resource of no more strength than this means; nothing where that is ordinary. */
  readonly atFirst?: Risk & { readonly upTo: number };
};

const offWord = /^(|false|disabled?|off|none|no|inactive|suspended|optional|unencrypted|plaintext)$/i;

/** Words other than those for off are on, so that no list of modes has to be complete. */
const whenOn: Strength = value => (offWord.test(value) ? 0 : 1);
const whenFalse: Strength = value => (value === 'true' ? 0 : 1);
const whenSet: Strength = value => (value === '' ? 0 : 1);
const amount: Strength = value => (value === '' ? undefined : Number(value));

/** From the weakest to the strongest, each a pattern for the whole value. */
function ladder(...steps: readonly RegExp[]): Strength {
  return value => {
    const step = steps.findIndex(pattern => pattern.test(value));
    return step < 0 ? undefined : step;
  };
}

/**
 * `SSLv3`, `TLSv1.2_2021`, `ELBSecurityPolicy-TLS13-1-2-2021-06`, `ELBSecurityPolicy-2016-08`: first by the oldest protocol,
 * then by the year of the list of ciphers. What is not set is TLS 1.0.
 */
const tlsVersion: Strength = value => {
  if (/^SSL/i.test(value)) return 0;
  if (!/^$|TLS|SecurityPolicy/i.test(value)) return undefined;
  const [, minor = '0'] = /(?:TLS(?:13)?|FS)[-_v]*1[-._](\d)(?!\d)/i.exec(value) ?? [];
  const [year = '0'] = /20\d\d/.exec(value) ?? [];
  return 1 + Number(minor) + Number(year) / 10_000;
};

export const protections: readonly Protection[] = [
  {
    at: /\.(\w*(deletion|termination|delete|stop)_protection\w*|disable_api_(termination|stop))$/,
    strength: whenOn,
    text: 'protection against deletion is turned off',
  },
  {
    at: /\.\w*(kms(_\w+)?_key|encryption_key)(_id|_arn)?$/,
    strength: ladder(/^$/, /(^|:)alias\/aws\//, /./),
    text: 'its own encryption key is taken away',
  },
  {
    at: /\.(sse_algorithm|server_side_encryption|encryption_type|encryption_option|encryption_mode)$/,
    strength: ladder(
      /^(|none|disabled)$/i,
      /^(AES256|SSE[-_]S3)$/i,
      /^(aws:kms|KMS|SSE[-_]KMS)$/i,
      /dsse|^CSE/i,
    ),
    text: 'encryption is weakened',
  },
  {
    at: /\.(viewer_protocol_policy|client_broker|transit_encryption_mode)$/,
    strength: ladder(
      /^(allow-all|PLAINTEXT)$/,
      /^(TLS_PLAINTEXT|preferred)$/,
      /^(redirect-to-https|https-only|TLS|required)$/,
    ),
    text: 'connections are no longer encrypted',
  },
  {
    at: /\.(?!\w*(_context|_port|_role|_disabled)$)(\w*encrypt\w*|sqs_managed_sse_enabled|bucket_key_enabled)$|encrypt\w*(\.\w+)*\.(enabled?|status)$/,
    strength: whenOn,
    text: 'encryption is turned off',
  },
  {
    at: /\.(require_(ssl|tls)|enforce_https|https_policy|tls_policy)$/,
    strength: whenOn,
    text: 'encryption is turned off',
  },
  { at: /\.security_configuration$/, strength: whenSet, text: 'its encryption settings are taken away' },
  {
    at: /^aws_a?lb_listener\.protocol$/,
    strength: ladder(/^(HTTP|TCP|UDP|TCP_UDP)$/, /^(HTTPS|TLS)$/),
    text: 'connections are no longer encrypted',
  },
  {
    at: /\.(min(imum)?_(protocol|tls)_version|tls_security_policy|security_policy|ssl_policy)$/,
    strength: tlsVersion,
    text: 'older ways of encryption are let in',
  },
  {
    at: /^aws_ssm_parameter\.type$/,
    strength: ladder(/^String(List)?$/, /^SecureString$/),
    text: 'encryption is turned off',
  },
  { at: /\.enable_key_rotation$/, strength: whenOn, text: 'rotation of the key is turned off' },
  { at: /^aws_kms_\w+\.(is_)?enabled$|\.key_enabled$/, strength: whenOn, text: 'the key is turned off' },
  {
    at: /^aws_cloudwatch_log_group\.retention_in_days$/,
    strength: value => (value === '0' ? Number.POSITIVE_INFINITY : amount(value)),
    text: 'data or backups are kept for a shorter time',
  },
  {
    at: /\.(deletion_window_in_days|recovery_window_in_days|backup_retention_period|retention_in_days|retention_period|noncurrent_days|newer_noncurrent_versions)$|\.\w*(expiration|retention)\.(days|years)$/,
    strength: amount,
    text: 'data or backups are kept for a shorter time',
  },
  {
    at: /\.(minimum_password_length|minimum_length)$/,
    strength: amount,
    text: 'shorter passwords are let in',
  },
  {
    at: /\.mfa_configuration$/,
    strength: ladder(/^(|OFF)$/, /^OPTIONAL$/, /^ON$/),
    text: 'a second factor is no longer asked for',
  },
  { at: /\.mfa_delete$/, strength: whenOn, text: 'a second factor is no longer asked for' },
  {
    at: /\.(block|ignore|restrict)_public_\w+$/,
    strength: whenOn,
    text: 'public access is no longer blocked',
    atFirst: { rule: 'protection', text: 'public access is not blocked', upTo: 0 },
  },
  {
    at: /\.(is_)?publicly_accessible$/,
    strength: whenFalse,
    text: 'it becomes reachable from the internet',
    atFirst: { rule: 'network', text: 'it is reachable from the internet', upTo: 0 },
  },
  { at: /^aws_(a?lb|elb)\.internal$/, strength: whenOn, text: 'it becomes reachable from the internet' },
  {
    at: /^aws_waf\w*\.(\w+\.)*(default_action|action)\.block$/,
    strength: whenSet,
    text: 'requests are no longer refused',
  },
  {
    at: /\.\w*public_(ips?|access|connectivity)(_\w+)?$/,
    strength: whenFalse,
    text: 'it becomes reachable from the internet',
  },
  {
    at: /^aws_lambda_function_url\.authorization_type$/,
    strength: ladder(/^NONE$/, /./),
    text: 'everybody may call it',
    atFirst: { rule: 'network', text: 'everybody may call it', upTo: 0 },
  },
  {
    at: /^aws_api_?gateway\w*(\.\w+)*\.authorization(_type)?$/,
    strength: ladder(/^NONE$/, /./),
    text: 'everybody may call it',
  },
  {
    at: /^aws_s3_\w+\.acl$/,
    strength: ladder(/^public-read-write$/, /^public-read$/, /^authenticated-read$/, /^/),
    text: 'everybody may read or write it',
    atFirst: { rule: 'network', text: 'everybody may read or write it', upTo: 2 },
  },
  {
    at: /\.object_ownership$/,
    strength: ladder(/^ObjectWriter$/, /^BucketOwnerPreferred$/, /^BucketOwnerEnforced$/),
    text: 'lists of rights (ACLs) count again',
  },
  {
    at: /\.(force_destroy|force_delete|skip_final_snapshot|delete_automated_backups|skip_destroy|bypass_policy_lockout_safety_check)$/,
    strength: whenFalse,
    text: 'what guards against a loss of data is turned off',
  },
  {
    at: /^aws_ram_resource_share\.allow_external_principals$/,
    strength: whenFalse,
    text: 'it may be shared with other organizations',
  },
  { at: /\.encryption_disabled$/, strength: whenFalse, text: 'encryption is turned off' },
  {
    at: /\.http_tokens$/,
    strength: whenOn,
    text: 'instance credentials no longer need a session token (IMDSv1)',
  },
  {
    at: /^aws_(guardduty|macie2?|securityhub|inspector2?|detective|config_configuration_recorder)_?\w*(\.\w+)*\.(enable|(is_)?enabled|auto_enable|status)$/,
    strength: whenOn,
    text: 'threats are no longer looked for',
  },
  {
    at: /\.(enable_log_file_validation|enable_logging|is_multi_region_trail|include_global_service_events|logging_enabled|require_(symbols|numbers|lowercase(_characters)?|uppercase(_characters)?)|enable_dns_support|scan_on_push)$|\.(access_logs?|connection_logs|logging)(\.\w+)*\.enabled?$/,
    strength: whenOn,
    text: 'a record or check is turned off',
  },
  {
    at: /^aws_s3_bucket_versioning\.(\w+\.)*status$|\.versioning\.enabled$/,
    strength: whenOn,
    text: 'versioning is turned off',
  },
  {
    at: /\.point_in_time_recovery\.enabled$/,
    strength: whenOn,
    text: 'recovery to a point in time is turned off',
  },
];
