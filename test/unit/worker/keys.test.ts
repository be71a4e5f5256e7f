import t from 'tap';
import {
  compareKeys,
  decodeListedKey,
  errorKeys,
  isFolderMarker,
  outputKey,
  sha256,
} from '../../../worker/shared/keys.ts';

t.test('decodes a listed key as AWS and as the emulator write it', async t => {
  for (const encoded of ['a+b%2Bc', 'a%20b%2Bc']) t.equal(decodeListedKey(encoded), 'a b+c');
  t.equal(decodeListedKey('line%0D%0Aend/%252F/%F0%9F%9A%80'), 'line\r\nend/%2F/🚀');
});

t.test('orders keys by their bytes', async t => {
  t.ok(compareKeys('\uffee', '🚀') < 0, 'UTF-16 would say otherwise');
  t.ok('\uffee' > '🚀');
  t.equal(compareKeys('a', 'a'), 0);
});

t.test('knows a folder marker', async t => {
  t.ok(isFolderMarker('', 0));
  t.ok(isFolderMarker('a/', 0));
  t.notOk(isFolderMarker('a/', 1));
  t.notOk(isFolderMarker('a', 0));
});

t.test('has no output key for a name that the longer folder makes too long', async t => {
  t.equal(outputKey('a/b.json'), 'output/a/b.json');
  t.equal(outputKey('é'.repeat(508))?.length, 515);
  t.equal(outputKey('x'.repeat(1018)), undefined);
});

t.test('hashes the name of an awkward key in errors/', async t => {
  t.same(errorKeys('a/b.json'), { file: 'errors/a/b.json', record: 'errors/a/b.json.error.json' });
  for (const key of ['', '~x', 'a.json.error.json', 'x'.repeat(1007)]) {
    const file = `errors/~${sha256(key)}`;
    t.same(errorKeys(key), { file, record: `${file}.error.json` }, key.slice(0, 20));
  }
  t.equal(errorKeys('x'.repeat(1006)).record.length, 1024);
});
