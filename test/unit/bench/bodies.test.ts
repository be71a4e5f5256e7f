import { test } from 'tap';
import { binaryBody, csvBody, ndjsonBody, stampedNdjsonBody } from '../../../bench/worker/bodies.ts';

const bytes = 3 * 1024 ** 2;
const textOf = (chunks: Iterable<Buffer>) => Buffer.concat([...chunks]).toString();

test('bodies are as long as they say, and nearly as long as asked', async t => {
  for (const body of [binaryBody(bytes), csvBody(bytes), ndjsonBody(bytes)]) {
    t.equal(Buffer.concat([...body.chunks()]).length, body.length);
    t.ok(body.length <= bytes && body.length > bytes / 2, `${body.length}`);
  }
});

test('CSV ends with a whole record', async t => {
  const text = textOf(csvBody(bytes).chunks());
  t.match(text.split('\n').at(-2), /,true$/);
  t.ok(text.endsWith('\n'));
});

test('the stamped NDJSON is the plain one with the member first in each object', async t => {
  const plain = textOf(ndjsonBody(bytes).chunks());
  const stamped = textOf(stampedNdjsonBody(bytes, '"a":1').chunks());
  t.equal(stamped, plain.replaceAll(/^\{/gm, '{"a":1,'));
});
