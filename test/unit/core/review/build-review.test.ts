import t from 'tap';
import { buildReview } from '../../../../scripts/core/review/build-review.ts';
import { notesOf, renderVerdict } from '../../../../scripts/core/review/entry-words.ts';
import type { ReviewInput } from '../../../../scripts/core/review/input.ts';
import { reviewExitCode } from '../../../../scripts/core/review/model.ts';
import { renderReviewHtml } from '../../../../scripts/core/review/render-html.ts';
import { renderReviewText } from '../../../../scripts/core/review/render-text.ts';
import { planJson, planned, resourceChange, reviewInput } from '../../../helpers/plans/inputs.ts';

const meta: ReviewInput['meta'] = {
  environment: 'local',
  target: 'local',
  commit: null,
  toolVersions: { terraform: '1.11.4' },
  madeAt: '2026-01-02T03:04:05Z',
  configDigest: 'ab12',
};

t.test('a stack that failed comes first and makes the exit code 1', async t => {
  const review = buildReview({
    meta,
    stacks: [
      { kind: 'deferred', stack: 'mpp', waitsFor: [{ value: 'vpc_id', fromStack: 'network' }] },
      { kind: 'failed', stack: 'ec2', error: { summary: 'Invalid index', detail: '', address: 'main.tf:3' } },
    ],
    host: { kind: 'deferred', reason: 'it does not exist yet' },
    secrets: [],
  });
  t.equal(review.entries[0]?.kind, 'error');
  t.equal(reviewExitCode(review), 1);
});

t.test('exits with 0 when nothing is to do, and with 2 for what changes or is not known yet', async t => {
  const exitCode = (stacks: ReviewInput['stacks'], host: ReviewInput['host']) =>
    reviewExitCode(buildReview({ meta, stacks, host, secrets: [] }));
  const quiet = { kind: 'checked', changes: [] } as const;
  const unchanged = {
    kind: 'planned',
    stack: 'network',
    json: { format_version: '1.2', applyable: false },
  } as const;
  t.equal(exitCode([], quiet), 0);
  t.equal(exitCode([unchanged], quiet), 0);
  t.equal(
    exitCode(
      [unchanged, { kind: 'planned', stack: 'mpp', json: { format_version: '1.2', applyable: true } }],
      quiet,
    ),
    2,
  );
  t.equal(exitCode([unchanged, { kind: 'deferred', stack: 'mpp', waitsFor: [] }], quiet), 2);
  t.equal(exitCode([unchanged], { kind: 'deferred', reason: 'it is not there' }), 2);
});

t.test('a plan that cannot be read is a failure of its stack', async t => {
  const review = buildReview({
    meta,
    stacks: [{ kind: 'planned', stack: 'network', json: { format_version: '9.0' } }],
    host: { kind: 'checked', changes: [] },
    secrets: [],
  });
  t.match(review.entries, [{ kind: 'error', stack: 'network', summary: 'The plan cannot be read' }]);
});

t.test('says of a resource that is forgotten and created anew that nothing is destroyed', async t => {
  const change = resourceChange({
    type: 'aws_s3_bucket',
    actions: ['forget', 'create'],
    before: { bucket: 'a' },
    after: { bucket: 'b' },
  });
  const review = buildReview(reviewInput([planned(planJson([change]))]));
  t.match(review.counts, { add: 1, destroy: 0, replace: 0, forget: 1 });
  const [entry] = review.entries;
  t.match(entry, { replaceOrder: 'forget-first', risks: [{ text: 'a data store is left to itself' }] });
  t.same(entry && notesOf(entry), ['forgotten and not destroyed, then created anew']);
});

t.test('says that outputs change where nothing else does, and what cannot be shown', async t => {
  const output = {
    actions: ['update'],
    before: 'a',
    after: 'b',
    before_sensitive: false,
    after_sensitive: false,
  };
  const review = buildReview(
    reviewInput([planned({ format_version: '1.2', applyable: true, output_changes: { a: output } })]),
  );
  t.equal(renderVerdict(review), '0 to add, 0 to change, 0 to destroy, 1 output to change');
  const rounded = resourceChange({ actions: ['update'], before: { a: 1 }, after: { a: 1 } });
  const [entry] = buildReview(reviewInput([planned(planJson([rounded]))])).entries;
  t.same(entry && notesOf(entry), ['what differs cannot be shown']);
});

t.test('tells of checks that fail, and of no others', async t => {
  const check = (name: string, status: string, ...messages: readonly string[]) => ({
    address: { kind: 'check', to_display: `check.${name}`, name },
    status,
    instances: [
      { address: {}, status, problems: messages.map(message => ({ message })) },
      { address: {}, status },
    ],
  });
  const json = {
    format_version: '1.2',
    applyable: false,
    checks: [check('a', 'pass'), check('b', 'fail', 'not this image', 'nor that'), check('c', 'unknown')],
  };
  const review = buildReview(reviewInput([planned(json)]));
  t.same(review.entries, [
    {
      kind: 'check',
      section: 'checks',
      stack: 'network',
      name: 'check.b',
      problems: ['not this image', 'nor that'],
    },
  ]);
  t.equal(reviewExitCode(review), 0);
  t.equal(renderVerdict(review), 'nothing to change, 1 failed check');
  t.match(
    renderReviewText(review, { width: 80, color: false }),
    /Failed checks \(1\)\n.*network\n.*! check\.b\n.*not this image\n.*nor that/,
  );
  t.match(renderReviewHtml(review, { style: '', script: '' }), /<pre>not this image\nnor that<\/pre>/);
});
