import { gunzipSync } from 'node:zlib';
import t from 'tap';
import type { Answer } from '../../../worker/lambda/realtime/answer.ts';
import { buildBatches, parseEvents, selectNew } from '../../../worker/lambda/realtime/events.ts';
import { type AskEvents, pollEvents } from '../../../worker/lambda/realtime/realtime.ts';
import { parseRealtimeSettings } from '../../../worker/lambda/realtime/settings.ts';
import { parseState, stateKey } from '../../../worker/lambda/realtime/state.ts';

const settings = { eventsUrl: new URL('https://api.github.com/events'), rawBucket: 'raw' };
const now = new Date('2026-01-01T05:30:00Z');
const event = (id: string, created_at = '2026-01-01T05:29:00Z') => ({ id, type: 'PushEvent', created_at });
const linesOf = (bytes: Uint8Array) =>
  gunzipSync(bytes)
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));

function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, header: name => headers[name] ?? null, body: JSON.stringify(body) };
}

/** A raw bucket in memory that remembers the order of writes. */
function fakeStore(state?: string) {
  const objects = new Map<string, Uint8Array>();
  if (state !== undefined) objects.set(stateKey, Buffer.from(state));
  const written: string[] = [];
  return {
    written,
    bytes: (key: string) => objects.get(key) ?? new Uint8Array(),
    state: () => parseState(Buffer.from(objects.get(stateKey) ?? '').toString()),
    read: async (key: string) => {
      const bytes = objects.get(key);
      return bytes === undefined ? undefined : Buffer.from(bytes).toString();
    },
    write: async ({ key, body }: { key: string; body: Uint8Array }) => {
      objects.set(key, body);
      written.push(key);
    },
  };
}

const never: AskEvents = async () => {
  throw new Error('asked');
};

t.test('reads its settings and names all that are wrong', async t => {
  t.same(parseRealtimeSettings({ EVENTS_URL: 'https://api.github.com/events', RAW_BUCKET: 'raw' }), settings);
  t.throws(() => parseRealtimeSettings({ EVENTS_URL: 'http://api.github.com' }), {
    message: /^EVENTS_URL: expected https .*; RAW_BUCKET: expected the name of a bucket, got nothing$/,
  });
});

t.test('takes a state that cannot be read for none', async t => {
  const nothing = { etag: null, ids: [], notBefore: null };
  for (const text of [undefined, '', '{', 'null', '[]', '{"etag":1,"ids":"1","notBefore":"soon"}'])
    t.same(parseState(text), nothing, text ?? 'none');
  const state = { etag: '"a"', ids: ['1'], notBefore: '2026-01-01T00:00:00.000Z' };
  t.same(parseState(JSON.stringify(state)), state);
});

t.test('refuses what is no list of events, naming the entry', async t => {
  t.throws(() => parseEvents('{"message":"down"}'), {
    message: 'expected a list of events, got {"message":"down"}',
  });
  t.throws(() => parseEvents('[1]'), { message: 'event 1: expected a JSON object, got 1' });
  t.throws(() => parseEvents(JSON.stringify([event('1'), { id: 2 }])), {
    message: /^event 2: expected an id/,
  });
  t.throws(() => parseEvents(JSON.stringify([event('../1')])), { message: /^event 1: expected an id/ });
  t.throws(() => parseEvents(JSON.stringify([event('1', 'today')])), {
    message: /^event 1: expected a time/,
  });
});

t.test('gives one batch an hour, in the order of ids, always with the same bytes', async t => {
  const list = [event('100'), event('99', '2026-01-01T05:00:00Z'), event('98', '2026-01-01T04:59:59Z')];
  const events = parseEvents(JSON.stringify(list));
  const batches = buildBatches(events);
  t.same(
    batches.map(({ key, count }) => [key, count]),
    [
      ['github/events/dt=2026-01-01/hour=04/98-98.json.gz', 1],
      ['github/events/dt=2026-01-01/hour=05/99-100.json.gz', 2],
    ],
  );
  t.same(linesOf(batches[1]?.body ?? Buffer.alloc(0)), [list[1], list[0]]);
  t.same(buildBatches([...events].reverse()), batches);
  t.same(buildBatches([]), []);
});

