import fc from 'fast-check';
import t from 'tap';
import { FileFault } from '../../../worker/host/file-fault.ts';
import { json } from '../../../worker/host/processors/json.ts';
import { createJsonScanner, maxDepth } from '../../../worker/host/processors/json-scanner.ts';
import { stampedJson } from '../../../worker/shared/stamped-json.ts';
import { chop, findFault, runProcessor } from '../../helpers/run-processor.ts';

const deaf = { openRoot() {}, enterRoot() {}, meetStamp() {} };

function scan(bytes: Buffer, size = bytes.length) {
  const scanner = createJsonScanner('document', deaf);
  for (const chunk of chop(bytes, size)) scanner.write(chunk);
  return scanner.end();
}

function faultOf(bytes: Buffer, size?: number) {
  try {
    scan(bytes, size);
    return undefined;
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    return { reason: error.reason, detail: error.message, byte: error.place?.byte };
  }
}

/** JSON.parse accepts what RFC 8259 accepts, once the bytes are UTF-8. */
function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

const accepted = [
  ...[
    '{}',
    ' [ ] ',
    '0',
    '-0',
    '-0.0',
    '1e5',
    '1E+05',
    '1.5e-3',
    '"\\u00e9\\n"',
    'true',
    'false',
    'null',
    '""',
  ],
  ...[
    '{"a":{"b":[1,[2,{"c":null}]]}}',
    '[1 , 2]',
    '{"a":1,"a":2}',
    '"\\ud800"',
    '"é渡🚀\u007f"',
    '\t{\r\n}\n',
  ],
  ...['90071992547409931234567890', '{"10":1,"9":2}', '[[],{}]', '{"":0}'],
];
const refused = [
  ...[
    '',
    ' ',
    '{',
    '[',
    '"',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '[1,]',
    '[,1]',
    '{,}',
    '{a:1}',
    "{'a':1}",
    '01',
    '-',
  ],
  ...[
    '1.',
    '.5',
    '+1',
    '1e',
    '1e+',
    '0x1',
    'tru',
    'truex',
    'nul',
    'True',
    'NaN',
    'Infinity',
    '[1}',
    '{"a":1]',
  ],
  ...[
    '1 2',
    '{}{}',
    '[] []',
    '"\n"',
    '"\\x"',
    '"\\u12g4"',
    '"\u0000"',
    '// c\n1',
    '{"a":1}}',
    ']',
    ',',
    ':',
    '\v1',
  ],
  ...[
    '\ufeff{}',
    '{}\u00a0',
    '{"a":1 "b":2}',
    '[1 2]',
    '"a" "b"',
    '-a',
    '1e5.5',
    '{"a"::1}',
    '{1:2}',
    '[nulll]',
  ],
];
const badUtf8 = [
  ...[
    'ff',
    'c080',
    'c1bf',
    'e08080',
    'eda080',
    'edbfbf',
    'f0808080',
    'f4908080',
    'f5808080',
    '80',
    'c3',
    'e282',
  ],
  ...['e28228', 'f09f9a', 'c328', 'fe', 'efbf'],
];

t.test('accepts what RFC 8259 accepts', async t => {
  for (const text of accepted) t.equal(faultOf(Buffer.from(text)), undefined, text);
});

t.test('refuses what RFC 8259 refuses', async t => {
  for (const text of refused)
    t.equal(faultOf(Buffer.from(text))?.reason, 'invalid-json', JSON.stringify(text));
});

t.test('refuses bytes that are not UTF-8', async t => {
  for (const hex of badUtf8) {
    const bytes = Buffer.concat([Buffer.from('"'), Buffer.from(hex, 'hex'), Buffer.from('"')]);
    t.equal(faultOf(bytes)?.reason, 'invalid-json', hex);
  }
});

t.test('names the byte and what was expected', async t => {
  t.match(faultOf(Buffer.from('{"a":1,}')), { byte: 7, detail: 'expected a key, got byte 0x7d' });
  t.match(faultOf(Buffer.from('{"a":')), { byte: 5, detail: 'expected a value, got the end of the file' });
  t.match(faultOf(Buffer.from('[tru ]')), { byte: 4, detail: 'expected true, got byte 0x20' });
  t.match(faultOf(Buffer.from('[1]]')), { byte: 3, detail: 'expected a comma or the end, got byte 0x5d' });
});

