import { renderTable } from '../../scripts/core/table.ts';
import type { Measure } from './bench.ts';
import { buildRow, type Samples, type Spread, spreadOfFigure } from './statistics.ts';

/** What came of one work. */
export type Result = {
  readonly name: string;
  readonly measures: readonly Measure[];
  readonly samples: Samples;
  readonly labels: { readonly ours: string; readonly rival: string };
};

/** The results for a person: medians with the smallest and largest value of each side, then who was compared. */
export function renderResults(results: readonly Result[]): string {
  const rows = results.flatMap(({ measures, samples }) => measures.map(entry => renderRow(entry, samples)));
  const table = renderTable([['', 'ours', 'rival', 'unit', 'ratio', 'goal', ''], ...rows]);
  return [table, ...results.map(renderContenders), 'median (smallest - largest)'].join('\n\n');
}

function renderRow(measure: Measure, samples: Samples): readonly string[] {
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
}

function renderContenders({ name, samples, labels }: Result): string {
  return [
    `${name}, ${samples.ours.length} interleaved pairs`,
    `  ours:  ${labels.ours}`,
    `  rival: ${labels.rival}`,
  ].join('\n');
}

function renderSpread({ low, median, high }: Spread): string {
  return `${show(median)} (${show(low)} - ${show(high)})`;
}

function show(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
