/** Plans made by a real Terraform, and what is shown of them. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { showControls } from '../../../../scripts/core/cell-text.ts';
import { buildReview } from '../../../../scripts/core/review/build-review.ts';
import { reviewJson, reviewSchema } from '../../../../scripts/core/review/model.ts';
import { renderReviewHtml } from '../../../../scripts/core/review/render-html.ts';
import { renderReviewMarkdown } from '../../../../scripts/core/review/render-markdown.ts';
import { planCases } from '../../../helpers/plans/cases.ts';
import { goldenFile, goldenInputs, planNames, readPlan } from '../../../helpers/plans/fixtures.ts';
import { planned, reviewInput } from '../../../helpers/plans/inputs.ts';
import { renderGolden } from '../../../helpers/plans/write-reviews.ts';

t.test('has a committed plan for every case', async t => {
  t.same([...planNames()], planCases.map(({ name }) => name).sort());
});

for (const [name, input] of goldenInputs()) {
  t.test(`shows the plan ${name} as expected`, async t => {
    t.equal(renderGolden(input), readFileSync(goldenFile(name), 'utf8'));
  });

  t.test(`says the same of ${name} in every rendering`, async t => {
    const review = buildReview(input);
    t.same(reviewSchema.parse(JSON.parse(reviewJson(review))), review);
    const page = renderReviewHtml(review, { style: '', script: '' });
    const subjects = [...page.matchAll(/<code>([^<]*)<\/code>/g)].map(([, text = '']) => unescapeHtml(text));
    const comment = renderReviewMarkdown(review, { limit: 65_536 });
    for (const entry of review.entries) {
      if (entry.kind !== 'resource') continue;
      t.ok(subjects.includes(showControls(entry.address)), `${entry.address} is in the page`);
      t.ok(comment.includes(showControls(entry.address)), `${entry.address} is in the comment`);
    }
    t.equal(page.match(/<li class="entry /g)?.length ?? 0, review.entries.length);
    t.equal(comment.match(/^- `/gm)?.length ?? 0, review.entries.length);
  });
}

for (const name of planNames()) {
  t.test(`counts ${name} as Terraform does`, async t => {
    const { summary, json } = readPlan(name);
    const review = buildReview(reviewInput([planned(json)]));
    const { counts } = review;
    if (name === 'failed') {
      t.equal(review.outcome, 'failed');
      return;
    }
    t.same(
      { add: counts.add, change: counts.change, remove: counts.destroy, import: counts.import },
      summary,
    );
  });
}

function unescapeHtml(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
