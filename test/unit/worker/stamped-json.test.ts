import { createHash } from 'node:crypto';
import t from 'tap';
import { stampedJson } from '../../../worker/shared/stamped-json.ts';

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
