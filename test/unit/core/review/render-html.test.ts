import { createHash } from 'node:crypto';
import t from 'tap';
import { buildReview } from '../../../../scripts/core/review/build-review.ts';
import { renderReviewHtml } from '../../../../scripts/core/review/render-html.ts';
import { projectRoot } from '../../../../scripts/edge/entry.ts';
import { readPageParts } from '../../../../scripts/edge/review-files.ts';
import { hugeInput, mixedInput, readPlan } from '../../../helpers/plans/fixtures.ts';
import { planned, reviewInput } from '../../../helpers/plans/inputs.ts';

const parts = readPageParts(projectRoot);

t.test('allows its own style and script by their hashes, and nothing else', async t => {
  const page = renderReviewHtml(buildReview(mixedInput()), parts);
  const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  const shown = policy.replaceAll('&#39;', "'");
  t.match(shown, "default-src 'none'");
  t.notMatch(shown, 'unsafe');
  const inline = [...page.matchAll(/<(script|style)>([\s\S]*?)<\/\1>/g)];
  t.equal(inline.length, 2);
  for (const [, tag, content = ''] of inline) {
    const hash = createHash('sha256').update(content).digest('base64');
    t.ok(shown.includes(`${tag}-src 'sha256-${hash}'`), `${tag}`);
  }
  t.notMatch(page, /\s(style|on\w+)="/, 'no attribute that the policy forbids');
  t.notMatch(page, /(src|href)="(?!#)/, 'nothing is loaded');
});

t.test('lets no name become markup', async t => {
  const page = renderReviewHtml(buildReview(reviewInput([planned(readPlan('hostile').json)])), parts);
  t.equal(page.match(/<script/g)?.length, 1);
  t.notMatch(page, /<img|<h1>(?!Plan)/);
  t.notMatch(page, /[\u202a-\u202e\u2066-\u2069]/);
  t.match(page, '&#60;/script&#62;');
});

t.test('writes no markup in its script that a browser could run from a text', async t => {
  t.notMatch(parts.script, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(/);
});

t.test('opens what needs a look, and folds the rest', async t => {
  const page = renderReviewHtml(buildReview(reviewInput([planned(readPlan('replace').json)])), parts);
  t.match(page, '<details open>');
  t.notMatch(
    renderReviewHtml(buildReview(reviewInput([planned(readPlan('create').json)])), parts),
    '<details open>',
  );
});

t.test('makes a page of 2,000 resources in seconds, of a few megabytes at most', async t => {
  const started = performance.now();
  const page = renderReviewHtml(buildReview(hugeInput(2000)), parts);
  t.ok(performance.now() - started < 5000);
  t.ok(page.length < 6_000_000, `${page.length}`);
});
