import t from 'tap';
import { cutParts, s3PutLimits } from '../../../worker/host/large-put.ts';

t.test('cuts a file into parts that leave out nothing', async t => {
  t.strictSame(cutParts(25, { part: 10, parts: 100 }), [
    { number: 1, start: 0, end: 9 },
    { number: 2, start: 10, end: 19 },
    { number: 3, start: 20, end: 24 },
  ]);
  t.strictSame(cutParts(20, { part: 10, parts: 100 }).at(-1), { number: 2, start: 10, end: 19 });
});

t.test('makes the parts larger where there would be too many', async t => {
  const fiveTib = 5 * 1024 ** 4;
  const parts = cutParts(fiveTib, s3PutLimits);
  t.ok(parts.length <= 10_000);
  t.equal(parts.at(-1)?.end, fiveTib - 1);
  t.ok(parts.every(({ start, end }) => end - start < 5 * 1024 ** 3));
});
