import { execFileSync } from 'node:child_process';
import { chmodSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { findFiles, openSource } from '../../../scripts/edge/upload-files.ts';

const tree = {
  'movies.csv': 'id\n',
  'notes.md': 'x',
  '.hidden.csv': 'x',
  deep: { 'series.CSV': 'id\n1\n', '.secret': { 'x.csv': 'x' }, er: { 'a.csv': '' } },
  empty: {},
};
const namesOf = async (root: string, ...names: readonly string[]) =>
  (await findFiles(names.map(name => join(root, name)))).map(({ shown }) => shown.slice(root.length + 1));

t.test('takes files as they are, the .csv files below a folder, and what fits a pattern', async t => {
  const root = t.testdir(tree);
  t.same(await namesOf(root, 'notes.md', 'movies.csv'), ['notes.md', 'movies.csv']);
  t.same(await namesOf(root, '.'), ['deep/er/a.csv', 'deep/series.CSV', 'movies.csv']);
  t.same(await namesOf(root, 'm*.csv'), ['movies.csv']);
  t.same(await namesOf(root, '**/*.csv'), ['movies.csv', 'deep/er/a.csv']);
  t.same(
    await namesOf(root, 'd*'),
    ['deep/er/a.csv', 'deep/series.CSV'],
    'a folder that fits is taken like one',
  );
  t.same(await namesOf(root, 'movies.csv', '*.csv', '.'), ['movies.csv', 'deep/er/a.csv', 'deep/series.CSV']);
  t.match(await findFiles([join(root, 'deep/series.CSV')]), [
    { path: join(root, 'deep/series.CSV'), bytes: 5 },
  ]);
});

t.test('takes ** for any depth, at the end too', async t => {
  const root = t.testdir(tree);
  const files = ['movies.csv', 'notes.md', 'deep/er/a.csv', 'deep/series.CSV'];
  const find = async (pattern: string) => [...(await namesOf(root, pattern))].sort();
  for (const pattern of ['**', '**/*', '**/**']) t.same(await find(pattern), [...files].sort(), pattern);
  t.same(await find('deep/**'), ['deep/er/a.csv', 'deep/series.CSV']);
  t.same(await find('**/a.csv'), ['deep/er/a.csv']);
  const datasets = files.filter(name => name !== 'notes.md').sort();
  const given = (await findFiles([`${root}/**/`])).map(({ shown }) => shown.slice(root.length + 1));
  t.same([...given].sort(), datasets, 'with a slash as the folder itself');
  const folders = (await findFiles([`${root}/*/`])).map(({ shown }) => shown.slice(root.length + 1));
  t.same(folders, ['deep/er/a.csv', 'deep/series.CSV'], 'folders alone');
});

t.test('passes over folders without .csv files that fit a pattern, as long as something fits', async t => {
  const root = t.testdir({ ...tree, texts: { 'a.md': 'x' } });
  t.same(await namesOf(root, '*'), ['deep/er/a.csv', 'deep/series.CSV', 'movies.csv', 'notes.md']);
  await t.rejects(namesOf(root, 'emp*', 't*'), {
    message: [
      'upload: 2 faults',
      `  ${root}/emp*: expects a pattern that some file fits, got none`,
      `  ${root}/t*: expects a pattern that some file fits, got none`,
    ].join('\n'),
  });
});

t.test('takes a name with signs of a pattern as it is', async t => {
  const root = t.testdir({ 'a*.csv': 'x', 'ab.csv': 'x' });
  t.same(await namesOf(root, 'a*.csv'), ['a*.csv']);
});

t.test('follows a link to a file, not to a folder', async t => {
  const root = t.testdir({ real: { 'a.csv': 'id\n' }, given: {} });
  symlinkSync('../real/a.csv', join(root, 'given/b.csv'));
  symlinkSync('..', join(root, 'given/loop'));
  symlinkSync('../real', join(root, 'given/folder.csv'));
  t.same(await namesOf(root, 'given'), ['given/b.csv']);
  t.same(await namesOf(root, '**'), ['given/b.csv', 'real/a.csv'], 'nor with a pattern of any depth');
  symlinkSync('real', join(root, 'link'));
  t.same(await namesOf(root, 'link'), ['link/a.csv'], 'unless it is given');
});

t.test('tells everything that cannot be taken', async t => {
  const root = t.testdir(tree);
  execFileSync('mkfifo', [join(root, 'pipe.csv')]);
  symlinkSync('nowhere', join(root, 'dangling.csv'));
  const names = ['gone.csv', 'empty', 'pipe.csv', 'dangling.csv', 'x*.csv', 'movies.csv/x'];
  await t.rejects(namesOf(root, ...names), {
    message: [
      'upload: 6 faults',
      `  ${root}/gone.csv: there is no such file`,
      `  ${root}/empty: expects a folder with .csv files in it, got none`,
      `  ${root}/pipe.csv: expects a file or a folder, got a device, a pipe or a socket`,
      `  ${root}/dangling.csv: there is no such file`,
      `  ${root}/x*.csv: expects a pattern that some file fits, got none`,
      `  ${root}/movies.csv/x: expects a file that this user can read, got ENOTDIR`,
    ].join('\n'),
  });
});

t.test('tells a file that this user cannot read', { skip: process.getuid?.() === 0 }, async t => {
  const root = t.testdir(tree);
  chmodSync(join(root, 'deep'), 0o000);
  await t.rejects(namesOf(root, '**/*.csv'), {
    message: `upload: ${root}/deep: expects a folder that this user can read, got EACCES`,
  });
  chmodSync(join(root, 'deep'), 0o755);
  chmodSync(join(root, 'movies.csv'), 0o000);
  await t.rejects(namesOf(root, 'movies.csv'), {
    message: /expects a file that this user can read, got EACCES/,
  });
});

function openOld(t: Test, text: string) {
  const path = join(t.testdir({ 'a.csv': text }), 'a.csv');
  const source = openSource(path);
  t.teardown(source.close);
  return { path, source };
}

t.test('reads parts, and knows when there is less', async t => {
  const { source } = openOld(t, 'abcdef');
  t.equal(source.bytes, 6);
  t.ok(source.isFresh, 'it was made just now');
  const read = async (start: number, length: number) =>
    (await source.read({ number: 1, start, length }, Buffer.alloc(8)))?.toString();
  t.same(
    [await read(0, 6), await read(2, 3), await read(0, 0), await read(4, 3)],
    ['abcdef', 'cde', '', undefined],
  );
  t.ok(source.isSame());
});

t.test('notices every change, the times set back too', async t => {
  const changes = {
    grown: (path: string) => writeFileSync(path, 'abcdefg'),
    'other bytes, old times': (path: string) => {
      writeFileSync(path, 'ABCDEF');
      utimesSync(path, 1, 1);
    },
    replaced: (path: string) => {
      writeFileSync(`${path}.new`, 'abcdef');
      renameSync(`${path}.new`, path);
    },
    'moved away': (path: string) => renameSync(path, `${path}.old`),
  };
  for (const [how, change] of Object.entries(changes)) {
    await t.test(how, async t => {
      const { path, source } = openOld(t, 'abcdef');
      await new Promise(resolve => setTimeout(resolve, 20));
      change(path);
      t.notOk(source.isSame());
    });
  }
});
