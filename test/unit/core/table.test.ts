import t from 'tap';
import { renderTable } from '../../../scripts/core/table.ts';

t.test('sets words left and numbers right, two spaces apart, without blanks at the end', async t => {
  t.equal(
    renderTable([
      ['stack', 'add', 'note'],
      ['ec2', 5, ''],
      ['bootstrap', 12345, 'x'],
    ]),
    ['stack      add    note', 'ec2            5', 'bootstrap  12345  x'].join('\n'),
  );
});

t.test('takes rows of different lengths, and none', async t => {
  t.equal(renderTable([['a'], ['b', 'cc', 1], ['ddd', 'e']]), ['a', 'b    cc  1', 'ddd  e'].join('\n'));
  t.equal(renderTable([]), '');
});
