import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { FindFault, SourceFault } from '../../../scripts/edge/source-faults.ts';
import { buildArchive, startSourceServer } from '../../../scripts/edge/source-server.ts';
import { type ArchiveStore, type Call, ingestHours } from '../../../worker/lambda/batch/batch.ts';
import { archiveKey, type Hour, hourAt, startOf } from '../../../worker/lambda/batch/hour.ts';
import { type HourOutcome, runHours } from '../../../worker/lambda/batch/hours.ts';
import { openPartWriter } from '../../../worker/lambda/batch/part-writer.ts';
import { reportBatch } from '../../../worker/lambda/batch/report.ts';
import type { MultipartUpload } from '../../../worker/shared/multipart.ts';

const now = new Date('2026-01-03T05:30:00Z');
const hour = (text: string) => text as Hour;

/** A raw bucket in memory: what it holds, and what became of each upload. */
function fakeStore(keys: readonly string[] = [], failPart?: (number: number) => boolean) {
  const objects = new Map<string, Buffer>(keys.map(key => [key, Buffer.alloc(0)]));
  const uploads: ('open' | 'completed' | 'aborted')[] = [];
  let [underWay, mostUnderWay] = [0, 0];
  const begin = async (key: string): Promise<MultipartUpload> => {
    const at = uploads.push('open') - 1;
    const parts: Buffer[] = [];
    return {
      put: async ({ number, body, length, sha256 }) => {
        underWay += 1;
        mostUnderWay = Math.max(mostUnderWay, underWay);
        await sleep(5);
        underWay -= 1;
        if (failPart?.(number)) throw new Error('no room');
        const bytes = Buffer.from(body as Buffer);
        if (uploads[at] !== 'open' || bytes.length !== length) throw new Error('no such upload');
        if (createHash('sha256').update(bytes).digest('base64') !== sha256) throw new Error('BadDigest');
        parts[number - 1] = bytes;
      },
      complete: async () => {
        uploads[at] = 'completed';
        objects.set(key, Buffer.concat(parts));
      },
      abort: async () => {
        uploads[at] = 'aborted';
      },
    };
  };
  const store: ArchiveStore = {
    list: async () => new Set(objects.keys()),
    write: key => openPartWriter(() => begin(key)),
  };
  return { store, objects, uploads, begin, mostUnderWay: () => mostUnderWay };
}

async function startSource(findFault: FindFault = () => undefined): Promise<{ url: string; server: Server }> {
  const server = await startSourceServer(0, { now: () => now, findFault });
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return {
    server,
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
  };
}

/** One call over these hours of the window, in the first days of 2026. */
async function ingest(input: {
  readonly store: ArchiveStore;
  readonly findFault?: FindFault;
  readonly event?: unknown;
  readonly windowHours?: number;
  readonly remainingMs?: Call['remainingMs'];
}) {
  const { store, event = {}, windowHours = 5, remainingMs = () => 300_000 } = input;
  const log: object[] = [];
  const { url } = await startSource(input.findFault);
  const settings = { archiveUrl: url, rawBucket: 'raw', lagHours: 2, windowHours, missingAfterHours: 4 };
  const call = { remainingMs, log: (line: object) => log.push(line) };
  const { result, fault } = await ingestHours({ event, settings, now, store, call, silenceMs: 300 });
  return { result, fault: fault?.message.replaceAll(url, 'SOURCE'), log };
}

const window = ['2026-01-03T03', '2026-01-03T02', '2026-01-03T01', '2026-01-03T00'].map(hour);
const keysOf = (hours: readonly Hour[]) => hours.map(archiveKey);
const absent: SourceFault = { kind: 'answer', status: 404 };

t.test('brings the newest hour and what is missing of the window, byte for byte', async t => {
  const { store, objects, uploads } = fakeStore(keysOf(window.slice(1, 2)));
  const { result, fault, log } = await ingest({ store });
  const brought = [window[0], window[2], window[3]];
  t.same([result.brought, result.events, fault], [brought, 600, undefined]);
  t.same(uploads, ['completed', 'completed', 'completed']);
  for (const one of window.filter(one => one !== window[1])) {
    t.ok(objects.get(archiveKey(one))?.equals(buildArchive(new Date(startOf(one)))), one);
  }
  t.match(log, [
    {
      event: 'hour',
      hour: String,
      outcome: 'brought',
      key: String,
      events: 200,
      bytes: Number,
      seconds: Number,
    },
    {},
    {},
  ]);
  t.same(
    (await ingest({ store })).result.brought,
    [window[0]],
    'then the newest alone, as an hourly schedule would',
  );
});

t.test('an absent hour is late, later missing, and neither is a fault', async t => {
  const { store, uploads } = fakeStore();
  const { result, fault } = await ingest({
    store,
    findFault: path => (/-[03]\.json/.test(path) ? absent : undefined),
  });
  t.match(result, { late: [window[0]], missing: [window[3]], brought: [window[1], window[2]], failed: [] });
  t.equal(fault, undefined);
  t.equal(uploads.length, 2);
});

