import t from 'tap';
import { listObstacles } from '../../../scripts/core/destroy-obstacles.ts';

const resource = (type: string, attributes: object, more: object = {}) => ({
  mode: 'managed',
  type,
  name: 'this',
  instances: [{ attributes }],
  ...more,
});
const obstaclesOf = (...resources: readonly object[]) =>
  listObstacles(JSON.stringify({ version: 4, resources }));

t.test('names what was deployed so that a destroy would stop half-way', async t => {
  t.strictSame(
    obstaclesOf(
      resource('aws_s3_bucket', { force_destroy: false }, { module: 'module.layer_bucket["raw"]' }),
      resource('aws_dynamodb_table', { deletion_protection_enabled: true }),
      resource(
        'aws_athena_workgroup',
        {},
        { instances: [{ index_key: 0, attributes: { force_destroy: false } }] },
      ),
    ),
    [
      'module.layer_bucket["raw"].aws_s3_bucket.this: was deployed with force_destroy = false',
      'aws_dynamodb_table.this: was deployed with deletion_protection_enabled = true',
      'aws_athena_workgroup.this[0]: was deployed with force_destroy = false',
    ],
  );
});

t.test('has nothing against what was lifted, what is only read, and an empty state', async t => {
  t.strictSame(
    obstaclesOf(
      resource('aws_s3_bucket', { force_destroy: true }),
      resource('aws_s3_bucket', { force_destroy: false }, { mode: 'data' }),
      resource('aws_dynamodb_table', { deletion_protection_enabled: false }),
      resource('aws_kms_key', {}),
    ),
    [],
  );
  t.strictSame(listObstacles(''), []);
  t.strictSame(listObstacles('{"version":4}'), []);
});
