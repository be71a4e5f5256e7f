import { renderTable } from '../../scripts/core/table.ts';
import type { Measure } from './bench.ts';
import { buildRow, type Samples, type Spread, spreadOfFigure } from './statistics.ts';

/** The result for a person: medians with the smallest and largest value of each side. */
export function renderResult(
  measures: readonly Measure[],
  samples: Samples,
  labels: { readonly ours: string; readonly rival: string },
): string {
  const rows = measures.map(measure => {
    const row = buildRow(measure, samples);
    return [
      row.name,
      renderSpread(spreadOfFigure(samples.ours, measure.figure)),
      renderSpread(spreadOfFigure(samples.rival, measure.figure)),
      row.unit,
      row.ratio.toFixed(2),
      row.goal,
      row.met ? 'met' : 'NOT MET',
    ];
  });
  const table = renderTable([['', 'ours', 'rival', 'unit', 'ratio', 'goal', ''], ...rows]);
  const runs = `${samples.ours.length} interleaved pairs; median (smallest - largest)`;
  return `${table}\n\nours:  ${labels.ours}\nrival: ${labels.rival}\n${runs}`;
}

function renderSpread({ low, median, high }: Spread): string {
  return `${show(median)} (${show(low)} - ${show(high)})`;
}

function show(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
