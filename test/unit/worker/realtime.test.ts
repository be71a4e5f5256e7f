import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { reportFailure } from '../../../worker/lambda/call.ts';
import type { Answer } from '../../../worker/lambda/realtime/answer.ts';
import { buildBatches, parseEvents, selectNew } from '../../../worker/lambda/realtime/events.ts';
import type { AskEvents } from '../../../worker/lambda/realtime/pages.ts';
import { pollEvents } from '../../../worker/lambda/realtime/realtime.ts';
import { reportPoll } from '../../../worker/lambda/realtime/report.ts';
import { parseRealtimeSettings } from '../../../worker/lambda/realtime/settings.ts';
import { parseState, rememberIds, stateKey } from '../../../worker/lambda/realtime/state.ts';

const eventsUrl = new URL('https://api.github.com/events');
const settings = { eventsUrl, rawBucket: 'raw', tokenSecret: undefined };
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

/** The ids of the events in an object. */
const idsIn =
  ({ bytes }: Pick<ReturnType<typeof fakeStore>, 'bytes'>) =>
  (key: string): readonly string[] =>
    linesOf(bytes(key)).map(({ id }) => id);

const never: AskEvents = async () => {
  throw new Error('asked');
};

t.test('reads its settings and names all that are wrong', async t => {
  t.same(parseRealtimeSettings({ EVENTS_URL: 'https://api.github.com/events', RAW_BUCKET: 'raw' }), settings);
  t.throws(() => parseRealtimeSettings({ EVENTS_URL: 'http://api.github.com', TOKEN_SECRET_ARN: 'token' }), {
    message:
      /^EVENTS_URL: expected https .*; RAW_BUCKET: expected the name of a bucket, got nothing; TOKEN_SECRET_ARN: expected the ARN of a secret, got "token"$/,
  });
});

t.test('takes a state that cannot be read for none', async t => {
  const nothing = { etag: null, ids: [], notBefore: null, refusals: 0 };
  for (const text of [
    undefined,
    '',
    '{',
    'null',
    '[]',
    '{"etag":1,"ids":"1","notBefore":"soon","refusals":-1}',
  ])
    t.same(parseState(text), nothing, text ?? 'none');
  const state = { etag: '"a"', ids: ['1'], notBefore: '2026-01-01T00:00:00.000Z', refusals: 2 };
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
  t.strictSame(await pollEvents({ settings, now, ask, store }), {
    outcome: 'written',
    events: 2,
    keys: [key],
    until: '2026-01-01T05:30:55.000Z',
  });
  t.same(asked, [['https://api.github.com/events?per_page=100', '"old"']]);
  t.same(store.written, [key, stateKey], 'a poll cut off between the two is done again');
  t.same(linesOf(store.bytes(key)), [event('3'), event('4')]);
  const notBefore = '2026-01-01T05:30:55.000Z';
  t.same(store.state(), { etag: '"new"', ids: ['4', '3', '2', '1'], notBefore, refusals: 0 });
});

t.test('writes nothing when nothing is new', async t => {
  const store = fakeStore();
  const ask: AskEvents = async () => answer(304, '');
  t.same(await pollEvents({ settings, now, ask, store }), {
    outcome: 'unchanged',
    events: 0,
    keys: [],
    until: null,
  });
  t.same(store.written, []);
});

t.test('remembers an answer of known events alone by its ETag', async t => {
  const store = fakeStore(JSON.stringify({ etag: '"old"', ids: ['1'], notBefore: null }));
  const ask: AskEvents = async () => answer(200, [event('1')], { etag: '"new"' });
  t.match(await pollEvents({ settings, now, ask, store }), { outcome: 'unchanged', events: 0 });
  t.same(store.written, [stateKey]);
  t.equal(store.state().etag, '"new"');
});

