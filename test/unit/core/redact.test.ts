import t from 'tap';
import { redact } from '../../../scripts/core/redact.ts';

t.test('replaces every occurrence, whatever characters the secret holds', async t => {
  t.equal(redact('a $&.* b $&.* c', ['$&.*']), 'a [redacted] b [redacted] c');
  t.equal(redact('key=$1$1$1', ['$1$1$1']), 'key=[redacted]');
});

t.test('takes the longest secret first, so that none leaves a rest', async t => {
  t.equal(redact('pass-word-long', ['pass-word', 'pass-word-long']), '[redacted]');
});

t.test('leaves values shorter than four characters, which stand everywhere', async t => {
  t.equal(redact('abc', ['abc', '']), 'abc');
  t.equal(redact('abcd', ['abcd']), '[redacted]');
});

t.test('replaces a secret of several lines', async t => {
  t.equal(redact('x\nline1\nline2\ny', ['line1\nline2']), 'x\n[redacted]\ny');
});
