import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openState, readState, writeState } from '../../../worker/host/state-file.ts';

t.test('reads back what was written, whole or in place', async t => {
  const path = join(t.testdir(), 'state.json');
  t.same(readState(path), {});
  writeState(path, { key: 'a' });
  t.same(readState(path), { key: 'a' });
  const write = openState(path);
  for (const key of ['a long key, é', 'b', '', 'a longer key than any before it', 'c']) {
    write({ key });
    t.same(readState(path), { key });
  }
  t.equal(statSync(path).size, Buffer.byteLength('{"key":"a longer key than any before it"}\n'));
  writeState(path, {});
  t.equal(readFileSync(path, 'utf8'), '{}\n');
});

t.test('writes over what is longer, and takes what is damaged for nothing', async t => {
  const path = join(t.testdir(), 'state.json');
  writeFileSync(path, `{"key":"${'x'.repeat(500)}"`);
  t.same(readState(path), {});
  openState(path)({ key: 'short' });
  t.same(readState(path), { key: 'short' });
  for (const text of ['[]', 'null', '"x"', '']) {
    writeFileSync(path, text);
    t.same(readState(path), {}, text);
  }
});
