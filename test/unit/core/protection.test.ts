import t from 'tap';
import { protectedRemovals } from '../../../scripts/core/protection.ts';
import type { ResourceChange } from '../../../scripts/core/terraform-events.ts';

const change = (type: string, action: ResourceChange['action']): ResourceChange => ({
  address: `${type}.this`,
  type,
  action,
});

t.test('refuses to delete or to replace what holds data', async t => {
  const changes = (['create', 'update', 'delete', 'replace'] as const).map(action =>
    change('aws_s3_bucket', action),
  );
  t.strictSame(protectedRemovals(changes), [
    change('aws_s3_bucket', 'delete'),
    change('aws_s3_bucket', 'replace'),
  ]);
});

t.test('protects the stores and the means to read them, and lets the rest go', async t => {
  const kept = [
    'aws_s3_bucket',
    'aws_dynamodb_table',
    'aws_kms_key',
    'aws_secretsmanager_secret',
    'aws_glue_catalog_database',
    'aws_s3_bucket_versioning',
    'aws_cloudwatch_log_group',
    'aws_sqs_queue',
  ];
  const free = ['aws_instance', 'aws_s3_bucket_policy', 'aws_lambda_function', 'aws_s3_object'];
  t.strictSame(
    protectedRemovals([...free, ...kept].map(type => change(type, 'delete'))).map(({ type }) => type),
    kept,
  );
});
