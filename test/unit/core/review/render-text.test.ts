import t from 'tap';
import { widthOf } from '../../../../scripts/core/cell-text.ts';
import { buildReview } from '../../../../scripts/core/review/build-review.ts';
import { renderReviewText } from '../../../../scripts/core/review/render-text.ts';
import { mixedInput, readPlan } from '../../../helpers/plans/fixtures.ts';
import { planned, reviewInput } from '../../../helpers/plans/inputs.ts';

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
