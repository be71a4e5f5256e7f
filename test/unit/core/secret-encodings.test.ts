import fc from 'fast-check';
import t from 'tap';
import { decodeBase64, encodingsOf } from '../../../scripts/core/secret-encodings.ts';

const word = fc.string({ minLength: 6, maxLength: 40, unit: 'grapheme' });

t.test('knows a value in whatever holds it', async t => {
  const property = fc.property(word, fc.string(), (secret, before) => {
    const forms = encodingsOf(secret);
    const holds = (text: string) => forms.some(form => text.includes(form));
    const bytes = Buffer.from(`${before}${secret}.`);
    return (
      holds(JSON.stringify({ a: secret })) &&
      holds(JSON.stringify({ a: JSON.stringify([secret]) })) &&
      holds(encodeURIComponent(secret)) &&
      holds(new URLSearchParams({ a: secret }).toString()) &&
      holds(bytes.toString('base64')) &&
      holds(bytes.toString('base64url'))
    );
  });
  t.doesNotThrow(() => fc.assert(property));
});

t.test('reads base64 that holds a text, and nothing else', async t => {
  t.equal(decodeBase64(Buffer.from('a text: é\n').toString('base64')), 'a text: é\n');
  t.equal(decodeBase64(Buffer.from('a text??>').toString('base64url')), 'a text??>');
  t.equal(decodeBase64('9f86d081884c7d659a2feaa0c55ad015'), undefined);
  t.equal(decodeBase64('no base64'), undefined);
});
