import t from 'tap';
import {
  releasedPolicies,
  sweepingPolicies,
  widenedPolicies,
} from '../../../../scripts/core/review/policy-risks.ts';
import { buildTree } from '../../../../scripts/core/review/value-tree.ts';

const policy = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (action: string) => ({ Effect: 'Allow', Action: action, Resource: '*' });
const deny = (action: string) => ({ Effect: 'Deny', Action: action, Resource: '*' });
const tree = (value: unknown, marks: { readonly unknown?: unknown; readonly sensitive?: unknown } = {}) =>
  buildTree({ value, ...marks });

t.test('takes a policy that becomes unknown or hidden for a wider one', async t => {
  const before = tree({ policy: policy(allow('s3:Get')) });
  t.same(widenedPolicies(before, tree({}, { unknown: { policy: true } })), [
    'what it allows is known after apply (policy)',
  ]);
  t.same(widenedPolicies(tree({}), tree({}, { unknown: { assume_role_policy: true } })), [
    'what it allows is known after apply (assume_role_policy)',
  ]);
  const blocks = (text: string) => ({ inline_policy: [{ name: 'a', policy: text }] });
  t.same(
    widenedPolicies(tree(blocks(policy(allow('a:b')))), tree({}, { unknown: { inline_policy: true } })),
    ['what it allows is known after apply (inline_policy)'],
  );
  const hidden = (text: string) => tree({ policy: text }, { sensitive: { policy: true } });
  t.same(widenedPolicies(hidden('a'), hidden('b')), ['what it allows is hidden (policy)']);
  t.same(widenedPolicies(hidden('a'), hidden('a')), []);
});

t.test('compares with nothing where there was no policy', async t => {
  for (const before of [{}, { policy: '' }, { policy: policy() }])
    t.same(widenedPolicies(tree(before), tree({ policy: policy(allow('s3:Get')) })), [
      'newly allowed: s3:Get on *',
    ]);
});

t.test('sees a policy that is gone, and what it denied', async t => {
  const before = tree({ policy: policy(deny('s3:Put')) });
  const released = 'no longer denied: s3:Put on *';
  const gone = 'the policy is taken away: what AWS allows without one holds (policy)';
  t.same(widenedPolicies(before, tree({ policy: '' })), [released, gone]);
  t.same(widenedPolicies(before, tree({})), [released, gone]);
  t.same(widenedPolicies(before, tree({ policy: policy() })), [released]);
  t.same(releasedPolicies(before), [released]);
  t.same(releasedPolicies(tree({ policy: policy(allow('s3:Put')) })), []);
});

t.test('compares the blocks of a role together', async t => {
  const role = (...actions: readonly string[]) =>
    tree({ inline_policy: actions.map(action => ({ name: action, policy: policy(allow(action)) })) });
  t.same(widenedPolicies(role('a:b', 'c:d'), role('c:d')), []);
  t.same(widenedPolicies(role('a:b'), role('c:d', 'a:b')), ['newly allowed: c:d on *']);
});

t.test('takes no alarm at other texts, nor at a new policy that is not known yet', async t => {
  t.same(widenedPolicies(tree({ ssl_policy: 'a' }), tree({}, { unknown: { ssl_policy: true } })), []);
  t.same(widenedPolicies(tree({ text: '{"a":1}' }), tree({ text: '' })), []);
  t.same(sweepingPolicies(tree({}, { unknown: { policy: true } })), []);
  t.same(sweepingPolicies(tree({ policy: policy(allow('s3:Get')) })), []);
});

t.test('names what a new policy leaves open, or hides', async t => {
  t.same(sweepingPolicies(tree({ policy: policy(allow('*:*')) })), ['allows *:* on *']);
  t.same(sweepingPolicies(tree({ policy: 'a' }, { sensitive: { policy: true } })), [
    'what it allows is hidden (policy)',
  ]);
});
