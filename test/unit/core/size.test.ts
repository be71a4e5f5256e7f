import t from 'tap';
import { renderBytes } from '../../../scripts/core/size.ts';

t.test('shows sizes for people', async t => {
  t.same([0, 1023, 1024, 1536, 5 * 1024 ** 4, 6 * 1024 ** 5].map(renderBytes), [
    '0 B',
    '1023 B',
    '1.0 KiB',
    '1.5 KiB',
    '5.0 TiB',
    '6144.0 TiB',
  ]);
});
