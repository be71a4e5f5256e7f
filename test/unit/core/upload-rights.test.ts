import t from 'tap';
import { deniedFailure } from '../../../scripts/core/upload-rights.ts';

const denied = (message: string) => Object.assign(new Error(message), { name: 'AccessDenied' });
const tell = (right: Parameters<typeof deniedFailure>[0]['right'], key?: string, message = 'no') =>
  deniedFailure({ bucket: 'b', key, right, cause: denied(message) }).message;

t.test('names the right and what it is lacking on', async t => {
  t.equal(
    tell('s3:ListBucket'),
    'bucket b: these credentials lack s3:ListBucket on arn:aws:s3:::b (AccessDenied: no)',
  );
  t.equal(
    tell('s3:PutObject', 'Raw/a.csv'),
    "bucket b: these credentials lack s3:PutObject on arn:aws:s3:::b/Raw/a.csv, or kms:GenerateDataKey and kms:Decrypt on the bucket's key (AccessDenied: no)",
  );
  t.match(tell('s3:GetObject', 'k'), "or kms:Decrypt on the bucket's key");
});

t.test('believes S3 where it tells', async t => {
  const key = 'arn:aws:kms:eu-west-1:123456789012:key/k';
  const message = `User: arn:aws:iam::123456789012:user/u is not authorized to perform: kms:GenerateDataKey on resource: "${key}" because no identity-based policy allows it`;
  t.equal(
    tell('s3:PutObject', 'k', message),
    `bucket b: these credentials lack kms:GenerateDataKey on ${key} (AccessDenied: ${message})`,
  );
});
