import { createHash } from 'node:crypto';
import fc from 'fast-check';
import t from 'tap';
import { maxGapBytes, ndjson } from '../../../worker/host/processors/ndjson.ts';
import { stampedNdjson } from '../../../worker/shared/stamped-json.ts';
import { findFault, runProcessor, sourceOf } from '../../helpers/run-processor.ts';

const key = 'd/é.ndjson';
const run = (text: string, size?: number) => runProcessor(ndjson, key, Buffer.from(text), size);
const faultOf = (text: string | Buffer, size?: number) => findFault(ndjson, key, Buffer.from(text), size);

function stampOf(text: string): string {
  const sha256 = createHash('sha256').update(text).digest('hex');
  return `"_millrace":{"key":"d/é.ndjson","sourceSha256":"${sha256}","format":1}`;
}

t.test('stamps each line that is an object and nothing else', async t => {
  const text = '{"a":1.0,"a":2}\n[{}]\r\n{}\n\n"{"\n \t\r\n { }\nnull\n-0\n{"b":{"_millrace":1}}';
  const stamp = stampOf(text);
  const expected = `{${stamp},"a":1.0,"a":2}\n[{}]\r\n{${stamp}}\n\n"{"\n \t\r\n {${stamp} }\nnull\n-0\n{${stamp},"b":{"_millrace":1}}`;
  for (let size = 1; size <= text.length; size += 1)
    t.equal((await run(text, size)).toString(), expected, `${size}`);
});

t.test('passes files without a record, and any line end at the end', async t => {
  for (const text of ['', '\n', '\r\n\n', ' \t\n', '1', '1\n', '1\r\n', '1\r', '1\n\n', '\n1']) {
    t.equal((await run(text, 1)).toString(), text, JSON.stringify(text));
  }
});

t.test('refuses a bad line, naming the byte and the line', async t => {
  const cases: readonly (readonly [string, object, string])[] = [
    ['{"a":1}\n{"a":}\n', { byte: 13, record: 2 }, 'expected a value, got byte 0x7d'],
    [
      '\n\r\n[1',
      { byte: 5, record: 3 },
      'expected a digit or the end of the number, got the end of the file',
    ],
    ['[1,\n2]\n', { byte: 3, record: 1 }, 'expected a value, got the end of the line'],
    ['{\n"a":1}\n', { byte: 1, record: 1 }, 'expected a key or }, got the end of the line'],
    [
      '1\n"a\nb"\n',
      { byte: 4, record: 2 },
      'expected text without raw control characters, in UTF-8, got the end of the line',
    ],
    ['tru\n', { byte: 3, record: 1 }, 'expected true, got the end of the line'],
    ['{}{}\n', { byte: 2, record: 1 }, 'expected a comma or the end, got byte 0x7b'],
    ['{},\n', { byte: 2, record: 1 }, 'expected a comma or the end, got byte 0x2c'],
    ['{}\r{}\n', { byte: 3, record: 1 }, 'expected a line feed after a carriage return, got byte 0x7b'],
    ['{"a":\r1}\n', { byte: 5, record: 1 }, 'expected a value, got byte 0x0d'],
    [' \r \n', { byte: 2, record: 1 }, 'expected a line feed after a carriage return, got byte 0x20'],
    ['\ufeff{}\n', { byte: 0, record: 1 }, 'expected a value, got byte 0xef'],
    ['1\n# note\n', { byte: 2, record: 2 }, 'expected a value, got byte 0x23'],
    ['1\n\x1e2\n', { byte: 2, record: 2 }, 'expected a value, got byte 0x1e'],
    [`1\n${'['.repeat(1001)}`, { byte: 1002, record: 2 }, 'nested deeper than 1000 levels'],
  ];
  for (const [text, place, message] of cases) {
    for (const size of [1, 2, 1000]) {
      t.strictSame(
        await faultOf(text, size),
        { reason: 'invalid-ndjson', message, place },
        JSON.stringify(text),
      );
    }
  }
  t.match(await faultOf(Buffer.from('"\xff"', 'latin1')), { place: { byte: 1, record: 1 } });
});

t.test('refuses a line that has a stamp, however its name is spelt', async t => {
  for (const name of ['_millrace', '\\u005fmillrace', '_\\u006Dillrace']) {
    for (const size of [1, 3, 100]) {
      t.strictSame(await faultOf(`{"x":{"_millrace":1}}\n{"a":{},"${name}":1}\n`, size), {
        reason: 'already-stamped',
        message: "the line's object already has a member _millrace",
        place: { byte: 30, record: 2 },
      });
    }
  }
  for (const name of ['_millrace ', '__millrace', '\\\\_millrace', 'millrace', '']) {
    t.equal(await faultOf(`{"${name}":1}\n`, 4), undefined, name);
  }
});

