/** What happens to data: encrypted, sent over TLS and kept; and whose everything is. */
import type { Estate, PlannedResource } from '../estate.ts';
import { policiesOf, type Statement } from './policies.ts';
import { companionsOf, expecting, isSet, type Rule, valueAt } from './rule.ts';

type Check = (resource: PlannedResource, estate: Estate) => readonly string[];

const hasKey =
  (attribute: string): Check =>
  resource =>
    expecting([[isSet(resource, attribute), `has no key of the estate: expects ${attribute}`]]);

/** How each type that can encrypt does so. */
const encryption: Readonly<Record<string, Check>> = {
  aws_athena_workgroup: ({ after }) => {
    const settings = valueAt(after, 'configuration', 0);
    const results = valueAt(
      settings,
      'result_configuration',
      0,
      'encryption_configuration',
      0,
      'encryption_option',
    );
    return expecting([
      [valueAt(settings, 'enforce_workgroup_configuration') === true, 'lets a query choose its own settings'],
      [typeof results === 'string' && results !== '', 'does not encrypt its results'],
    ]);
  },
  aws_cloudwatch_log_group: hasKey('kms_key_id'),
  aws_dynamodb_table: ({ after }) =>
    expecting([
      [
        valueAt(after, 'server_side_encryption', 0, 'enabled') === true,
        'has no key of the estate: expects server_side_encryption',
      ],
    ]),
  aws_glue_crawler: hasKey('security_configuration'),
  aws_glue_job: hasKey('security_configuration'),
  aws_glue_security_configuration: ({ after }) => {
    const mode = (block: string, name: string) =>
      valueAt(after, 'encryption_configuration', 0, block, 0, name);
    return expecting([
      [mode('cloudwatch_encryption', 'cloudwatch_encryption_mode') === 'SSE-KMS', 'does not encrypt logs'],
      [
        mode('job_bookmarks_encryption', 'job_bookmarks_encryption_mode') === 'CSE-KMS',
        'does not encrypt job bookmarks',
      ],
      [
        /^SSE-(KMS|S3)$/.test(String(mode('s3_encryption', 's3_encryption_mode'))),
        'does not encrypt what jobs write',
      ],
    ]);
  },
  aws_instance: ({ after }) => {
    const volumes = [valueAt(after, 'root_block_device'), valueAt(after, 'ebs_block_device')]
      .flat()
      .filter(volume => volume !== undefined);
    return expecting([
      [valueAt(after, 'root_block_device', 0) !== undefined, 'does not say how its root volume is'],
      [volumes.every(volume => valueAt(volume, 'encrypted') === true), 'has a volume that is not encrypted'],
    ]);
  },
  aws_kms_key: ({ after }) => expecting([[after['enable_key_rotation'] === true, 'does not rotate']]),
  aws_lambda_function: (resource, estate) =>
    valueAt(resource.after, 'environment', 0) === undefined ? [] : hasKey('kms_key_arn')(resource, estate),
  aws_s3_bucket: (bucket, estate) => {
    const [settings] = companionsOf(bucket, 'aws_s3_bucket_server_side_encryption_configuration', estate);
    const rule = valueAt(settings?.after, 'rule', 0);
    const byDefault = valueAt(rule, 'apply_server_side_encryption_by_default', 0);
    const algorithm = valueAt(byDefault, 'sse_algorithm');
    const isKms = algorithm === 'aws:kms';
    return expecting([
      [algorithm === 'AES256' || isKms, 'is not encrypted by default'],
      [
        !isKms || valueAt(rule, 'bucket_key_enabled') === true,
        'calls KMS for every object: expects bucket_key_enabled',
      ],
    ]);
  },
  aws_scheduler_schedule: hasKey('kms_key_arn'),
  aws_secretsmanager_secret: hasKey('kms_key_id'),
  aws_sns_topic: hasKey('kms_master_key_id'),
  aws_sqs_queue: hasKey('kms_master_key_id'),
};

/** Types that keep nothing, or whose keeping is another resource's. */
const keepsNothing =
  /^(variable|terraform_data|aws_(athena_named_query|cloudwatch_(event_\w+|log_metric_filter|metric_alarm)|default_\w+|ebs_encryption_by_default|eip|flow_log|glue_(catalog_\w+|connection|data_catalog_encryption_settings|trigger|workflow)|iam_\w+|internet_gateway|key_pair|kms_(alias|grant)|lakeformation_\w+|lambda_(function_event_invoke_config|permission)|route\w*|s3_bucket_\w+|s3_object|scheduler_schedule_group|secretsmanager_secret_\w+|security_group|sns_topic_\w+|sqs_queue_\w+|subnet|vpc\w*))$/;

export const encryptedAtRest: Rule = {
  name: 'encrypted-at-rest',
  types: Object.keys(encryption),
  judge: (resource, estate) => encryption[resource.type]?.(resource, estate),
};

/** A type that nobody thought about must not slip past the rule above. */
export const encryptionIsConsidered: Rule = {
  name: 'encryption-is-considered',
  types: 'every',
  judge: ({ type }) =>
    expecting([
      [
        type in encryption || keepsNothing.test(type),
        `is of type ${type}: say in test/helpers/estate/posture/data-rules.ts how it is encrypted, or that it keeps nothing`,
      ],
    ]),
};