t.test('brings a bounded number of hours at a time, absent ones apart', async t => {
  const { store } = fakeStore();
  const findFault: FindFault = path => (/-03-[0-3]\.json/.test(path) ? absent : undefined);
  const { result, fault } = await ingest({ store, windowHours: 40, findFault });
  t.match([result.late.length, result.missing.length, result.brought.length, fault], [2, 2, 12, undefined]);
  t.equal(result.brought[0], '2026-01-02T23', 'the newest first');
  t.equal(result.left.length, 23);
  t.equal((await ingest({ store, windowHours: 40, findFault })).result.brought.at(-1), '2026-01-02T00');
});

t.test(
  'one bad hour keeps no other from being brought, and nothing of it is written',
  { timeout: 60_000 },
  async t => {
    const faults: readonly (readonly [SourceFault, RegExp])[] = [
      [{ kind: 'truncated' }, /unexpected end of file/],
      [{ kind: 'trailing-garbage' }, /incorrect header check/],
      // zlib passes over these.
      [{ kind: 'trailing-zeros' }, /byte \d+: expected another member of gzip or the end, got a zero byte/],
      [{ kind: 'wrong-line' }, /line 201: expected a JSON object, got "{\\"id\\":"/],
      [{ kind: 'foreign-line' }, /line 201: expected UTF-8, got "{\\"name\\":\\"zo\ufffd\\"}"/],
      [{ kind: 'cut-off' }, /aborted/],
      [{ kind: 'stalled' }, /silent for 0\.3 s/],
      [{ kind: 'answer', status: 500 }, /expected HTTP 200, got 500/],
      [
        { kind: 'answer', status: 403, headers: { 'x-ratelimit-remaining': '0' } },
        /expected HTTP 200, got 403/,
      ],
      [
        { kind: 'answer', status: 302, headers: { location: 'http://elsewhere.example/' } },
        /got 302 \(a redirect to http:\/\/elsewhere\.example\/, which is not followed\)/,
      ],
    ];
    for (const [bad, expected] of faults) {
      const { store, objects, uploads } = fakeStore();
      const { result, fault, log } = await ingest({
        store,
        findFault: path => (path === '/2026-01-03-2.json.gz' ? bad : undefined),
      });
      t.same([result.failed, result.brought.length], [[window[1]], 3], bad.kind);
      t.match(fault, expected);
      t.match(fault, /^1 of 4 hours failed: 2026-01-03T02: SOURCE\/2026-01-03-2\.json\.gz: /);
      t.same(
        [...objects.keys()].sort(),
        keysOf([hour('2026-01-03T00'), hour('2026-01-03T01'), hour('2026-01-03T03')]),
      );
      t.notOk(uploads.includes('open'), 'no parts are left');
      t.match(
        log.find(line => 'outcome' in line && line.outcome === 'failed'),
        { hour: window[1], error: expected },
      );
    }
  },
);

t.test('takes an hour that comes slowly', async t => {
  const { store } = fakeStore();
  const findFault: FindFault = () => ({ kind: 'slow', pieces: 5, everyMs: 100 });
  t.same((await ingest({ store, windowHours: 2, findFault })).result.brought, [window[0]]);
});

t.test('a backfill brings what is missing, oldest first, and its next try goes on', async t => {
  const event = { from: '2026-01-01T00', to: '2026-01-01T09' };
  const { store, objects } = fakeStore(keysOf([hour('2026-01-01T01')]));
  let asked = 0;
  const remainingMs = () => (++asked > 7 ? 20_000 : 300_000);
  const first = await ingest({ store, event, remainingMs });
  t.equal(first.result.kind, 'backfill');
  t.equal(first.result.brought[0], '2026-01-01T00');
  const left = first.result.left;
  t.ok(left.length > 0 && left.length < 9, `${left.length} are left`);
  t.equal(first.fault, `${left.length} of 9 hours are left for the next try: ${left.join(', ')}`);
  const second = await ingest({ store, event });
  t.same([second.result.brought, second.fault], [left, undefined], 'what is there is passed over');
  t.equal(objects.size, 10);
  t.match((await ingest({ store, event })).result, { brought: [], left: [], failed: [] });
});

t.test('a schedule that runs out of time leaves the rest to the next one', async t => {
  const { store } = fakeStore();
  const { result, fault } = await ingest({ store, remainingMs: () => 29_000 });
  t.match([result.brought, result.left, fault], [[], window, undefined]);
});

