import { createHash } from 'node:crypto';
import t from 'tap';
import { stampedJson, stampedNdjson } from '../../../worker/shared/stamped-json.ts';

const member = (key: string, text: string) =>
  `"_millrace":{"key":${JSON.stringify(key)},"sourceSha256":"${createHash('sha256').update(text).digest('hex')}","format":1}`;

t.test('puts the stamp first and changes nothing else', async t => {
  for (const [text, before, after] of [
    [' {\n"a":1.0}', ' {', ',\n"a":1.0}'],
    ['{}', '{', '}'],
    ['{ \t}\n', '{', ' \t}\n'],
  ] as const) {
    const key = 'dir/"é".json';
    t.equal(stampedJson(key, Buffer.from(text)).toString(), before + member(key, text) + after);
  }
  for (const text of ['[{}]', '1', '"{"']) t.equal(stampedJson('k', Buffer.from(text)).toString(), text);
});

t.test('stamps each line that is an object, with the hash of the whole file', async t => {
  const file = '{"a":1}\r\n\n [1]\n{ }\n"{"\n\t{\t"b":2}';
  const stamp = member('d.jsonl', file);
  t.equal(
    stampedNdjson('d.jsonl', Buffer.from(file)).toString(),
    `{${stamp},"a":1}\r\n\n [1]\n{${stamp} }\n"{"\n\t{${stamp},\t"b":2}`,
  );
  t.equal(stampedNdjson('d.jsonl', Buffer.alloc(0)).length, 0);
});

t.test('writes the comma of a line after a gap of more than 4,096 bytes', async t => {
  for (const [gap, isNear] of [
    [4096, true],
    [4097, false],
  ] as const) {
    const space = ' '.repeat(gap);
    const file = `{${space}"a":1}\n`;
    const stamp = member('d.jsonl', file);
    const expected = isNear ? `{${stamp},${space}"a":1}\n` : `{${stamp}${space},"a":1}\n`;
    t.equal(stampedNdjson('d.jsonl', Buffer.from(file)).toString(), expected, `${gap}`);
    t.equal(stampedJson('d.jsonl', Buffer.from(file)).toString(), `{${stamp},${space}"a":1}\n`, `${gap}`);
  }
});
