import { test } from 'tap';
import { renderResult } from '../../../bench/harness/result-table.ts';

test('shows medians with their spread, the goal, and who was compared', async t => {
  const text = renderResult(
    [
      { name: 'copy', figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: 1 } },
      { name: 'memory', figure: 'peakMib', unit: 'MiB', goal: { kind: 'ours-at-most', value: 100 } },
    ],
    {
      ours: [
        { seconds: 1, peakMib: 200 },
        { seconds: 3, peakMib: 100 },
        { seconds: 2, peakMib: 150 },
      ],
      rival: [
        { seconds: 4, peakMib: 50 },
        { seconds: 4, peakMib: 50 },
        { seconds: 4, peakMib: 50 },
      ],
    },
    { ours: 'our tool', rival: 'their tool 1.0' },
  );
  t.same(text.split('\n'), [
    '        ours                rival               unit  ratio  goal',
    'copy    2.00 (1.00 - 3.00)  4.00 (4.00 - 4.00)  s     0.50   ratio <= 1       met',
    'memory  150 (100 - 200)     50.0 (50.0 - 50.0)  MiB   3.00   ours <= 100 MiB  NOT MET',
    '',
    'ours:  our tool',
    'rival: their tool 1.0',
    '3 interleaved pairs; median (smallest - largest)',
  ]);
});
