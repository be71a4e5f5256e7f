import t from 'tap';
import { sweepingGrants, widenedGrants } from '../../../../scripts/core/review/grants.ts';
import { statementsOf } from '../../../../scripts/core/review/policy.ts';
import { buildTree } from '../../../../scripts/core/review/value-tree.ts';

const allow = (
  action: string | readonly string[],
  resource: string | readonly string[] = '*',
  rest = {},
) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...rest,
});

function statements(...list: readonly object[]) {
  return statementsOf(buildTree({ value: { Statement: list } })) ?? [];
}

const condition = { Condition: { StringEquals: { 'aws:SourceAccount': '1' } } };

t.test('finds an action, a resource and a principal that were not allowed before', async t => {
  t.same(widenedGrants(statements(allow('s3:Get')), statements(allow(['s3:Get', 's3:Put']))), [
    's3:Put on *',
  ]);
  t.same(widenedGrants(statements(allow('s3:Get', 'a')), statements(allow('s3:Get', ['a', 'b']))), [
    's3:Get on b',
  ]);
  t.same(
    widenedGrants(
      statements(allow('s3:Get', 'a', { Principal: { AWS: 'arn:1' } })),
      statements(allow('s3:Get', 'a', { Principal: '*' })),
    ),
    ['s3:Get on a for everybody'],
  );
});

t.test('finds no gain where a statement is split, narrowed or named with other wildcards', async t => {
  const cases = [
    [[allow(['s3:Get', 's3:Put'])], [allow('s3:Put'), allow('s3:Get')]],
    [[allow('s3:*')], [allow('s3:GetObject', 'arn:x')]],
    [[allow('S3:getObject')], [allow('s3:GetObject')]],
    [[allow('s3:Get')], [allow('s3:Get', '*', condition)]],
    [[allow('s3:Get', 'arn:aws:s3:::b/*')], [allow('s3:Get', 'arn:aws:s3:::b/raw/?')]],
    [[allow('s3:Get')], []],
  ] as const;
  for (const [before, after] of cases) t.same(widenedGrants(statements(...before), statements(...after)), []);
});

t.test('finds a condition that is gone, a denial that is gone, and a wider wildcard', async t => {
  t.same(widenedGrants(statements(allow('s3:Get', '*', condition)), statements(allow('s3:Get'))), [
    's3:Get on *',
  ]);
  t.same(
    widenedGrants(statements({ Effect: 'Deny', Action: 's3:*', Resource: '*' }), statements(allow('s3:Get'))),
    ['s3:Get on *', 'no longer denied: s3:* on *'],
  );
  t.same(widenedGrants(statements(allow('s3:Get*')), statements(allow('s3:*'))), ['s3:* on *']);
  t.same(
    widenedGrants(
      statements({ Effect: 'Allow', NotAction: ['iam:*', 's3:*'], Resource: '*' }),
      statements({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }),
    ),
    ['all but iam:* on *'],
  );
});

t.test('finds what leaves nothing out in a new policy', async t => {
  t.same(sweepingGrants(statements(allow('*'))), ['* on *']);
  t.same(sweepingGrants(statements(allow('s3:*'), allow('s3:*', 'arn:aws:s3:::b'))), ['s3:* on *']);
  t.same(sweepingGrants(statements(allow('s3:Get', 'a', { Principal: { AWS: '*' } }))), [
    's3:Get on a for everybody',
  ]);
  t.same(sweepingGrants(statements(allow('s3:Get', 'a', { Principal: '*', ...condition }))), []);
});

