/** Writes test/fixtures/reviews/, what a terminal shows of each committed plan: npx tsx test/helpers/plans/write-reviews.ts */

import { fileURLToPath } from 'node:url';
import { buildReview } from '../../../scripts/core/review/build-review.ts';
import { renderReviewText } from '../../../scripts/core/review/render-text.ts';
import { writeFile } from '../../../scripts/edge/files.ts';
import { goldenFile, goldenInputs } from './fixtures.ts';

/** What is committed for one review. */
export function renderGolden(input: Parameters<typeof buildReview>[0]): string {
  return `${renderReviewText(buildReview(input), { width: 160, color: false })}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, input] of goldenInputs()) writeFile(goldenFile(name), renderGolden(input));
}
