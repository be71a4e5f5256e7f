import type { Budget } from './config.ts';
import type { Entry } from './store.ts';

/** What is left of a run's budget. */
export interface WorkBudget {
  /** Whether no further file may be begun. */
  isSpent(): boolean;
  /** A file is begun. */
  spend(entry: Entry): void;
}

/** @param elapsedSeconds since the run began, by a clock that nobody sets */
export function openBudget(budget: Budget, elapsedSeconds: () => number): WorkBudget {
  let files = 0;
  let bytes = 0;
  return {
    // However slow the listing was, each run begins one file: else none would ever be done.
    isSpent: () =>
      files >= budget.files || bytes >= budget.bytes || (files > 0 && elapsedSeconds() >= budget.seconds),
    spend({ size }) {
      files += 1;
      bytes += size;
    },
  };
}
