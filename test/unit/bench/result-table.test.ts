import { test } from 'tap';
import { renderResults } from '../../../bench/harness/result-table.ts';

test('shows all works in one table: medians with their spread, the goal, and who was compared', async t => {
  const text = renderResults([
    {
      name: 'copying',
      measures: [
        { name: 'copy', figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-most', value: 1 } },
        { name: 'memory', figure: 'peakMib', unit: 'MiB', goal: { kind: 'ours-at-most', value: 100 } },
      ],
      samples: {
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
      labels: { ours: 'our tool', rival: 'their tool 1.0' },
    },
    {
      name: 'moving',
      measures: [{ name: 'move', figure: 'seconds', unit: 's', goal: { kind: 'ratio-at-least', value: 2 } }],
      samples: { ours: [{ seconds: 6 }], rival: [{ seconds: 2 }] },
      labels: { ours: 'our tool', rival: 'mv' },
    },
  ]);
  t.same(text.split('\n'), [
    '        ours                rival               unit  ratio  goal',
    'copy    2.00 (1.00 - 3.00)  4.00 (4.00 - 4.00)  s     0.50   ratio <= 1       met',
    'memory  150 (100 - 200)     50.0 (50.0 - 50.0)  MiB   3.00   ours <= 100 MiB  NOT MET',
    'move    6.00 (6.00 - 6.00)  2.00 (2.00 - 2.00)  s     3.00   ratio >= 2       met',
    '',
    'copying, 3 interleaved pairs',
    '  ours:  our tool',
    '  rival: their tool 1.0',
    '',
    'moving, 1 interleaved pairs',
    '  ours:  our tool',
    '  rival: mv',
    '',
    'median (smallest - largest)',
  ]);
});
