import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Review, reviewJson } from '../core/review/model.ts';
import { type PageParts, renderReviewHtml } from '../core/review/render-html.ts';
import { commentLimit, renderReviewMarkdown } from '../core/review/render-markdown.ts';
import { writeFile } from './files.ts';

/** What a review leaves in the environment's folder. */
export const reviewNames = ['plan.md', 'plan.html', 'plan.json'] as const;

/**
 * Writes plan.md, plan.html and plan.json into the environment's folder, for this user alone to read.
 * @param input.folder absolute path of build/<env>
 */
export function writeReviewFiles(input: {
  readonly root: string;
  readonly folder: string;
  readonly review: Review;
}): void {
  const { root, folder, review } = input;
  const files: Readonly<Record<(typeof reviewNames)[number], string>> = {
    'plan.md': renderReviewMarkdown(review, { limit: commentLimit }),
    'plan.html': renderReviewHtml(review, readPageParts(root)),
    'plan.json': reviewJson(review),
  };
  for (const name of reviewNames) writeFile(join(folder, name), files[name], 0o600);
}

/** Style and script of the page. */
export function readPageParts(root: string): PageParts {
  const read = (name: string) => readFileSync(join(root, 'templates/review', name), 'utf8');
  return { style: read('review.css'), script: read('review.js') };
}
