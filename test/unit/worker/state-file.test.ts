import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openState, writeState } from '../../../worker/host/state-file.ts';

/** What a state file does, with what it told of. */
function open(path: string) {
  const told: string[] = [];
  return { ...openState(path, error => told.push(String(error))), told };
}
const read = (path: string) => {
  const { before, told } = open(path);
  return told.length === 0 ? before : told;
};

t.test('reads back what was written, whole or in place', async t => {
  const path = join(t.testdir(), 'state.json');
  t.same(read(path), {});
  writeState(path, { key: 'a' });
  t.same(read(path), { key: 'a' });
  const state = open(path);
  for (const key of ['a long key, é', 'b', '', 'a longer key than any before it', 'c']) {
    state.overwrite({ key });
    t.same(read(path), { key });
  }
  t.equal(statSync(path).size, Buffer.byteLength('{"key":"a longer key than any before it"}\n'));
  state.replace({});
  t.equal(readFileSync(path, 'utf8'), '{}\n');
  state.overwrite({ key: 'd' });
  t.same(read(path), { key: 'd' }, 'in place of what was replaced');
  t.same(state.told, []);
});

t.test('writes over what is longer, and takes what is no object for nothing', async t => {
  const path = join(t.testdir(), 'state.json');
  writeFileSync(path, `{"key":"${'x'.repeat(500)}"}`);
  open(path).overwrite({ key: 'short' });
  t.same(read(path), { key: 'short' });
  for (const text of ['[]', 'null', '"x"']) {
    writeFileSync(path, text);
    t.same(read(path), {}, text);
  }
});

t.test('tells once of what is damaged, and puts an empty file in its place', async t => {
  const path = join(t.testdir(), 'state.json');
  for (const text of ['{"key":"x', '']) {
    writeFileSync(path, text);
    const { before, told } = open(path);
    t.same(before, {});
    t.match(told, [/^SyntaxError/], text);
    t.same(read(path), {}, 'nothing to tell the next time');
  }
});

t.test('stops nothing where a folder stands in its place, and tells of it once', async t => {
  const folder = t.testdir();
  const path = join(folder, 'state.json');
  mkdirSync(path);
  const state = open(path);
  for (const key of ['a', 'b']) state.overwrite({ key });
  state.replace({});
  t.match(state.told, [/EISDIR/]);
  t.same(readdirSync(folder), ['state.json'], 'nothing is left beside it');
});
