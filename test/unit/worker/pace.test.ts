import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { inTime, keepPace } from '../../../worker/host/pace.ts';

const pace = { bytes: 10, seconds: 0.2 };

async function readAll(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString();
}

async function* trickle(count: number, gapMs: number): AsyncGenerator<Buffer> {
  for (let sent = 0; sent < count; sent += 1) {
    yield Buffer.from('x');
    await sleep(gapMs);
  }
}

t.test('passes on what comes fast enough, however long it takes', async t => {
  const body = Readable.from([Buffer.from('0123'), Buffer.from('456789')]);
  t.equal(await readAll(keepPace(body, pace)), '0123456789');
  t.equal(await readAll(keepPace(Readable.from(trickle(30, 12)), pace)), 'x'.repeat(30));
});

t.test('gives up a body that trickles, and closes it', async t => {
  const body = Readable.from(trickle(1000, 60));
  await t.rejects(readAll(keepPace(body, pace)), {
    code: 'TooSlow',
    message: /^expected at least 10 bytes in 0\.2 s, got \d$/,
  });
  t.ok(body.destroyed);
});

t.test('gives up a body that says nothing', async t => {
  const body = new Readable({ read() {} });
  await t.rejects(readAll(keepPace(body, pace)), { message: 'expected at least 10 bytes in 0.2 s, got 0' });
});

t.test('waits for an answer as long as it may take, and no longer', async t => {
  t.equal(await inTime(5, Promise.resolve(7)), 7);
  await t.rejects(inTime(5, Promise.reject(new Error('refused'))), { message: 'refused' });
  const never = new Promise(() => {});
  await t.rejects(inTime(0.05, never), {
    code: 'TooSlow',
    message: 'expected a whole answer in 0.05 s, got none',
  });
});