t.test('hours that come slowly keep no others from being brought', async t => {
  const { store, uploads } = fakeStore();
  let asked = 0;
  const remainingMs = () => (++asked === 1 ? 16_000 : 300_000);
  const findFault: FindFault = path =>
    /-03-[23]\.json/.test(path) ? { kind: 'slow', pieces: 200, everyMs: 100 } : undefined;
  const { result, fault } = await ingest({ store, windowHours: 12, remainingMs, findFault });
  t.same(result.failed, window.slice(0, 2));
  t.equal(result.brought.length, 9);
  t.match(fault, /^2 of 11 hours failed: 2026-01-03T03: took longer than 2 s, a third of the call's time: /);
  t.notOk(uploads.includes('open'), 'no parts are left');
});

t.test('an hour that is under way when time runs out is given up', async t => {
  const { store, uploads } = fakeStore();
  let asked = 0;
  const remainingMs = () => (++asked === 1 ? 10_300 : 300_000);
  const findFault: FindFault = () => ({ kind: 'slow', pieces: 50, everyMs: 100 });
  const { fault, result } = await ingest({ store, windowHours: 12, remainingMs, findFault });
  t.match(
    fault,
    /^11 of 11 hours failed: 2026-01-03T03: took longer than 0\.1 s, a third of the call's time: /,
  );
  t.match(fault, /2026-01-02T17: the call's time ran out: /);
  t.same([result.brought, uploads], [[], []]);
});

t.test('begins no hour that would take longer than what remains', async t => {
  for (const [longestMs, expected] of [
    [80_000, ['late', 'late', 'left', 'left']],
    [70_000, ['late', 'late', 'late', 'late']],
  ] as const) {
    const outcomes = (
      await runHours({
        hours: window,
        most: 9,
        bring: async one => ({ hour: one, outcome: 'late', seconds: 40 }),
        longestMs,
        remainingMs: () => 70_000,
      })
    ).map(({ outcome }: HourOutcome) => outcome);
    t.same(outcomes, expected);
  }
});

t.test('sends parts while bytes come in, two at a time', async t => {
  const { begin, objects, uploads, mostUnderWay } = fakeStore();
  const writer = openPartWriter(() => begin('a'));
  const bytes = Buffer.alloc(40 * 1024 ** 2 + 5, 'mill race ');
  for await (const chunk of Readable.from(bytes, { objectMode: false, highWaterMark: 1_000_003 }))
    await writer.write(chunk);
  t.same([objects.size, uploads], [0, ['open']], 'the last part is not there yet');
  await writer.finish();
  t.ok(objects.get('a')?.equals(bytes));
  t.equal(mostUnderWay(), 2);
});

t.test('a part that fails ends the object', async t => {
  const { begin, objects, uploads } = fakeStore([], number => number === 2);
  const writer = openPartWriter(() => begin('a'));
  const all = async () => {
    for (let at = 0; at < 10; at += 1) await writer.write(Buffer.alloc(8 * 1024 ** 2));
    await writer.finish();
  };
  await t.rejects(all(), { message: 'no room' });
  await writer.abort();
  await t.rejects(writer.write(Buffer.alloc(17 * 1024 ** 2)), { name: 'AbortError' }, 'nothing begins anew');
  t.same([objects.size, uploads], [0, ['aborted']]);
  const neverBegun = openPartWriter(async () => {
    throw new Error('denied');
  });
  await neverBegun.write(Buffer.alloc(5));
  await t.rejects(neverBegun.finish(), { message: 'denied' });
  await neverBegun.abort();
});

t.test('reports a call in one line, with metrics', async t => {
  const result = {
    kind: 'scheduled',
    brought: [hourAt(0)],
    late: [],
    missing: [hour('2026-01-01T00')],
    left: [hour('2026-01-01T01')],
    failed: [],
    events: 7,
    bytes: 90,
  } as const;
  const given = { functionName: 'acme-ingest-batch', now, seconds: 1.5, error: undefined };
  const count = (Name: string) => ({ Name, Unit: 'Count' });
  t.strictSame(reportBatch({ ...given, result }), {
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: 'Millrace/Ingest',
          Dimensions: [['FunctionName']],
          Metrics: [
            count('Succeeded'),
            { Name: 'Seconds', Unit: 'Seconds' },
            count('HoursBrought'),
            count('FailedHours'),
            count('Events'),
            { Name: 'Bytes', Unit: 'Bytes' },
            count('LateHours'),
            count('MissingHours'),
          ],
        },
      ],
    },
    FunctionName: 'acme-ingest-batch',
    event: 'batch',
    kind: 'scheduled',
    late: [],
    missing: ['2026-01-01T00'],
    left: 1,
    Succeeded: 1,
    Seconds: 1.5,
    HoursBrought: 1,
    FailedHours: 0,
    Events: 7,
    Bytes: 90,
    LateHours: 0,
    MissingHours: 1,
  });
  const failed = reportBatch({ ...given, result: { ...result, kind: 'backfill' }, error: 'why' });
  t.match(failed, { kind: 'backfill', error: 'why', Succeeded: 0 });
  t.notOk('MissingHours' in failed, 'a backfill would leave the alarm on');
});