t.test('waits as long as the API asks', async t => {
  const state = { etag: '"a"', ids: ['1'], notBefore: null, refusals: 0 };
  const none = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1767247200' };
  const date = 'Thu, 01 Jan 2026 05:45:00 GMT';
  const secondary = { message: 'You have exceeded a secondary rate limit.' };
  const cases = [
    // A schedule of a minute that fires a little early polls all the same.
    ['unchanged', 0, answer(304, '', { 'x-poll-interval': '60' }), '2026-01-01T05:30:55.000Z'],
    ['unchanged', 0, answer(304, '', { 'x-poll-interval': '120' }), '2026-01-01T05:31:55.000Z'],
    ['unchanged', 0, answer(304, '', none), '2026-01-01T06:00:00.000Z'],
    ['refused', 0, answer(429, {}, { 'retry-after': '30' }), '2026-01-01T05:30:30.000Z'],
    ['refused', 0, answer(403, {}, { 'retry-after': '90' }), '2026-01-01T05:31:30.000Z'],
    ['refused', 0, answer(503, {}, { 'retry-after': '600' }), '2026-01-01T05:40:00.000Z'],
    ['refused', 0, answer(429, {}, { 'retry-after': date }), '2026-01-01T05:45:00.000Z'],
    ['refused', 0, answer(429, {}, { 'retry-after': 'soon' }), '2026-01-01T05:31:00.000Z'],
    [
      'refused',
      1,
      answer(429, {}, { 'retry-after': '0', 'x-poll-interval': '60' }),
      '2026-01-01T05:32:00.000Z',
    ],
    ['refused', 0, answer(403, {}, none), '2026-01-01T06:00:00.000Z'],
    ['refused', 0, answer(403, {}, { ...none, 'retry-after': '1' }), '2026-01-01T06:00:00.000Z'],
    ['refused', 0, answer(403, secondary), '2026-01-01T05:31:00.000Z'],
    ['refused', 1, answer(403, secondary), '2026-01-01T05:32:00.000Z'],
    ['refused', 9, answer(429, {}), '2026-01-01T06:30:00.000Z'],
    ['refused', 0, answer(429, {}, { 'retry-after': '9999999999' }), '2026-01-02T05:30:00.000Z'],
  ] as const;
  for (const [outcome, refusals, given, until] of cases) {
    const store = fakeStore(JSON.stringify({ ...state, refusals }));
    t.match(await pollEvents({ settings, now, ask: async () => given, store }), { outcome, until });
    const counted = outcome === 'refused' ? refusals + 1 : 0;
    t.same(store.state(), { ...state, notBefore: until, refusals: counted });
    const early = new Date(Date.parse(until) - 1);
    t.match(await pollEvents({ settings, now: early, ask: never, store }), { outcome: 'waiting', until });
    const late = pollEvents({ settings, now: new Date(until), ask: never, store });
    await t.rejects(late, { message: /asked$/ }, 'asks again in time');
  }
});

t.test('forgets refusals once it is answered again', async t => {
  const store = fakeStore(JSON.stringify({ etag: '"a"', ids: ['1'], notBefore: null, refusals: 3 }));
  await pollEvents({ settings, now, ask: async () => answer(304, ''), store });
  t.same(store.state(), { etag: '"a"', ids: ['1'], notBefore: null, refusals: 0 });
});

/** Events by their ids, from one down to another. */
const down = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, at) => event(String(from - at)));
const pageOf = (url: URL) => Number(url.searchParams.get('page') ?? 1);

t.test('reads pages until one holds an event that is known, three at the most', async t => {
  for (const [known, pages, events] of [
    [950, 1, 99],
    [901, 1, 99],
    [900, 2, 199],
    [750, 3, 299],
    [1, 3, 300],
  ] as const) {
    const asked: unknown[] = [];
    const ask: AskEvents = async ({ url, etag }) => {
      asked.push([url.search, etag]);
      const top = 1000 - 100 * (pageOf(url) - 1);
      return answer(200, down(top, top - 99), { etag: `"${top}"` });
    };
    const store = fakeStore(JSON.stringify({ etag: '"old"', ids: [String(known)] }));
    t.match(await pollEvents({ settings, now, ask, store }), { outcome: 'written', events });
    const all = [
      ['?per_page=100', '"old"'],
      ['?per_page=100&page=2', null],
      ['?per_page=100&page=3', null],
    ];
    t.same(asked, all.slice(0, pages));
    t.equal(store.state().etag, '"1000"', 'that of the first page');
  }
});

t.test('stops at a page that is not full', async t => {
  const asked: string[] = [];
  const ask: AskEvents = async ({ url }) => {
    asked.push(url.search);
    return answer(200, down(99, 1));
  };
  t.match(await pollEvents({ settings, now, ask, store: fakeStore() }), { events: 99 });
  t.equal(asked.length, 1);
});

/** An API that shows the newest 300 events up to `top`, and as the ETag the newest of them. */
function fakeApi(top: number) {
  const api = { top, asked: [] as number[], fault: undefined as Answer | undefined };
  const ask: AskEvents = async ({ url, etag }) => {
    const page = pageOf(url);
    api.asked.push(page);
    if (page === 2 && api.fault !== undefined) return api.fault;
    if (etag === `"${api.top}"`) return answer(304, '');
    const first = api.top - 100 * (page - 1);
    return answer(200, down(first, first - 99), { etag: `"${api.top}"`, 'x-poll-interval': '60' });
  };
  return { api, ask };
}

