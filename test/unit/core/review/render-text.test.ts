import t from 'tap';
import { widthOf } from '../../../../scripts/core/cell-text.ts';
import { buildReview } from '../../../../scripts/core/review/build-review.ts';
import { renderReviewHtml } from '../../../../scripts/core/review/render-html.ts';
import { renderReviewText } from '../../../../scripts/core/review/render-text.ts';
import { mixedInput, readPlan } from '../../../helpers/plans/fixtures.ts';
import { planJson, planned, resourceChange, reviewInput } from '../../../helpers/plans/inputs.ts';

t.test('fits the width of the terminal', async t => {
  for (const width of [40, 80, 200]) {
    const text = renderReviewText(buildReview(reviewInput([planned(readPlan('sets').json)])), {
      width,
      color: false,
    });
    t.ok(text.split('\n').every(line => widthOf(line) <= width));
  }
});

t.test('colours lines only where colours are wanted, and the words are the same', async t => {
  const review = buildReview(mixedInput());
  const plain = renderReviewText(review, { width: 100, color: false });
  const colored = renderReviewText(review, { width: 100, color: true });
  t.notMatch(plain, '\u001b');
  t.match(colored, '\u001b[31m');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  t.equal(colored.replace(/\u001b\[\d+m/g, ''), plain);
});

t.test('obeys nothing that a name says to a terminal', async t => {
  const review = buildReview(
    reviewInput([{ kind: 'failed', stack: 'mpp', error: { summary: '\u001b[2J\u202egone', detail: '' } }]),
  );
  t.match(renderReviewText(review, { width: 100, color: false }), '\\u{1b}[2J\\u{202e}gone');
});

const changed = (before: unknown, after: unknown) =>
  buildReview(reviewInput([planned(planJson([resourceChange({ actions: ['update'], before, after })]))]));

t.test('shows both ends of a change whole, however narrow the terminal', async t => {
  const [before, after] = [`${'a'.repeat(300)} old`, `${'b'.repeat(300)} new`];
  for (const width of [80, Number.POSITIVE_INFINITY]) {
    const text = renderReviewText(changed({ text: before }, { text: after }), { width, color: false });
    const bare = text.replace(/\n[ │]*/g, '');
    for (const end of [before, after]) t.ok(bare.includes(end), `${width}`);
  }
});

t.test('names every value that a stack waits for', async t => {
  const waitsFor = Array.from({ length: 12 }, (_, index) => ({
    value: `value_${index}`,
    fromStack: 'network',
  }));
  const review = buildReview(reviewInput([{ kind: 'deferred', stack: 'mpp', waitsFor }]));
  const text = renderReviewText(review, { width: 60, color: false }).replace(/\n[ │]*/g, '');
  t.match(text, waitsFor.map(({ value }) => `network.${value}`).join(', '));
});

t.test('says how much of a long difference it leaves to the page', async t => {
  const lines = (word: string) => Array.from({ length: 300 }, (_, index) => `${word} ${index}`).join('\n');
  const review = changed({ text: lines('old') }, { text: lines('new') });
  t.match(renderReviewText(review, { width: 80, color: false }), '… 201 more lines: plan.html has them all');
  t.match(renderReviewHtml(review, { style: '', script: '' }), 'new 299');
  const single = changed({ text: 'x' }, { text: 'y'.repeat(3000) });
  t.match(renderReviewText(single, { width: 80, color: false }), /… \d+ more lines: plan\.html has them all/);
});
