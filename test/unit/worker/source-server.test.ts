import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { buildArchive, latestEvents, startSourceServer } from '../../../scripts/edge/source-server.ts';

const server = await startSourceServer(0, { now: () => new Date('2026-01-01T05:30:00Z') });
t.teardown(() => {
  server.close();
  server.closeAllConnections();
});
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;
const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);

t.test('serves an hour that has ended, always with the same bytes', async t => {
  const answer = await get('/2026-01-01-4.json.gz');
  t.equal(answer.status, 200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  t.same(bytes, buildArchive(new Date('2026-01-01T04:00:00Z')));
  const events = gunzipSync(bytes)
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  t.equal(events.length, 200);
  t.equal(new Set(events.map(({ id }) => id)).size, 200);
  t.match(events[199], { type: /Event$/, actor: { login: String }, created_at: '2026-01-01T04:59:42Z' });
});

t.test('answers 404 for what the archive does not have', async t => {
  const missing = [
    ...['2026-01-01-5', '2026-01-01-6', '2026-01-01-04', '2014-12-31-23', '2025-02-30-1', '2026-01-01-24'],
    ...['2025-13-01-1', '../etc/passwd', ''],
  ];
  for (const name of missing) t.equal((await get(`/${name}.json.gz`)).status, 404, name);
  t.equal((await get('/health')).status, 200);
});

t.test(
  'plays the events API: newest first, as the archive will hold them, 304 while nothing is new',
  async t => {
    const first = await get('/events?per_page=2');
    t.equal(first.headers.get('x-poll-interval'), '60');
    const events: unknown = await first.json();
    if (!Array.isArray(events)) throw new Error('expected a list');
    t.match(events, [{ created_at: '2026-01-01T05:30:00Z' }, { created_at: '2026-01-01T05:29:42Z' }]);
    const archived = gunzipSync(buildArchive(new Date('2026-01-01T05:00:00Z')))
      .toString()
      .split('\n');
    t.same(
      events,
      [archived[100], archived[99]].map(line => JSON.parse(line ?? '')),
    );

    const etag = first.headers.get('etag') ?? '';
    const ask = (path: string, wanted: string) =>
      fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'if-none-match': wanted } });
    const second = await ask('/events?per_page=2', etag);
    t.match({ status: second.status, body: await second.text() }, { status: 304, body: '' });
    t.equal(second.headers.get('etag'), etag);
    t.equal((await ask('/events?per_page=3', etag)).status, 200, 'another page is another answer');

    const lengths = ['', '?per_page=1000', '?per_page=0', '?page=1'].map(async query => {
      const list: unknown = await (await get(`/events${query}`)).json();
      return Array.isArray(list) ? list.length : undefined;
    });
    t.same(await Promise.all(lengths), [30, 100, 30, 30], 'thirty unless asked, a hundred at most');
    t.same(
      await (await get('/events?per_page=1&page=2')).json(),
      [events[1]],
      'the next page goes on where the first ends',
    );
    t.equal((await get('/events?per_page=100&page=3')).status, 200);
    t.equal((await get('/events?per_page=100&page=4')).status, 422, 'three hundred events and no more');
    t.notSame(
      latestEvents(new Date('2026-01-01T05:30:18Z'), 1),
      latestEvents(new Date('2026-01-01T05:30:17Z'), 1),
    );
  },
);
