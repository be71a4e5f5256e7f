import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Review, reviewJson } from '../core/review/model.ts';
import { type PageParts, renderReviewHtml } from '../core/review/render-html.ts';
import { commentLimit, renderReviewMarkdown } from '../core/review/render-markdown.ts';
import { writeFile } from './files.ts';

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
  const files = {
    'plan.md': renderReviewMarkdown(review, { limit: commentLimit }),
    'plan.html': renderReviewHtml(review, readPageParts(root)),
    'plan.json': reviewJson(review),
  };
  for (const [name, text] of Object.entries(files)) writeFile(join(folder, name), text, 0o600);
}

/** Style and script of the page. */
export function readPageParts(root: string): PageParts {
  const read = (name: string) => readFileSync(join(root, 'templates/review', name), 'utf8');
  return { style: read('review.css'), script: read('review.js') };
}
