import t from 'tap';
import { fitsStep, isPattern, splitPattern } from '../../../scripts/core/upload-pattern.ts';

t.test('knows a pattern', async t => {
  t.same(['a*.csv', 'a?.csv', '**/a', 'a.csv', 'a[1].csv'].map(isPattern), [true, true, true, false, false]);
});

t.test('splits it where the first step with a sign stands', async t => {
  t.same(splitPattern('*.csv'), { base: '.', steps: ['*.csv'], isOfFolders: false });
  t.same(splitPattern('/*.csv'), { base: '/', steps: ['*.csv'], isOfFolders: false });
  t.match(splitPattern('/data/20??/**/a.csv'), { base: '/data', steps: ['20??', '**', 'a.csv'] });
  t.match(splitPattern('../x/*/'), { base: '../x', steps: ['*'], isOfFolders: true });
});

t.test('takes ** at the end for everything below', async t => {
  t.same(splitPattern('**'), { base: '.', steps: ['**', '*'], isOfFolders: false });
  t.same(splitPattern('files/**'), { base: 'files', steps: ['**', '*'], isOfFolders: false });
  t.same(splitPattern('a/**//**/**/b*'), { base: 'a', steps: ['**', 'b*'], isOfFolders: false });
  t.same(splitPattern('**/'), { base: '.', steps: [], isOfFolders: true });
  t.same(splitPattern('a/b*/**/'), { base: 'a', steps: ['b*'], isOfFolders: true });
});

t.test('fits names, and hidden ones only where the dot is written', async t => {
  const fits = (step: string, names: readonly string[]) => names.filter(name => fitsStep(step, name));
  t.same(fits('*.csv', ['a.csv', '.csv', '.a.csv', 'acsv', 'a.csv.gz', 'é\n.csv']), ['a.csv', 'é\n.csv']);
  t.same(fits('m?v.csv', ['mov.csv', 'm🚀v.csv', 'mv.csv', 'moov.csv']), ['mov.csv', 'm🚀v.csv']);
  t.same(fits('.*', ['.a', 'a']), ['.a']);
  t.same(fits('a(1)+[x]$.csv', ['a(1)+[x]$.csv', 'a1x.csv']), ['a(1)+[x]$.csv']);
});
