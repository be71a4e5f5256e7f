import type { Review } from './model.ts';

/** What the page brings along: the texts of templates/review/review.css and review.js. */
export type PageParts = { readonly style: string; readonly script: string };

/** The review as one page that needs nothing else and may load nothing else. */
export function renderReviewHtml(review: Review, { style, script }: PageParts): string {
  const title = `Plan of ${review.meta.environment}`.replace(/[&<>]/g, found => `&#${found.charCodeAt(0)};`);
  return `<!doctype html><title>${title}</title><style>${style}</style><script>${script}</script>\n`;
}
