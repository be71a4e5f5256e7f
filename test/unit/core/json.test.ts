import t from 'tap';
import { parseExactJson, tryJson } from '../../../scripts/core/json.ts';

t.test('reads a JSON text, and nothing of one that is none', async t => {
  t.same(tryJson('{"a":1}'), { a: 1 });
  t.equal(tryJson('{"a":'), undefined);
});

t.test('keeps every digit of a whole number', async t => {
  t.strictSame(parseExactJson('[1234567890123456789, -9007199254740993, 9007199254740991, 1.5e3, null]'), [
    1234567890123456789n,
    -9007199254740993n,
    9007199254740991,
    1500,
    null,
  ]);
  const texts = { '12345678901234567890': 'a\\" 12345678901234567890 \\\\', b: '"' };
  t.strictSame(parseExactJson(`{"n":12345678901234567890,"t":${JSON.stringify(texts)}}`), {
    n: 12345678901234567890n,
    t: texts,
  });
  t.throws(() => parseExactJson('[01234567890123456789]'), SyntaxError);
});
