import t from 'tap';
import { parsePlanJson } from '../../../../scripts/core/review/plan-json.ts';
import { collectSecrets } from '../../../../scripts/core/review/plan-secrets.ts';
import { planJson, resourceChange } from '../../../helpers/plans/inputs.ts';

function secretsOf(after: object, afterSensitive: object = {}): readonly string[] {
  const plan = parsePlanJson(planJson([resourceChange({ actions: ['create'], after, afterSensitive })]));
  if ('fault' in plan) throw new Error(plan.fault);
  return collectSecrets(plan);
}

t.test('looks for what is marked, or goes by a secret name', async t => {
  t.same(secretsOf({ value: 'x7-Kq9w' }, { value: true }), ['x7-Kq9w']);
  t.same(secretsOf({ value: 'a passphrase of words' }, { value: true }), ['a passphrase of words']);
  t.same(secretsOf({ db_password: 'swordfish' }), ['swordfish']);
  t.same(secretsOf({ value: 'a longer line 1\nb\na longer line 2' }, { value: true }), [
    'a longer line 1\nb\na longer line 2',
    'a longer line 1',
    'a longer line 2',
  ]);
});

t.test('looks for no ordinary word that is marked, which would hide the review', async t => {
  for (const value of [
    'production',
    'eu-central-1',
    'eu-central-1a',
    'millrace',
    'customer_id',
    'landing/orders',
    'AES256',
    'aws:kms',
    '0.0.0.0/0',
    '2001:db8::/32',
  ])
    t.same(secretsOf({ value }, { value: true }), [], value);
});

t.test('looks for the secrets in a program, and not for its lines', async t => {
  const program = '#!/bin/sh\nset -euo pipefail\nDB_PASSWORD="x7 Kq9w"\namazon-ssm-agent\n';
  t.same(secretsOf({ user_data: program }), [program, 'x7 Kq9w']);
  const encoded = Buffer.from(program).toString('base64');
  t.same(secretsOf({ user_data_base64: encoded }), [encoded, 'x7 Kq9w']);
});