/** What a statement must deny to everyone who comes without TLS, and on what, for each type. */
const plainAccess: Readonly<
  Record<string, { readonly action: RegExp; readonly on: (resource: PlannedResource) => readonly string[] }>
> = {
  aws_s3_bucket: {
    action: /^s3:\*$/,
    on: ({ after }) => [
      `arn:aws:s3:::${String(after['bucket'])}`,
      `arn:aws:s3:::${String(after['bucket'])}/*`,
    ],
  },
  aws_sns_topic: { action: /^sns:(\*|publish)$/i, on: ({ after }) => [String(after['arn'])] },
  aws_sqs_queue: { action: /^sqs:\*$/i, on: ({ after }) => [String(after['arn'])] },
};

export const tlsOnly: Rule = {
  name: 'tls-only',
  types: [...Object.keys(plainAccess), 'aws_glue_connection'],
  judge: (resource, estate) => {
    if (resource.type === 'aws_glue_connection') {
      if (resource.after['connection_type'] !== 'JDBC') return undefined;
      return expecting([
        [
          valueAt(resource.after, 'connection_properties', 'JDBC_ENFORCE_SSL') === 'true',
          'speaks to its database without TLS',
        ],
      ]);
    }
    const statements = [resource, ...policyHoldersOf(resource, estate)]
      .flatMap(policiesOf)
      .flatMap(policy => policy.statements);
    const plain = plainAccess[resource.type];
    const isDenied = statements.some(
      statement => plain !== undefined && deniesPlain(statement, plain.action, plain.on(resource)),
    );
    return expecting([[isDenied, 'has no statement that denies requests without TLS to everyone']]);
  },
};

/** Resources that carry the policy of a bucket, a queue or a topic. */
function policyHoldersOf(resource: PlannedResource, estate: Estate): readonly PlannedResource[] {
  const { type, after, stack } = resource;
  if (type === 'aws_s3_bucket') return companionsOf(resource, 'aws_s3_bucket_policy', estate);
  return estate.resources.filter(
    other =>
      other.stack === stack &&
      other.type === `${type}_policy` &&
      [after['url'], after['arn']].includes(other.after['queue_url'] ?? other.after['arn']),
  );
}

function deniesPlain(statement: Statement, action: RegExp, on: readonly string[]): boolean {
  return (
    statement.effect === 'Deny' &&
    statement.negated.length === 0 &&
    statement.principals.some(([, value]) => value === '*') &&
    statement.actions.some(name => action.test(name)) &&
    on.every(arn => statement.resources.includes(arn)) &&
    statement.conditions.length === 1 &&
    statement.conditions.every(
      ({ operator, key, values }) =>
        operator === 'Bool' && key === 'aws:SecureTransport' && values.join() === 'false',
    )
  );
}

const keeping: Readonly<Record<string, Check>> = {
  aws_athena_workgroup: ({ after }) =>
    expecting([
      [after['force_destroy'] !== true, 'goes with its query history: expects force_destroy = false'],
    ]),
  aws_dynamodb_table: ({ after }) =>
    expecting([
      [after['deletion_protection_enabled'] === true, 'may be deleted: expects deletion_protection_enabled'],
      [valueAt(after, 'point_in_time_recovery', 0, 'enabled') === true, 'has no point-in-time recovery'],
    ]),
  aws_kms_key: ({ after }) =>
    expecting([[after['deletion_window_in_days'] === 30, 'is lost sooner than 30 days after its deletion']]),
  aws_s3_bucket: (bucket, estate) => {
    const [versioning] = companionsOf(bucket, 'aws_s3_bucket_versioning', estate);
    return expecting([
      [bucket.after['force_destroy'] !== true, 'goes with its objects: expects force_destroy = false'],
      [
        valueAt(versioning?.after, 'versioning_configuration', 0, 'status') === 'Enabled',
        'keeps no versions',
      ],
    ]);
  },
  aws_secretsmanager_secret: ({ after }) =>
    expecting([
      [
        Number(after['recovery_window_in_days']) >= 7,
        'cannot be brought back: expects recovery_window_in_days of at least 7',
      ],
    ]),
};

export const dataIsKept: Rule = {
  name: 'data-is-kept',
  types: Object.keys(keeping),
  judge: (resource, estate) => keeping[resource.type]?.(resource, estate),
};

const wantedTags = ['project', 'business', 'environment', 'stack'] as const;

export const everythingIsTagged: Rule = {
  name: 'everything-is-tagged',
  types: 'every',
  judge: ({ after, unknown, stack }) => {
    if (!('tags_all' in after) && unknown['tags_all'] === undefined) return undefined;
    const tag = (name: string) => valueAt(after, 'tags_all', name);
    return expecting([
      ...wantedTags.map(
        name => [typeof tag(name) === 'string' && tag(name) !== '', `has no tag ${name}`] as const,
      ),
      [tag('stack') === undefined || tag('stack') === stack, `is tagged as of stack ${String(tag('stack'))}`],
    ]);
  },
};
