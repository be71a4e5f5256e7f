import t from 'tap';
import { countChanges, listPlannedChanges, unchangedPlan } from '../../../scripts/core/plan-changes.ts';
import { buildReview } from '../../../scripts/core/review/build-review.ts';

const change = (address: string, ...actions: readonly string[]) => ({
  address,
  type: 'aws_vpc',
  change: { actions },
});

t.test('lists what a plan does, in the words of its events, and counts as Terraform does', async t => {
  const changes = listPlannedChanges({
    resource_changes: [
      change('a', 'create'),
      change('b', 'update'),
      change('c', 'delete'),
      change('d', 'delete', 'create'),
      change('e', 'create', 'delete'),
      change('f', 'no-op'),
      change('g', 'read'),
    ],
  });
  t.strictSame(
    changes.map(({ address, action }) => [address, action]),
    [
      ['a', 'create'],
      ['b', 'update'],
      ['c', 'delete'],
      ['d', 'replace'],
      ['e', 'replace'],
    ],
  );
  t.strictSame(countChanges(changes), { add: 3, change: 1, destroy: 3 });
  t.strictSame(listPlannedChanges(unchangedPlan), []);
});

t.test('the plan that stands for an unchanged one reads as one', async t => {
  const review = buildReview({
    meta: {
      environment: 'local',
      target: 'local',
      commit: null,
      toolVersions: {},
      madeAt: '2026-11-30T10:00:00.000Z',
      configDigest: '',
    },
    stacks: [{ kind: 'planned', stack: 'network', json: unchangedPlan }],
    host: { kind: 'checked', changes: [] },
    secrets: [],
  });
  t.equal(review.outcome, 'unchanged');
  t.strictSame(review.entries, []);
});
