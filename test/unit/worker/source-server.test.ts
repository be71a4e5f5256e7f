import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { buildArchive, startSourceServer } from '../../../scripts/edge/source-server.ts';

const server = await startSourceServer(0, () => new Date('2026-01-01T05:30:00Z'));
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
