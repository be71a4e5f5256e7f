import fc from 'fast-check';
import t from 'tap';
import { createIndex } from '../../../scripts/core/secret-index.ts';

/** Few letters, so that texts begin with and stand within one another. */
const letters = (minLength: number, maxLength: number) =>
  fc.string({ minLength, maxLength, unit: fc.constantFrom('a', 'b', '\u00e9', '\u{1f600}', '.') });

t.test('finds what an alternation finds that has the longest first', async t => {
  const property = fc.property(fc.array(letters(4, 12)), letters(0, 80), (texts, text) => {
    const sources = texts.toSorted((a, b) => b.length - a.length).map(part => part.replaceAll('.', '\\.'));
    const simple = sources.length === 0 ? [] : text.matchAll(new RegExp(sources.join('|'), 'g'));
    const spans = [...simple].map(match => ({ start: match.index, end: match.index + match[0].length }));
    return JSON.stringify(createIndex(texts)(text)) === JSON.stringify(spans);
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 1000 }));
});

t.test('takes no longer for many texts than for one', async t => {
  const texts = Array.from({ length: 50_000 }, (_, index) => `secret-${'0'.repeat(index % 50)}${index}`);
  const text = texts.join(' secret-x ');
  const find = createIndex(texts);
  const started = performance.now();
  t.equal(find(text).length, texts.length);
  t.ok(performance.now() - started < 5000);
});
