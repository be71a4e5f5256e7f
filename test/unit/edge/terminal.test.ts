import t from 'tap';
import { widthOf } from '../../../scripts/edge/terminal.ts';

t.test('takes a width that is none for one that is not told', async t => {
  t.strictSame(
    [widthOf({ columns: 132 }), widthOf({ columns: 1 }), widthOf({ columns: 0 }), widthOf({})],
    [132, 1, 80, 80],
  );
  t.strictSame(
    [widthOf({ columns: 0 }, 100), widthOf({}, 100), widthOf({ columns: 90 }, 100)],
    [100, 100, 90],
  );
});
