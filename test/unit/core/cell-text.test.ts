import fc from 'fast-check';
import t from 'tap';
import { cutTo, showControls, showLines, widthOf, wrapTo } from '../../../scripts/core/cell-text.ts';

t.test('shows what a terminal would obey, and leaves the rest', async t => {
  const cases = [
    ['plain "text", 100 %', 'plain "text", 100 %'],
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u001b[2J\u001b]0;title\u0007', '\\u{1b}[2J\\u{1b}]0;title\\u{7}'],
    ['\u0000\u007f\u009b31m', '\\u{0}\\u{7f}\\u{9b}31m'],
    ['abc\u202egpj.exe\u2066', 'abc\\u{202e}gpj.exe\\u{2066}'],
    ['a\u2028b\ufeff\u00ad', 'a\\u{2028}b\\u{feff}\\u{ad}'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\u{d800}'],
    ['é 日本 👩‍🔬 می‌خواهم', 'é 日本 👩‍🔬 می‌خواهم'],
  ] as const;
  for (const [text, shown] of cases) t.equal(showControls(text), shown);
});

t.test('no text leaves anything to obey', async t => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be gone
  const obeyed = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
  const property = fc.property(fc.string({ unit: 'binary' }), text => !obeyed.test(showControls(text)));
  t.doesNotThrow(() => fc.assert(property));
});

t.test('keeps the lines and tabs of a text of several lines', async t => {
  t.equal(showLines('a\r\n\tat b\u001b[2J\n\rc\n'), 'a\n\tat b\\u{1b}[2J\n\\rc\n');
});

t.test('counts the columns of a terminal', async t => {
  const cases = [
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['日本語', 6],
    ['한국', 4],
    ['ｆｕｌｌ', 8],
    ['😀', 2],
    ['👩‍🔬', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['ﾊﾝｶｸ', 4],
    ['Ελληνικά', 8],
  ] as const;
  for (const [text, width] of cases) t.equal(widthOf(text), width, text);
});

t.test('cuts between characters, never over the width', async t => {
  t.equal(cutTo('abcdef', 6), 'abcdef');
  t.equal(cutTo('abcdefg', 6), 'abcde…');
  t.equal(cutTo('日本語', 5), '日本…');
  t.equal(cutTo('日本語', 4), '日…');
  t.equal(cutTo('aé👩‍🔬b', 3), 'aé…');
  const texts = fc.string({ unit: 'grapheme' });
  const fits = fc.property(texts, fc.integer({ min: 1, max: 20 }), (text, width) => {
    return widthOf(cutTo(text, width)) <= width;
  });
  t.doesNotThrow(() => fc.assert(fits));
});

t.test('wraps between characters: every piece fits, and nothing is lost', async t => {
  t.strictSame(wrapTo('abcdefg', 3), ['abc', 'def', 'g']);
  t.strictSame(wrapTo('', 3), ['']);
  t.strictSame(wrapTo('日本語', 4), ['日本', '語']);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 20 }), (text, width) => {
      const pieces = wrapTo(text, width);
      t.equal(pieces.join(''), text);
      t.ok(pieces.every(piece => widthOf(piece) <= width));
    }),
    { numRuns: 100 },
  );
});
