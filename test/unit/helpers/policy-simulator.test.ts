import t from 'tap';
import { type AwsCall, awsCallsOf, type SeenRequest } from '../../helpers/privilege/aws-calls.ts';
import {
  findDenied,
  findUnused,
  type JudgedRole,
  parsePolicy,
} from '../../helpers/privilege/policy-simulator.ts';

const account = '123456789012';
const region = 'eu-west-1';
const keyArn = `arn:aws:kms:${region}:${account}:key/00000000-0000-4000-8000-000000000000`;
const policyOf = (...Statement: readonly object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }));

const list = { Sid: 'List', Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::mill' };
const take = {
  Sid: 'Take',
  Effect: 'Allow',
  Action: ['s3:DeleteObject', 's3:GetObject'],
  Resource: 'arn:aws:s3:::mill/input/*',
};
const decrypt = {
  Sid: 'Decrypt',
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: keyArn,
  Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
};
const role: JudgedRole = {
  name: 'miller',
  account,
  policies: { own: policyOf(list, take, decrypt) },
  resourcePolicies: {
    'arn:aws:s3:::mill': policyOf({
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: ['arn:aws:s3:::mill', 'arn:aws:s3:::mill/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    }),
    [keyArn]: policyOf({
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    }),
  },
};
const holding = (...statements: readonly object[]) => ({
  ...role,
  policies: { own: policyOf(...statements) },
});

const scope = `Credential=${account}/20260101/${region}`;
const seen = (method: string, url: string, more: Partial<SeenRequest> = {}): SeenRequest => ({
  method,
  url,
  body: '',
  status: 200,
  ...more,
  headers: { authorization: `AWS4-HMAC-SHA256 ${scope}/s3/aws4_request`, ...more.headers },
});
const facts = { region, account, keyOf: () => ({ arn: keyArn, alias: 'alias/mill' }) };
const callsOf = (...requests: readonly SeenRequest[]) => awsCallsOf(requests, facts);
const named = (calls: readonly AwsCall[]) =>
  calls.map(({ action, resource }) => `${action} ${resource?.replace(/^arn:aws:(s3:::)?/, '')}`);

const work = callsOf(
  seen('GET', '/mill?list-type=2&prefix=input%2F'),
  seen('HEAD', '/mill/input/gone.json', { status: 404 }),
  seen('GET', '/mill/input/a%20b.json'),
  seen('DELETE', '/mill/input/a%20b.json', { headers: { 'if-match': '"e"' } }),
);

t.test('tells the rights that requests need', t => {
  const key = keyArn.replace('arn:aws:', '');
  t.same(named(work), [
    's3:ListBucket mill',
    's3:GetObject mill/input/gone.json',
    's3:ListBucket mill',
    's3:GetObject mill/input/a b.json',
    `kms:Decrypt ${key}`,
    's3:DeleteObject mill/input/a b.json',
  ]);
  t.match(work[0]?.context, { 's3:prefix': 'input/' });
  t.notOk('s3:prefix' in (work[2]?.context ?? {}), 'asking for a missing key is no listing by prefix');
  t.same(named(callsOf(seen('PUT', '/mill/a', { headers: { 'if-match': '"e"' } }))), [
    's3:PutObject mill/a',
    's3:GetObject mill/a',
    `kms:GenerateDataKey ${key}`,
  ]);
  t.same(named(callsOf(seen('POST', '/mill/a?uploads'), seen('DELETE', '/mill/a?uploadId=1'))), [
    's3:PutObject mill/a',
    `kms:GenerateDataKey ${key}`,
    `kms:Decrypt ${key}`,
    's3:AbortMultipartUpload mill/a',
  ]);
  t.same(named(callsOf(seen('GET', '/mill?versions'), seen('GET', '/mill/a?versionId=1'))), [
    's3:ListBucketVersions mill',
    's3:GetObjectVersion mill/a',
    `kms:Decrypt ${key}`,
  ]);
  const secret = seen('POST', '/', {
    headers: {
      authorization: `AWS4-HMAC-SHA256 ${scope}/secretsmanager/aws4_request`,
      'x-amz-target': 'secretsmanager.GetSecretValue',
    },
    body: '{"SecretId":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"}',
  });
  t.same(named(callsOf(secret)), [
    'secretsmanager:GetSecretValue secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf',
  ]);
  t.same(callsOf({ ...seen('GET', '/latest/meta-data/'), headers: {} }), [], 'unsigned');
  t.throws(() => callsOf(seen('POST', '/mill/a?restore')), /got POST \?restore=/);
  t.end();
});

t.test('finds no fault with a role that has what it needs', async t => {
  t.same(await findDenied(role, work), []);
  t.same(await findUnused(role, work), []);
});

t.test('names the call that a missing statement or action refuses', async t => {
  t.same(await findDenied(holding(list, decrypt, { ...take, Action: 's3:GetObject' }), work), [
    'miller: s3:DeleteObject on arn:aws:s3:::mill/input/a b.json: ImplicitlyDenied',
  ]);
  t.match(await findDenied(holding(take, decrypt), work), [/s3:ListBucket on/, /s3:ListBucket on/]);
  const byPrefix = { ...list, Condition: { StringLike: { 's3:prefix': 'input/*' } } };
  t.match(await findDenied(holding(byPrefix, take, decrypt), work), [/s3:ListBucket on/]);
  const elsewhere = { ...take, Resource: 'arn:aws:s3:::mill/output/*' };
  t.equal((await findDenied(holding(list, elsewhere, decrypt), work)).length, 3);
});

t.test('heeds the policies of buckets and keys, and the boundary', async t => {
  const plain = work.map(call => ({ ...call, context: { ...call.context, 'aws:SecureTransport': 'false' } }));
  const refused = await findDenied(role, plain);
  t.equal(refused.length, 5, 'all but KMS');
  t.match(refused[0], /ExplicitlyDenied \(resource\)$/);
  t.match(await findDenied({ ...role, resourcePolicies: {} }, work), [/kms:Decrypt/], 'no key policy');
  t.match(await findDenied({ ...role, boundary: policyOf(list, take) }, work), [/kms:Decrypt.*\(pb\)$/]);
});

t.test('reports what no call needs', async t => {
  const idle = { Sid: 'Idle', Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::mill/*' };
  const wide = {
    ...take,
    Action: [...take.Action, 's3:PutObject'],
    Resource: [take.Resource, 'arn:aws:s3:::mill/errors/*'],
  };
  const loose = { ...list, Condition: { StringNotEquals: { 's3:prefix': ['a', 'b'] } } };
  t.same(await findUnused(holding(list, take, decrypt, idle), work), ['own Idle: the whole statement']);
  t.same(await findUnused(holding(list, wide, decrypt), work), [
    'own Take: s3:PutObject',
    'own Take: arn:aws:s3:::mill/errors/*',
  ]);
  t.match(await findUnused(holding(loose, take, decrypt), work), ['own List: a', 'own List: b']);
});

t.test('judges by the encryption context of KMS', async t => {
  const name = 'kms:EncryptionContext:aws:lambda:FunctionArn';
  const bound = { ...decrypt, Condition: { StringEquals: { [name]: 'arn:mine' } } };
  const call = (arn: string) => ({ action: 'kms:Decrypt', resource: keyArn, context: { [name]: arn } });
  t.same(await findDenied(holding(bound), [call('arn:mine')]), []);
  t.match(await findDenied(holding(bound), [call('arn:other')]), [/ImplicitlyDenied$/]);
});

t.test('refuses to judge what it cannot', async t => {
  const call = { action: 's3:GetObject', resource: 'arn:aws:s3:::mill/input/a', context: {} };
  await t.rejects(findDenied(role, [{ ...call, action: 's3:TakeObject' }]), /invalid\.action/);
  await t.rejects(findDenied(role, [{ ...call, resource: undefined }]), /the ARN of one resource/);
  await t.rejects(findDenied(role, [{ ...call, context: { 's3:prefix': 'x' } }]), /got s3:prefix/);
  t.throws(() => parsePolicy('{"Version":"2008-10-17","Statement":[]}'));
});
