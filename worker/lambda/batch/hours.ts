import type { Hour } from './hour.ts';

/** What became of one hour; `absent` when the archive does not have it, `left` when it was not begun. */
export type HourOutcome = { readonly hour: Hour; readonly seconds: number } & (
  | { readonly outcome: 'brought'; readonly key: string; readonly events: number; readonly bytes: number }
  | { readonly outcome: 'late' | 'missing' | 'left' }
  | { readonly outcome: 'failed'; readonly error: string }
);

/** Hours side by side. Two of them fill one processor, which reads the lines of both. */
const parallel = 2;
/** An hour is not begun in less time than this, nor in less than twice what the slowest one took, up to the longest. */
const leastMs = 30_000;

/**
 * Brings hours one after another, some side by side, until all were tried, enough were brought, or the time is short.
 * @param input.bring does not throw
 * @returns what became of each, in the order given
 */
export async function runHours(input: {
  readonly hours: readonly Hour[];
  /** How many hours are brought at the most. */
  readonly most: number;
  readonly bring: (hour: Hour) => Promise<HourOutcome>;
  /** More time than this no hour needs. */
  readonly longestMs: number;
  readonly remainingMs: () => number;
}): Promise<readonly HourOutcome[]> {
  const { hours, most, bring, longestMs, remainingMs } = input;
  const outcomes: HourOutcome[] = hours.map(hour => ({ hour, seconds: 0, outcome: 'left' }));
  let [next, brought, underWay, slowestMs] = [0, 0, 0, 0];
  const work = async () => {
    while (next < hours.length && brought + underWay < most) {
      if (remainingMs() < Math.max(leastMs, Math.min(longestMs, 2 * slowestMs))) return;
      const at = next;
      const hour = hours[at];
      if (hour === undefined) return;
      next += 1;
      underWay += 1;
      const outcome = await bring(hour);
      underWay -= 1;
      outcomes[at] = outcome;
      slowestMs = Math.max(slowestMs, outcome.seconds * 1000);
      if (outcome.outcome === 'brought') brought += 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return outcomes;
}
