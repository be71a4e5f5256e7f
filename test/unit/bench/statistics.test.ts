import { test } from 'tap';
import type { Measure } from '../../../bench/harness/bench.ts';
import { buildRow, median, spreadOf, spreadOfFigure } from '../../../bench/harness/statistics.ts';

const measure: Measure = {
  name: 'start',
  figure: 'seconds',
  unit: 's',
  goal: { kind: 'ratio-at-most', value: 2 },
};

test('median takes the middle, or the mean of the two middles, whatever the order', async t => {
  t.equal(median([3]), 3);
  t.equal(median([9, 1, 2]), 2);
  t.equal(median([10, 1, 2, 3]), 2.5);
  t.equal(median([100, 20, 3]), 20, 'by value, not by text');
  t.throws(() => median([]), /expected a value/);
});

test('a spread holds the smallest and the largest value', async t => {
  t.same(spreadOf([3, 1, 2]), { low: 1, median: 2, high: 3 });
});

test('refuses a run that lacks the figure, and a figure that is no number', async t => {
  t.throws(() => spreadOfFigure([{ seconds: 1 }, {}], 'seconds'), /seconds: expected a number.*got nothing/);
  t.throws(() => spreadOfFigure([{ seconds: Number.NaN }], 'seconds'), /got NaN/);
});

test('a row compares medians, and one slow run does not decide', async t => {
  const samples = {
    ours: [{ seconds: 1 }, { seconds: 2 }, { seconds: 90 }],
    rival: [{ seconds: 1 }, { seconds: 1 }, { seconds: 1 }],
  };
  t.same(buildRow(measure, samples), {
    name: 'start',
    ours: 2,
    rival: 1,
    unit: 's',
    ratio: 2,
    goal: 'ratio <= 2',
    met: true,
  });
});

test('each kind of goal is met at its value and missed behind it', async t => {
  const row = (goal: Measure['goal'], ours: number) =>
    buildRow({ ...measure, goal }, { ours: [{ seconds: ours }], rival: [{ seconds: 2 }] });
  t.match(row({ kind: 'ratio-at-most', value: 2 }, 4), { met: true });
  t.match(row({ kind: 'ratio-at-most', value: 2 }, 4.01), { met: false });
  t.match(row({ kind: 'ratio-at-least', value: 2 }, 4), { met: true, goal: 'ratio >= 2' });
  t.match(row({ kind: 'ratio-at-least', value: 2 }, 3.9), { met: false });
  t.match(row({ kind: 'ours-at-most', value: 1 }, 1), { met: true, goal: 'ours <= 1 s' });
  t.match(row({ kind: 'ours-at-most', value: 1 }, 1.0001), { met: false, ours: 1 }, 'judged before rounding');
});
