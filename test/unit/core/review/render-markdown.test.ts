import fc from 'fast-check';
import t from 'tap';
import { buildReview } from '../../../../scripts/core/review/build-review.ts';
import { commentLimit, renderReviewMarkdown } from '../../../../scripts/core/review/render-markdown.ts';
import { hugeInput, mixedInput } from '../../../helpers/plans/fixtures.ts';
import { planJson, planned, resourceChange, reviewInput } from '../../../helpers/plans/inputs.ts';

t.test('fits a comment, and says what was dropped', async t => {
  const text = renderReviewMarkdown(buildReview(hugeInput(2000)), { limit: commentLimit });
  t.ok(text.length <= commentLimit, `${text.length}`);
  t.ok(text.length > commentLimit / 2);
  t.match(text, /Shortened to fit into a comment: .* entries altogether left out/);
  t.match(text, /- … \d+ more/);
});

t.test('drops details before entries, and the last ones first', async t => {
  const review = buildReview(hugeInput(60));
  const whole = renderReviewMarkdown(review, { limit: 1_000_000 });
  t.notMatch(whole, 'Shortened');
  const shorter = renderReviewMarkdown(review, { limit: whole.length - 500 });
  t.match(shorter, /the details of \d+ entries left out/);
  t.equal(shorter.match(/^- `/gm)?.length, review.entries.length, 'every entry is still named');
  t.ok(shorter.indexOf('<details>') > 0);
  t.ok(shorter.lastIndexOf('<details>') < whole.lastIndexOf('<details>'));
});

t.test('never gets longer than its limit', async t => {
  const review = buildReview(hugeInput(300));
  fc.assert(
    fc.property(fc.integer({ min: 3000, max: 100_000 }), limit => {
      t.ok(renderReviewMarkdown(review, { limit }).length <= limit);
    }),
    { numRuns: 20 },
  );
});

t.test('names failures first, then what is deferred last', async t => {
  const text = renderReviewMarkdown(buildReview(mixedInput()), { limit: commentLimit });
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  t.same(headings, ['Failures (1)', 'Created (2)', 'Deferred (3)']);
  t.match(text, '| mpp | - | - | - | deferred, waits for network.private\\_subnet\\_ids');
});

t.test('lets no text of the plan become Markdown', async t => {
  const hostile = '`]</summary><img src=x> | @all #1 ```\n## heading\n\u202e';
  const review = buildReview(
    reviewInput(
      [
        planned(
          planJson([
            resourceChange({
              address: hostile,
              actions: ['update'],
              before: { a: 'x\ny' },
              after: { a: `${hostile}\n\`\`\`\`` },
            }),
          ]),
          'net|work',
        ),
      ],
      { host: { kind: 'deferred', reason: hostile } },
    ),
  );
  const text = renderReviewMarkdown(review, { limit: commentLimit });
  const outside = text
    .replace(/^ *(`{3,})diff\n[\s\S]*?\n *\1$/gm, '')
    .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
  t.notMatch(outside, /<img|@all|^## heading/m);
  t.notMatch(text, '\u202e');
  t.match(text, '\\u{202e}');
});

t.test('says when a long line or difference is cut', async t => {
  const text = renderReviewMarkdown(
    buildReview(
      reviewInput([
        planned(
          planJson([
            resourceChange({ actions: ['update'], before: { a: 'x' }, after: { a: 'y'.repeat(500) } }),
          ]),
        ),
      ]),
    ),
    { limit: commentLimit },
  );
  t.match(text, /Shortened to fit into a comment: long lines or long differences of 1 entry cut\./);
});

t.test('keeps to its limit whatever a host or a stack waits for', async t => {
  const waitsFor = Array.from({ length: 2000 }, (_, index) => ({
    value: `a_long_name_of_a_value_${index}`,
    fromStack: 'network',
  }));
  const review = buildReview(
    reviewInput([{ kind: 'deferred', stack: 'mpp', waitsFor }], {
      host: { kind: 'deferred', reason: 'r'.repeat(70_000) },
    }),
  );
  t.ok(renderReviewMarkdown(review, { limit: commentLimit }).length <= commentLimit);
});
