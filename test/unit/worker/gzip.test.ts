import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { deflateRawSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { createCsv } from '../../../worker/host/processors/csv.ts';
import { createGzipped, freeBytes, maxRatio } from '../../../worker/host/processors/gzip.ts';
import { json } from '../../../worker/host/processors/json.ts';
import { ndjson } from '../../../worker/host/processors/ndjson.ts';
import { createPassThrough } from '../../../worker/host/processors/pass-through.ts';
import type { Processor } from '../../../worker/host/processors/processor.ts';
import { countOpen, findFault, runProcessor } from '../../helpers/run-processor.ts';

const bytes = createGzipped(createPassThrough(['.bin']));
const faultOf = (file: Buffer, size?: number) => findFault(bytes, 'a.bin.gz', file, size);
const contentOf = async (file: Buffer, size?: number) =>
  gunzipSync(await runProcessor(bytes, 'a.bin.gz', file, size)).toString();

const one = gzipSync('hello ');
const two = gzipSync('world');
const both = Buffer.concat([one, two]);
const sizes = [1, 3, one.length - 1, one.length, one.length + 1, 1000];

t.test('has the endings of its inner kind with .gz', async t => {
  t.strictSame(createGzipped(ndjson).suffixes, ['.ndjson.gz', '.jsonl.gz']);
});

t.test('joins members into one, wherever the chunks end', async t => {
  const empty = gzipSync('');
  for (const size of sizes) {
    t.equal(await contentOf(both, size), 'hello world');
    t.equal(await contentOf(Buffer.concat([empty, one, empty, two, empty]), size), 'hello world');
    const output = await runProcessor(bytes, 'a.bin.gz', both, size);
    t.same(output, gzipSync('hello world', { level: 6 }), 'one member');
    t.equal(output.subarray(0, 10).toString('hex'), '1f8b0800000000000003', 'no name, no time, Unix');
  }
});

t.test('reads every optional part of a header', async t => {
  const body = one.subarray(10);
  // FEXTRA of two bytes, FNAME, FCOMMENT; RFC 1952 section 2.3.
  const header = Buffer.from([0x1f, 0x8b, 8, 0x1c, 1, 2, 3, 4, 2, 255, 2, 0, 9, 9, 0x61, 0, 0x62, 0]);
  for (const size of sizes) t.equal(await contentOf(Buffer.concat([header, body, two]), size), 'hello world');
});

t.test('passes what decompresses to nothing on to the inner kind', async t => {
  for (const size of sizes) {
    t.equal(await contentOf(gzipSync(''), size), '');
    t.match(await findFault(createGzipped(json), 'a.json.gz', gzipSync(''), size), {
      reason: 'invalid-json',
      message: 'in the decompressed file: expected a value, got the end of the file',
      place: { byte: 0 },
    });
  }
  t.equal(gunzipSync(await runProcessor(createGzipped(ndjson), 'a.jsonl.gz', gzipSync(''))).length, 0);
});

t.test('refuses a file that ends anywhere but between members', async t => {
  for (const size of sizes) {
    for (let length = 0; length < both.length; length += 1) {
      const cut = both.subarray(0, length);
      if (length === one.length) t.equal(await contentOf(cut, size), 'hello ');
      else {
        const truncated = { reason: 'invalid-gzip', message: 'unexpected end of file', place: undefined };
        t.strictSame(await faultOf(cut, size), truncated, `${length} bytes by ${size}`);
      }
    }
  }
});

t.test('refuses anything behind the last member', async t => {
  for (const size of sizes) {
    for (const garbage of ['x', '\x1f', '\x1f\x8b', '\x1f\x8c\b', 'garbage!', '\n']) {
      const file = Buffer.concat([both, Buffer.from(garbage, 'latin1')]);
      t.match(await faultOf(file, size), { reason: 'invalid-gzip' }, `${JSON.stringify(garbage)} by ${size}`);
    }
    for (const after of [
      Buffer.alloc(1),
      Buffer.alloc(512),
      Buffer.from('\0x'),
      Buffer.concat([Buffer.alloc(3), two]),
    ]) {
      t.strictSame(
        await faultOf(Buffer.concat([both, after]), size),
        {
          reason: 'invalid-gzip',
          message: 'expected another member or the end, got a zero byte',
          place: { byte: both.length },
        },
        `${after.length} bytes by ${size}`,
      );
    }
  }
});

t.test('refuses damage, and says what zlib says', async t => {
  const damage = (at: number) => {
    const file = Buffer.from(both);
    file.writeUInt8((file[at] ?? 0) ^ 0x40, at);
    return file;
  };
  for (const size of sizes) {
    t.match(await faultOf(damage(0), size), { message: 'incorrect header check' });
    t.match(await faultOf(damage(2), size), { message: 'unknown compression method' });
    t.match(await faultOf(damage(3), size), { message: 'unknown header flags set' });
    t.match(await faultOf(damage(both.length - 8), size), { message: 'incorrect data check' });
    t.match(await faultOf(damage(both.length - 1), size), { message: 'incorrect length check' });
    t.match(await faultOf(damage(one.length - 8), size), { message: 'incorrect data check' }, 'first member');
    t.match(await faultOf(damage(one.length), size), { reason: 'invalid-gzip' }, 'head of the second member');
  }
  for (const file of [Buffer.from('{"a":1}'), deflateRawSync('hello'), Buffer.from('PK\x03\x04')]) {
    t.match(await faultOf(file), { reason: 'invalid-gzip' });
  }
});

t.test('never takes damaged bytes for other content', async t => {
  const text = 'id,name\n1,ada\n2,grace\n'.repeat(20);
  const file = gzipSync(text);
  const harmless = new Set<number>();
  for (let bit = 0; bit < file.length * 8; bit += 1) {
    const damaged = Buffer.from(file);
    damaged.writeUInt8((damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3);
    const fault = await faultOf(damaged, 16);
    if (fault !== undefined) continue;
    t.equal(await contentOf(damaged), text, `bit ${bit}`);
    harmless.add(bit >> 3);
  }
  // The flag FTEXT, the time, the level and the system, and what fills the last byte before the two sums.
  t.strictSame([...harmless], [3, 4, 5, 6, 7, 8, 9, file.length - 9]);
});

t.test('stamps the decompressed document with the hash of the compressed file', async t => {
  const check = async (inner: Processor, key: string, text: string, before: string, after: string) => {
    const file = Buffer.concat([gzipSync(text.slice(0, 3)), gzipSync(text.slice(3))]);
    const sha256 = createHash('sha256').update(file).digest('hex');
    const stamp = `"_millrace":{"key":"${key}","sourceSha256":"${sha256}","format":1}`;
    for (const size of [1, 10, 1000]) {
      const output = gunzipSync(await runProcessor(createGzipped(inner), key, file, size)).toString();
      t.equal(output, before + stamp + after, `${key} by ${size}`);
    }
  };
  await check(json, 'd/a.json.gz', ' {"a":1.0}\n', ' {', ',"a":1.0}\n');
  await check(ndjson, 'd/a.jsonl.gz', '[1]\n{"a":1.0}\r\n2', '[1]\n{', ',"a":1.0}\r\n2');
});

t.test('names places in the decompressed file, and says so', async t => {
  const cases = [
    [createGzipped(createCsv(undefined)), 'a,b\n1\n', 'invalid-csv', { byte: 4, record: 2 }],
    [createGzipped(ndjson), '{}\n{]\n', 'invalid-ndjson', { byte: 4, record: 2 }],
    [createGzipped(json), '{"_millrace":1}', 'already-stamped', { byte: 1 }],
  ] as const;
  for (const [processor, text, reason, place] of cases) {
    const fault = await findFault(processor, 'a.gz', gzipSync(text));
    t.match(fault, { reason, message: /^in the decompressed file: /, place });
  }
});

t.test('refuses what expands without bound', async t => {
  const zeros = gzipSync(Buffer.alloc(freeBytes + 1));
  t.strictSame(await faultOf(zeros, 65_536), {
    reason: 'gzip-bomb',
    message: `expands to more than ${freeBytes} bytes`,
    place: undefined,
  });
  const many = Buffer.concat(Array.from({ length: 3 }, () => gzipSync(Buffer.alloc(freeBytes / 2))));
  t.match(await faultOf(many, 65_536), { reason: 'gzip-bomb' }, 'in several members');
});

t.test('lets small files expand at any ratio, and large ones up to the bound', async t => {
  const most = gzipSync(Buffer.alloc(freeBytes));
  t.equal(gunzipSync(await runProcessor(bytes, 'a.bin.gz', most, 65_536)).length, freeBytes);
  const random = randomBytes(400_000);
  const large = Buffer.concat([most, gzipSync(random)]);
  const expanded = freeBytes + random.length;
  t.ok(large.length * maxRatio > expanded && most.length * maxRatio < expanded);
  t.equal(gunzipSync(await runProcessor(bytes, 'a.bin.gz', large, 65_536)).length, expanded);
});

t.test('gives the same bytes wherever the chunks end', async t => {
  const word = fc.constantFrom('alpha,', 'beta;', '1.0', '\n', '{"a":1}', ' ');
  const text = fc.array(word, { minLength: 1, maxLength: 2000 }).map(words => words.join(''));
  const property = fc.asyncProperty(text, fc.integer({ min: 1, max: 400 }), async (content, size) => {
    const file = gzipSync(content);
    const whole = await runProcessor(bytes, 'a.bin.gz', file);
    const cut = await runProcessor(bytes, 'a.bin.gz', file, size);
    return cut.equals(whole) && gunzipSync(whole).toString() === content;
  });
  await t.resolves(fc.assert(property, { numRuns: 100 }));
  const large = gzipSync(Array.from({ length: 60_000 }, (_, at) => `${at},${at * 7919}\n`).join(''));
  const whole = await runProcessor(bytes, 'a.bin.gz', large);
  for (const size of [100, 1000, 16_384, 65_536]) {
    t.ok((await runProcessor(bytes, 'a.bin.gz', large, size)).equals(whole), `${size}`);
  }
});

t.test('leaves faults of the disk as they are', async t => {
  const fault = Object.assign(new Error('read failed'), { code: 'EIO' });
  async function* open() {
    yield one.subarray(0, 5);
    throw fault;
  }
  for (const inner of [json, ndjson, createCsv(undefined)]) {
    const reading = runAll(createGzipped(inner).process({ key: 'a.gz', sha256: '', open }));
    await t.rejects(reading, fault);
  }
});

t.test('leaves no file open after a fault, or when nobody reads on', async t => {
  const path = join(t.testdir(), 'a.csv.gz');
  const tables: readonly (readonly [string, Buffer])[] = [
    ['bad record', gzipSync(`a,b\n1\n${randomBytes(1_000_000).toString('hex')}`)],
    ['damaged', Buffer.concat([gzipSync('a,b\n'), Buffer.from('garbage'), randomBytes(500_000)])],
    ['zero bytes behind', Buffer.concat([gzipSync('a,b\n'), Buffer.alloc(500_000)])],
    ['bomb', gzipSync(Buffer.alloc(freeBytes + 65_536, 'a\n'))],
  ];
  const source = { key: 'a.csv.gz', sha256: '', open: () => createReadStream(path) };
  const processor = createGzipped(createCsv(undefined));
  for (const [name, file] of tables) {
    writeFileSync(path, file);
    await t.rejects(runAll(processor.process(source)), { name: 'FileFault' }, name);
    t.equal(await waitUntilClosed(path), 0, name);
  }
  writeFileSync(path, gzipSync(randomBytes(1_000_000).toString('hex')));
  for await (const chunk of processor.process(source)) {
    t.ok(chunk.length > 0);
    t.equal(countOpen(path), 1, 'open meanwhile');
    break;
  }
  t.equal(await waitUntilClosed(path), 0, 'left early');
});

t.test('works through many members', async t => {
  const file = Buffer.concat(Array.from({ length: 20_000 }, () => one));
  t.equal(await contentOf(file, 65_536), 'hello '.repeat(20_000));
  t.ok((await runProcessor(bytes, 'a.bin.gz', file)).length < 2000);
});

async function runAll(chunks: AsyncIterable<Buffer>): Promise<void> {
  for await (const chunk of chunks) if (chunk.length === 0) throw new Error('got an empty chunk');
}

/** Descriptors are closed shortly after the fault; says how many are still open after a second. */
async function waitUntilClosed(path: string): Promise<number> {
  for (let waits = 0; waits < 100 && countOpen(path) > 0; waits += 1) await setTimeout(10);
  return countOpen(path);
}
