import t from 'tap';
import { cutIntoParts, foldersOf, partBytes, planUpload } from '../../../scripts/core/upload-plan.ts';

const day = '2026-11-20';
const found = (path: string, bytes = 1) => ({ shown: path, path: `/w/${path}`, bytes });

t.test('gives each file its key', async t => {
  const files = [found('movies.csv'), found('x/series.csv')];
  t.same(
    planUpload({ files, dataset: undefined, day }).map(({ shown, key }) => [shown, key]),
    [
      ['movies.csv', 'Raw/Local/CSV/Movies/2026/11/20/movies.csv'],
      ['x/series.csv', 'Raw/Local/CSV/Series/2026/11/20/series.csv'],
    ],
  );
  t.same(
    planUpload({ files, dataset: 'all', day }).map(({ key }) => key),
    ['Raw/Local/CSV/All/2026/11/20/movies.csv', 'Raw/Local/CSV/All/2026/11/20/series.csv'],
  );
});

t.test('tells every fault at once', async t => {
  const files = [found('a.csv'), found('b/a.csv'), found('9.csv'), found('big.csv', 6 * 1024 ** 4)];
  t.throws(() => planUpload({ files, dataset: undefined, day }), {
    message:
      'upload: 3 faults\n' +
      '  b/a.csv: would take the same key as a.csv, Raw/Local/CSV/A/2026/11/20/a.csv\n' +
      '  9.csv: expects a dataset before the first dot of its name (letters, digits and underscores, no digit first) or --dataset, got "9"\n' +
      '  big.csv: expects at most 5 TiB, which an object can hold, got 6597069766656 bytes',
    hint: 'Nothing has been uploaded.',
  });
  t.doesNotThrow(() => planUpload({ files: [found('9.csv')], dataset: 'nine', day }));
});

t.test('cuts a file into parts that cover it, at most 10,000 of them', async t => {
  t.same(cutIntoParts(0), []);
  t.same(cutIntoParts(1), [{ number: 1, start: 0, length: 1 }]);
  for (const bytes of [partBytes, partBytes + 1, 3 * partBytes - 1, 80 * 1024 ** 3, 5 * 1024 ** 4]) {
    const parts = cutIntoParts(bytes);
    t.ok(parts.length <= 10_000, `${parts.length} parts`);
    let next = 0;
    const isWhole = parts.every(({ number, start, length }, at) => {
      const fits = number === at + 1 && start === next && length > 0;
      next = start + length;
      return fits && (at === parts.length - 1 || length >= partBytes);
    });
    t.ok(isWhole && next === bytes, `${bytes} bytes`);
  }
});

t.test('names each folder once', async t => {
  t.same(foldersOf(['b/c/x', 'b/c/y', 'a/z']), ['a/', 'b/c/']);
});
