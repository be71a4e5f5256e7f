import type { ResourceChange } from './terraform-events.ts';

/** Resource types whose loss is a loss of data, or of the means to read or change it. */
const keepsData = [
  'aws_s3_bucket',
  'aws_s3_bucket_versioning',
  'aws_dynamodb_table',
  'aws_kms_key',
  'aws_secretsmanager_secret',
  'aws_glue_catalog_database',
  'aws_cloudwatch_log_group',
  'aws_sqs_queue',
];

/** The planned removals and replacements that `storage.deletionProtection` refuses. */
export function protectedRemovals(changes: readonly ResourceChange[]): readonly ResourceChange[] {
  return changes.filter(
    ({ type, action }) => (action === 'delete' || action === 'replace') && keepsData.includes(type),
  );
}