t.test('writes what it was given before a page is refused or fails, and then reads the rest', async t => {
  const old = { etag: '"old"', ids: ['700'], notBefore: null, refusals: 0 };
  const refused = { outcome: 'refused', events: 100, keys: [String], until: '2026-01-01T05:31:30.000Z' };
  for (const [fault, refusals, notBefore] of [
    [answer(500, {}), 0, '2026-01-01T05:30:55.000Z'],
    [answer(403, {}, { 'retry-after': '90' }), 1, '2026-01-01T05:31:30.000Z'],
  ] as const) {
    for (const grown of [0, 10]) {
      const store = fakeStore(JSON.stringify(old));
      const { api, ask } = fakeApi(1000);
      api.fault = fault;
      const cut = pollEvents({ settings, now, ask, store });
      if (refusals === 1) t.match(await cut, refused);
      else {
        await t.rejects(cut, {
          message: 'https://api.github.com/events?per_page=100&page=2: expected HTTP 200 or 304, got 500',
        });
      }
      t.same(store.written, ['github/events/dt=2026-01-01/hour=05/901-1000.json.gz', stateKey]);
      t.same(store.state(), { ...old, notBefore, refusals });

      api.fault = undefined;
      api.top += grown;
      const next = await pollEvents({ settings, now: new Date(notBefore), ask, store });
      t.match(next, { outcome: 'written', events: 300 });
      t.same(api.asked, [1, 2, 1, 2, 3]);
      const written = new Set(store.written.filter(key => key !== stateKey).flatMap(idsIn(store)));
      t.same(
        down(1000, 701 + grown).filter(({ id }) => !written.has(id)),
        [],
        'none that the API still showed is lost',
      );
    }
  }
});

t.test('asks for no more than is left of the hour', async t => {
  const reset = { 'x-ratelimit-reset': '1767247200' };
  for (const [left, outcome, pages, until] of [
    [1, 'refused', [1], '2026-01-01T06:00:00.000Z'],
    [2, 'refused', [1, 2], '2026-01-01T06:00:00.000Z'],
    [3, 'written', [1, 2, 3], '2026-01-01T06:00:00.000Z'],
    [4, 'written', [1, 2, 3], null],
  ] as const) {
    const { api, ask } = fakeApi(1000);
    const counted: AskEvents = async input => {
      const { status, body } = await ask(input);
      const headers = { ...reset, 'x-ratelimit-remaining': String(left - api.asked.length) };
      return { status, body, header: name => new Headers(headers).get(name) };
    };
    const store = fakeStore();
    const result = await pollEvents({ settings, now, ask: counted, store });
    t.match(result, { outcome, events: 100 * pages.length, until });
    t.same(api.asked, pages);
    t.equal(store.state().notBefore, until);
  }
});

t.test('a poll that is cut off between events and state brings the same events again', async t => {
  const ask: AskEvents = async () => answer(200, [event('2'), event('1')], { etag: '"a"' });
  const store = fakeStore();
  const cut = {
    ...store,
    write: async (object: { key: string; body: Uint8Array }) => {
      if (object.key === stateKey) throw new Error('cut off');
      await store.write(object);
    },
  };
  await t.rejects(pollEvents({ settings, now, ask, store: cut }), { message: 'cut off' });
  const key = 'github/events/dt=2026-01-01/hour=05/1-2.json.gz';
  const grown: AskEvents = async () => answer(200, down(3, 1), { etag: '"b"' });
  t.match(await pollEvents({ settings, now, ask: grown, store }), { outcome: 'written', events: 3 });
  const written = store.written.filter(name => name !== stateKey);
  t.same(written, [key, key.replace('1-2', '1-3')], 'two events twice, each under its id');
  const ids = written.flatMap(idsIn(store));
  t.same(ids, ['1', '2', '1', '2', '3']);
});

t.test('remembers a thousand ids, the newest first, each once', async t => {
  const ids = rememberIds(['3', '2'], ['2', '1']);
  t.same(ids, ['3', '2', '1']);
  const many = Array.from({ length: 1000 }, (_, at) => String(at));
  t.same(rememberIds(['x'], many), ['x', ...many.slice(0, 999)]);
});

t.test('reports a poll in one line, with metrics', async t => {
  const result = { outcome: 'written', events: 2, keys: ['k'], until: null } as const;
  const given = { functionName: 'acme-ingest-realtime', now, seconds: 0.5 };
  t.match(reportPoll({ ...given, result }), {
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: 'Millrace/Ingest',
          Dimensions: [['FunctionName']],
          Metrics: ['Succeeded', 'Seconds', 'Polled', 'NewEvents', 'Refused'].map(Name => ({ Name })),
        },
      ],
    },
    FunctionName: 'acme-ingest-realtime',
    event: 'poll',
    ...{ outcome: 'written', keys: ['k'], until: null },
    ...{ Succeeded: 1, Seconds: 0.5, Polled: 1, NewEvents: 2, Refused: 0 },
  });
  const outcomes = (['unchanged', 'waiting', 'refused'] as const).map(outcome => {
    return reportPoll({ ...given, result: { ...result, outcome, events: 0, keys: [] } });
  });
  t.match(outcomes, [
    { Succeeded: 1, Polled: 1, Refused: 0 },
    { Succeeded: 0, Polled: 0, Refused: 0 },
    { Succeeded: 0, Polled: 1, Refused: 1 },
  ]);
});

t.test('reports a poll that failed', async t => {
  const fault = new Error('connect ECONNREFUSED');
  t.match(reportFailure({ functionName: 'acme-ingest-realtime', now, event: 'poll', fault }), {
    _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'Succeeded', Unit: 'Count' }] }] },
    FunctionName: 'acme-ingest-realtime',
    event: 'poll',
    error: 'connect ECONNREFUSED',
    Succeeded: 0,
  });
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