t.test('knows an event by its id, within an answer and from the last', async t => {
  const events = parseEvents(JSON.stringify(['3', '2', '3', '1'].map(id => event(id))));
  t.same(
    selectNew(events, ['1']).map(({ id }) => id),
    ['3', '2'],
  );
});

t.test('writes what is new, then remembers it', async t => {
  const store = fakeStore(JSON.stringify({ etag: '"old"', ids: ['1', '2'], notBefore: null }));
  const asked: unknown[] = [];
  const ask: AskEvents = async ({ url, etag }) => {
    asked.push([url.href, etag]);
    return answer(200, [event('4'), event('3'), event('2')], { etag: '"new"', 'x-poll-interval': '60' });
  };
  const key = 'github/events/dt=2026-01-01/hour=05/3-4.json.gz';
  t.same(await pollEvents({ settings, now, ask, store }), { outcome: 'written', events: 2, keys: [key] });
  t.same(asked, [['https://api.github.com/events?per_page=100', '"old"']]);
  t.same(store.written, [key, stateKey], 'a poll cut off between the two is done again');
  t.same(linesOf(store.bytes(key)), [event('3'), event('4')]);
  t.same(store.state(), { etag: '"new"', ids: ['4', '3', '2'], notBefore: null });
});

t.test('writes nothing when nothing is new', async t => {
  const store = fakeStore();
  const ask: AskEvents = async () => answer(304, '', { 'x-poll-interval': '60' });
  t.same(await pollEvents({ settings, now, ask, store }), { outcome: 'unchanged' });
  t.same(store.written, []);
});

t.test('remembers an answer of known events alone by its ETag', async t => {
  const store = fakeStore(JSON.stringify({ etag: '"old"', ids: ['1'], notBefore: null }));
  const ask: AskEvents = async () => answer(200, [event('1')], { etag: '"new"' });
  t.same(await pollEvents({ settings, now, ask, store }), { outcome: 'unchanged' });
  t.same(store.written, [stateKey]);
  t.equal(store.state().etag, '"new"');
});

t.test('waits as long as the API asks', async t => {
  const state = { etag: '"a"', ids: ['1'], notBefore: null };
  const cases = [
    ['unchanged', answer(304, '', { 'x-poll-interval': '120' }), '2026-01-01T05:32:00.000Z'],
    ['refused', answer(429, {}, { 'retry-after': '30' }), '2026-01-01T05:30:30.000Z'],
    ['refused', answer(403, {}, { 'retry-after': '90' }), '2026-01-01T05:31:30.000Z'],
    [
      'refused',
      answer(403, {}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767247200' }),
      '2026-01-01T06:00:00.000Z',
    ],
    ['refused', answer(429, {}), '2026-01-01T05:31:00.000Z'],
  ] as const;
  for (const [outcome, given, until] of cases) {
    const store = fakeStore(JSON.stringify(state));
    t.match(await pollEvents({ settings, now, ask: async () => given, store }), { outcome });
    t.same(store.state(), { ...state, notBefore: until });
    const early = new Date(Date.parse(until) - 1);
    t.same(await pollEvents({ settings, now: early, ask: never, store }), { outcome: 'waiting', until });
    const late = pollEvents({ settings, now: new Date(until), ask: never, store });
    await t.rejects(late, { message: /asked$/ }, 'asks again in time');
  }
});

t.test('says why there was no answer', async t => {
  const ask: AskEvents = async () => {
    throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
  };
  await t.rejects(pollEvents({ settings, now, ask, store: fakeStore() }), {
    message: 'https://api.github.com/events?per_page=100: connect ECONNREFUSED',
  });
});

t.test('fails on any other answer and leaves everything as it was', async t => {
  const cases = [
    [answer(500, {}), 'https://api.github.com/events?per_page=100: expected HTTP 200 or 304, got 500'],
    [answer(403, {}), 'https://api.github.com/events?per_page=100: expected HTTP 200 or 304, got 403'],
    [answer(200, {}), 'https://api.github.com/events?per_page=100: expected a list of events, got {}'],
  ] as const;
  for (const [given, message] of cases) {
    const store = fakeStore();
    await t.rejects(pollEvents({ settings, now, ask: async () => given, store }), { message });
    t.same(store.written, []);
  }
});
