import { renderTable } from '../table.ts';
import type { Review } from './model.ts';

export type TextOptions = {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
};

/** The review for a terminal: a table of the stacks, then a tree of what changes. */
export function renderReviewText(review: Review, _options: TextOptions): string {
  return renderTable([
    ['stack', 'add', 'change', 'destroy', ''],
    ...review.stacks.map(({ stack, counts, kind }) => [
      stack,
      counts.add,
      counts.change,
      counts.destroy,
      kind === 'planned' ? '' : kind,
    ]),
  ]);
}
