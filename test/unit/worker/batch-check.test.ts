import t from 'tap';
import { countEvents } from '../../../worker/lambda/batch/check.ts';

/** The bytes cut after each of these lengths, and at the end. */
async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}
const count = (text: string | Buffer, size = 1 << 20) => countEvents(cut(Buffer.from(text), size));

t.test('counts objects wherever the chunks end', async t => {
  const text = `{"a":1}\n {"b":"zoë 智子 \\n"} \r\n{"long":"${'x'.repeat(200)}"}\n{}`;
  for (let size = 1; size <= Buffer.byteLength(text) + 1; size += 1) {
    t.equal(await count(text, size), 4, `chunks of ${size}`);
    t.equal(await count(`${text}\n`, size), 4, `chunks of ${size}, and an end of the last line`);
  }
});

t.test('names the first line that is no object', async t => {
  const good = '{"a":"智"}\n';
  const cases = [
    ['', 'expected at least one event, got none'],
    ['\n', 'line 1: expected a JSON object, got ""'],
    [`${good}\n${good}`, 'line 2: expected a JSON object, got ""'],
    [`${good}${good}[2]\n${good}`, 'line 3: expected a JSON object, got "[2]"'],
    [`${good}null`, 'line 2: expected a JSON object, got "null"'],
    [`${good}{"a":1} {}`, 'line 2: expected a JSON object, got "{\\"a\\":1} {}"'],
    [`${good}{"a":"智`, 'line 2: expected a JSON object, got "{\\"a\\":\\"智"'],
    ['\u{feff}{}', 'line 1: expected a JSON object, got "\\ufeff{}"'],
    [`${good}\u{a0}{}\n`, 'line 2: expected a JSON object, got "\u{a0}{}"'],
  ] as const;
  for (const [text, message] of cases) {
    for (const size of [1, 2, 7, 1000])
      await t.rejects(
        count(text, size),
        { message: message.replace('\\ufeff', '\u{feff}') },
        `${message}, ${size}`,
      );
  }
});

t.test('names the line that is no UTF-8', async t => {
  const bytes = Buffer.concat([
    Buffer.from('{"a":"智"}\n{"a":1}\n'),
    Buffer.from('{"a":"zo\xeb"}\n{}\n', 'latin1'),
  ]);
  for (const size of [1, 3, 12, 1000]) {
    await t.rejects(
      count(bytes, size),
      { message: 'line 3: expected UTF-8, got "{\\"a\\":\\"zo\u{fffd}\\"}"' },
      `${size}`,
    );
  }
  await t.rejects(
    count(Buffer.from('{}\n[]\n\xeb\n', 'latin1')),
    { message: /^line 2: expected a JSON object/ },
    'the first',
  );
  // A character that is cut by the end of its line is none, though the bytes behind the end would complete it.
  await t.rejects(count(Buffer.from('{"a":"\xc3\n\xab"}', 'latin1')), { message: /^line 1: expected UTF-8/ });
});

t.test('does not keep a line without end', async t => {
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from('{}\n');
    for (;;) yield Buffer.alloc(1 << 20, 'x');
  }
  await t.rejects(countEvents(endless()), { message: 'line 2: expected at most 16777216 bytes, got more' });
});
