import t from 'tap';
import { idsOf } from '../../helpers/estate/plan-ids.ts';

const place = { accountId: '123456789012', region: 'eu-west-1' };

t.test('gives ids in the forms of AWS, from the names that the plan knows', async t => {
  t.strictSame(idsOf('aws_s3_bucket', { bucket: 'acme-raw' }, '3', place), {
    arn: 'arn:aws:s3:::acme-raw',
    id: 'acme-raw',
  });
  t.strictSame(idsOf('aws_iam_role', { name: 'plan', path: '/ci/' }, '3', place), {
    arn: 'arn:aws:iam::123456789012:role/ci/plan',
    id: 'plan',
  });
  t.strictSame(idsOf('aws_iam_role', { name: 'worker' }, '3', place), {
    arn: 'arn:aws:iam::123456789012:role/worker',
    id: 'worker',
  });
});

t.test('tells keys apart, which have no names', async t => {
  const key = (serial: string) => idsOf('aws_kms_key', { description: 'a key' }, serial, place)?.['arn'];
  t.match(
    key('000000000001'),
    /^arn:aws:kms:eu-west-1:123456789012:key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  );
  t.not(key('000000000001'), key('000000000002'));
});

t.test('gives networks and their groups ids of their own', async t => {
  t.strictSame(idsOf('aws_vpc', { cidr_block: '10.0.0.0/16' }, '0123456789ab', place), {
    id: 'vpc-000000123456789ab',
  });
  t.strictSame(idsOf('aws_security_group', { description: 'a group' }, '0123456789ab', place), {
    id: 'sg-000000123456789ab',
  });
});

t.test('gives none where nothing depends on them, or where the name is not known', async t => {
  t.equal(idsOf('aws_s3_bucket_policy', { bucket: 'acme-raw' }, '1', place), undefined);
  t.equal(idsOf('aws_s3_bucket', {}, '1', place), undefined);
});
