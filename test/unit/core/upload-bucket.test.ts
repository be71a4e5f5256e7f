import t from 'tap';
import { bucketFailure, buildTlsPolicy, requireBucketName } from '../../../scripts/core/upload-bucket.ts';

t.test('accepts the names that S3 accepts', async t => {
  for (const name of ['abc', '1-b', 'a'.repeat(63), 'millrace-local-raw-000000000000-us-east-1'])
    t.doesNotThrow(() => requireBucketName(name), name);
});

t.test('refuses any other by the rule that it breaks', async t => {
  const names = {
    ab: /3 to 63 characters/,
    [`${'a'.repeat(64)}`]: /3 to 63 characters/,
    'My-bucket': /small letters, digits and hyphens/,
    'a.b.c': /small letters/,
    a_b_c: /small letters/,
    's3://bucket': /small letters/,
    bücher: /small letters/,
    '-abc': /a letter or digit at both ends/,
    'abc-': /a letter or digit at both ends/,
    'xn--abc': /without xn--, which S3 keeps/,
    'sthree-abc': /without sthree-/,
    'amzn-s3-demo-x': /without amzn-s3-demo-/,
    'abc-s3alias': /without -s3alias/,
    'abc--x-s3': /without --x-s3/,
  };
  for (const [name, rule] of Object.entries(names)) {
    t.throws(() => requireBucketName(name), { message: rule }, name);
    t.throws(() => requireBucketName(name), { message: `got ${JSON.stringify(name)}` });
  }
});

t.test('refuses everybody without TLS', async t => {
  t.same(JSON.parse(buildTlsPolicy('b')).Statement, [
    {
      Sid: 'DenyPlainHttp',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::b/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]);
});

t.test('tells why a bucket cannot be used', async t => {
  const here = { region: 'eu-west-1', accountId: '000000000000' };
  const tell = (obstacle: Parameters<typeof bucketFailure>[1]) => bucketFailure('b', obstacle, here).message;
  t.equal(
    tell({ kind: 'foreign' }),
    "bucket b: expects a bucket of account 000000000000, got one of somebody else's",
  );
  t.equal(tell({ kind: 'forbidden' }), 'bucket b: these credentials have no right to look into it');
  t.match(tell({ kind: 'unknown' }), "is somebody else's, or these credentials have no right");
  t.equal(
    tell({ kind: 'region', region: 'us-east-1' }),
    'bucket b: expects a bucket in region eu-west-1, got one in us-east-1',
  );
  t.match(tell({ kind: 'region', region: undefined }), 'got one in another');
});