t.test('refuses what it wrote itself', async t => {
  const stamped = await run('[]\n{}\n');
  t.match(await faultOf(stamped), { reason: 'already-stamped', place: { byte: 4, record: 2 } });
});

t.test('holds back little, however much whitespace follows a brace', async t => {
  for (const gap of [maxGapBytes - 1, maxGapBytes, maxGapBytes + 1, 3 * maxGapBytes]) {
    for (const body of ['"a":1}', '}']) {
      const text = `{}\n{${' '.repeat(gap)}${body}\n{"b":2}\n`;
      for (const size of [1, 1000, maxGapBytes, text.length]) {
        t.ok((await run(text, size)).equals(stampedNdjson(key, Buffer.from(text))), `${gap} ${body} ${size}`);
      }
    }
  }
  const line = `{${' '.repeat(1_000_000)}"a":1}\n`;
  let read = 0;
  let written = 0;
  const chunks = sourceOf(key, Buffer.from(line), 10_000);
  async function* counted() {
    for await (const chunk of chunks.open()) {
      t.ok(read - written <= maxGapBytes, `${read} bytes read, ${written} written`);
      read += chunk.length;
      yield chunk;
    }
  }
  for await (const piece of ndjson.process({ ...chunks, open: counted })) written += piece.length;
  t.equal(written, Buffer.byteLength(`${line}${stampOf(line)},`));
});

t.test('gathers short lines into large pieces', async t => {
  const text = '{}\n'.repeat(100_000);
  const sizes: number[] = [];
  const parts: Buffer[] = [];
  for await (const part of ndjson.process(sourceOf(key, Buffer.from(text), 65_536))) {
    sizes.push(part.length);
    parts.push(part);
  }
  t.ok(Buffer.concat(parts).equals(stampedNdjson(key, Buffer.from(text))));
  t.ok(Math.max(...sizes) <= 256 * 1024, `at most ${Math.max(...sizes)} bytes`);
  t.ok(sizes.length < 100, `${sizes.length} pieces`);
});

const line = fc.oneof(
  fc.json(),
  fc.constantFrom('', ' ', '{}', '{ \t}', '[]', ' {"a" : 1 } ', '{"é":"渡"}', '1.0', '{"_mill":0}'),
);
const lineEnd = fc.constantFrom('\n', '\r\n');

t.test('stamps any valid file as the reference does, wherever the chunks end', async t => {
  const file = fc.array(fc.tuple(line, lineEnd), { maxLength: 8 }).map(lines => lines.flat().join(''));
  const property = fc.asyncProperty(file, line, fc.integer({ min: 1, max: 9 }), async (head, last, size) => {
    const text = head + last;
    return (await run(text, size)).equals(stampedNdjson(key, Buffer.from(text)));
  });
  await t.resolves(fc.assert(property, { numRuns: 500 }));
});

/**
 * As JSON.parse judges each line, but for two rules: a line of nothing but blanks and tabs is passed over, and a
 * CR stands before LF or the end alone, where JSON.parse takes it as a blank.
 */
function isNdjson(text: string): boolean {
  return text.split('\n').every(line => {
    const content = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (content.includes('\r')) return false;
    if (/^[ \t]*$/.test(content)) return true;
    try {
      JSON.parse(content);
      return true;
    } catch {
      return false;
    }
  });
}

t.test('judges lines as JSON.parse does, wherever the chunks end', async t => {
  const damaged = fc
    .tuple(line, fc.nat(), fc.constantFrom('', ' ', ',', '}', ']', '"', '\\', '0', '\r', '\n', '\u0001', 'é'))
    .map(
      ([text, at, extra]) =>
        text.slice(0, at % (text.length + 1)) + extra + text.slice(at % (text.length + 1)),
    );
  const noise = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u01-+.eE tfnrualse\n\r') });
  const file = fc
    .array(fc.tuple(fc.oneof(line, damaged, noise), lineEnd), { minLength: 1, maxLength: 4 })
    .map(lines => lines.flat().join(''));
  let valid = 0;
  let invalid = 0;
  const property = fc.asyncProperty(file, fc.integer({ min: 1, max: 9 }), async (text, size) => {
    const isValid = isNdjson(text);
    if (isValid) valid += 1;
    else invalid += 1;
    return ((await faultOf(text, size)) === undefined) === isValid;
  });
  await t.resolves(fc.assert(property, { numRuns: 2000 }));
  t.ok(valid > 200 && invalid > 200, `${valid} valid, ${invalid} invalid`);
});