t.test('accepts nesting up to its limit, objects and arrays alike', async t => {
  const nest = (open: string, close: string, depth: number) =>
    Buffer.from(`${open.repeat(depth)}1${close.repeat(depth)}`);
  t.equal(faultOf(nest('[', ']', maxDepth)), undefined);
  t.equal(faultOf(nest('{"a":', '}', maxDepth)), undefined);
  t.match(faultOf(nest('[', ']', maxDepth + 1)), { byte: maxDepth, detail: /nested deeper than 1000/ });
});

t.test('judges as JSON.parse does, wherever the chunks end', async t => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ' ', ',', '}', ']', '"', '\\', '0', 'e', '\u0001', 'é'))
    .map(([text, at, extra]) =>
      Buffer.from(text.slice(0, at % (text.length + 1)) + extra + text.slice(at % text.length)),
    );
  const bytes = fc.oneof(
    fc.json().map(text => Buffer.from(text)),
    damaged,
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\u01-+.eE tfnrualse\n') }).map(text => Buffer.from(text)),
    fc.uint8Array({ maxLength: 12 }).map(inner => Buffer.concat([Buffer.from('"'), inner, Buffer.from('"')])),
  );
  const judgesAlike = (document: Buffer, size: number) =>
    (faultOf(document, size) === undefined) === isJson(document);
  t.doesNotThrow(() =>
    fc.assert(fc.property(bytes, fc.integer({ min: 1, max: 9 }), judgesAlike), { numRuns: 3000 }),
  );
});

t.test('stamps as the reference does, at every chunk boundary', async t => {
  const document = Buffer.from(' \n{ \t"a" : [1.0, {"_millrace": 1}], "é": 90071992547409931234 }\n');
  for (let size = 1; size <= document.length; size += 1) {
    t.same(await runProcessor(json, 'd/é.json', document, size), stampedJson('d/é.json', document));
  }
});

t.test('changes nothing but the stamp in any valid document', async t => {
  const property = fc.asyncProperty(
    fc.json(),
    fc.string(),
    fc.integer({ min: 1, max: 9 }),
    async (text, key, size) => {
      const bytes = Buffer.from(text);
      return (await runProcessor(json, key, bytes, size)).equals(stampedJson(key, bytes));
    },
  );
  await t.resolves(fc.assert(property, { numRuns: 500 }));
});

t.test('writes no comma into an empty object and leaves other roots alone', async t => {
  t.match(
    (await runProcessor(json, 'a.json', Buffer.from('{ }'))).toString(),
    /^\{"_millrace":\{[^{}]*\} \}$/,
  );
  for (const text of ['[{"_millrace":1}]', '"_millrace"', ' 1.0 ']) {
    t.equal((await runProcessor(json, 'a.json', Buffer.from(text))).toString(), text);
  }
});

t.test('refuses a root that has a stamp, however its name is spelt', async t => {
  const names = [
    '_millrace',
    '\\u005fmillrace',
    '_\\u006Dillrace',
    '\\u005f\\u006d\\u0069\\u006c\\u006c\\u0072\\u0061\\u0063\\u0065',
  ];
  for (const name of names) {
    const document = Buffer.from(`{"a":{},"${name}":1}`);
    for (const size of [1, 3, 100]) {
      await t.rejects(
        runProcessor(json, 'a.json', document, size),
        { reason: 'already-stamped', message: /_millrace/ },
        name,
      );
    }
  }
  t.match(await findFault(json, 'a.json', Buffer.from('{"a":{}, "_millrace":1}'), 2), { place: { byte: 9 } });
  for (const name of ['_millrace ', '__millrace', '_Millrace', '_millrac', `${'_millrace'.repeat(20)}`]) {
    await t.resolves(runProcessor(json, 'a.json', Buffer.from(`{"${name}":{"_millrace":1}}`), 4), name);
  }
});

t.test('judges strings alike in each place that a string can have', async t => {
  const inner = fc.oneof(
    fc.uint8Array({ maxLength: 8 }).map(bytes => Buffer.from(bytes)),
    fc.string({ unit: fc.constantFrom(...'\\\\"u0dé渡🚀nx') }).map(text => Buffer.from(text)),
  );
  const places = ['{"a":"', '{"', '{"a":{"', '["'].map(text => Buffer.from(text));
  const ends = ['"}', '":1}', '":1}}', '"]'].map(text => Buffer.from(text));
  const judgesAlike = (bytes: Buffer, size: number) =>
    places.every((start, at) => {
      const document = Buffer.concat([start, bytes, ends[at] ?? start]);
      return (faultOf(document, size) === undefined) === isJson(document);
    });
  t.doesNotThrow(() =>
    fc.assert(fc.property(inner, fc.integer({ min: 1, max: 9 }), judgesAlike), { numRuns: 2000 }),
  );
});
