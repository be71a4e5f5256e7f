import type { Figures, Goal, Measure } from './bench.ts';

/** One row of `npm run bench -- NAME --json`. */
export type Row = {
  readonly name: string;
  /** Medians. */
  readonly ours: number;
  readonly rival: number;
  readonly unit: string;
  /** `ours / rival`. */
  readonly ratio: number;
  readonly goal: string;
  readonly met: boolean;
};

export type Spread = { readonly low: number; readonly median: number; readonly high: number };

/** The two contenders' figures, run by run. */
export type Samples = { readonly ours: readonly Figures[]; readonly rival: readonly Figures[] };

/** @throws Error for an empty list */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [upper, lower] = [sorted[Math.floor(sorted.length / 2)], sorted[Math.floor((sorted.length - 1) / 2)]];
  if (upper === undefined || lower === undefined) throw new Error('median: expected a value, got none');
  return (lower + upper) / 2;
}

/** The median between the smallest and the largest value. */
export function spreadOf(values: readonly number[]): Spread {
  return { low: Math.min(...values), median: median(values), high: Math.max(...values) };
}

/** The spread of one figure over a contender's runs. @throws Error when a run lacks it */
export function spreadOfFigure(runs: readonly Figures[], figure: string): Spread {
  return spreadOf(
    runs.map(run => {
      const value = run[figure];
      if (value === undefined || !Number.isFinite(value))
        throw new Error(`${figure}: expected a number from every run, got ${value ?? 'nothing'}`);
      return value;
    }),
  );
}

/** Compares the medians of one figure. */
export function buildRow(measure: Measure, samples: Samples): Row {
  const ours = spreadOfFigure(samples.ours, measure.figure).median;
  const rival = spreadOfFigure(samples.rival, measure.figure).median;
  const ratio = ours / rival;
  return {
    name: measure.name,
    ours: round(ours),
    rival: round(rival),
    unit: measure.unit,
    ratio: round(ratio),
    goal: renderGoal(measure.goal, measure.unit),
    met: isMet(measure.goal, { ours, ratio }),
  };
}

function isMet(goal: Goal, { ours, ratio }: { readonly ours: number; readonly ratio: number }): boolean {
  switch (goal.kind) {
    case 'ratio-at-most':
      return ratio <= goal.value;
    case 'ratio-at-least':
      return ratio >= goal.value;
    case 'ours-at-most':
      return ours <= goal.value;
  }
}

function renderGoal(goal: Goal, unit: string): string {
  switch (goal.kind) {
    case 'ratio-at-most':
      return `ratio <= ${round(goal.value)}`;
    case 'ratio-at-least':
      return `ratio >= ${round(goal.value)}`;
    case 'ours-at-most':
      return `ours <= ${goal.value} ${unit}`;
  }
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