t.test('finds every action and everybody, however they are written', async t => {
  const other = { Principal: { AWS: '*' } };
  const sweeping: readonly (readonly [object, string])[] = [
    [allow('*:*'), '*:* on *'],
    [allow('**', 'a'), '** on a'],
    [allow('s3:**', 'arn:aws:s3:::*'), 's3:** on arn:aws:s3:::*'],
    [{ Effect: 'Allow', NotAction: 's3:Get', Resource: 'a' }, 'all but s3:Get on a'],
    [allow('s3:Get', 'a', { NotPrincipal: { AWS: 'arn:1' } }), 's3:Get on a for all but arn:1'],
    [
      allow('s3:Get', 'a', { ...other, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }),
      's3:Get on a for everybody under a condition',
    ],
    [
      allow('s3:Get', 'a', { ...other, Condition: { StringLike: { 'aws:PrincipalArn': '*' } } }),
      's3:Get on a for everybody under a condition',
    ],
    [
      allow('s3:Get', 'a', { ...other, Condition: { StringNotEquals: { 'aws:PrincipalArn': 'b' } } }),
      's3:Get on a for everybody under a condition',
    ],
  ];
  for (const [statement, text] of sweeping) t.same(sweepingGrants(statements(statement)), [text]);
  const limited = [
    allow('s3:*', 'arn:aws:s3:::lake/*'),
    allow('kms:*', '*', { Principal: { AWS: 'arn:aws:iam::1:root' } }),
    allow('s3:Get', 'a', { ...other, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }),
    { Effect: 'Deny', Action: '*', Resource: '*', Principal: '*' },
  ];
  for (const statement of limited) t.same(sweepingGrants(statements(statement)), []);
});

t.test('compares a pattern of many stars quickly', async t => {
  const started = performance.now();
  widenedGrants(statements(allow('s3:Get', 'a*'.repeat(200))), statements(allow('s3:Get', 'a'.repeat(5000))));
  t.ok(performance.now() - started < 1000);
});

t.test('compares conditions by what they ask for, and what is left out by what is', async t => {
  const under = (operator: string, keys: object) => allow('s3:Get', '*', { Condition: { [operator]: keys } });
  const but = (effect: string, ...actions: readonly string[]) => ({
    Effect: effect,
    NotAction: actions,
    Resource: '*',
  });
  const stricter: readonly (readonly [object, object])[] = [
    [under('StringEquals', { a: '1' }), under('StringEquals', { A: ['1'], b: '2' })],
    [under('StringEquals', { a: ['1', '2'] }), under('StringEquals', { a: '2' })],
    [under('StringNotEquals', { a: '1' }), under('StringNotEquals', { a: ['1', '2'] })],
    [under('ForAnyValue:StringLike', { a: 'x*' }), under('ForAnyValue:StringLike', { a: ['xy', 'x?z'] })],
    [under('StringNotLike', { a: 'xy' }), under('StringNotLike', { a: 'x*' })],
    [but('Allow', 'iam:*'), but('Allow', 'iam:*', 's3:*')],
    [but('Allow', 'iam:Get'), but('Allow', 'iam:*')],
    [but('Allow', 'iam:*'), allow('s3:Get')],
    [but('Deny', 'iam:*', 's3:*'), but('Deny', 'iam:*')],
  ];
  for (const [before, after] of stricter) {
    t.same(widenedGrants(statements(before), statements(after)), [], JSON.stringify(after));
    t.not(widenedGrants(statements(after), statements(before)).length, 0, JSON.stringify(before));
  }
  const wider: readonly (readonly [object, object])[] = [
    [under('StringEquals', { a: '1' }), under('StringLike', { a: '1' })],
    [under('ArnLike', { a: 'arn:*' }), under('ArnLike', { a: 'arn:aws:s3:::a' })],
    [under('StringEquals', { a: '1', b: '2' }), under('StringEquals', { a: '1' })],
    [under('StringEquals', { a: '1' }), under('StringEquals', { a: { b: 1 } })],
    [but('Allow', 'iam:*'), allow('*')],
    [but('Allow', 'iam:*'), allow('iam:Get')],
    [but('Allow', 'iam:*'), allow('i*')],
    [allow('s3:*'), but('Allow', 's3:*')],
  ];
  for (const [before, after] of wider)
    t.not(widenedGrants(statements(before), statements(after)).length, 0, JSON.stringify(after));
});
