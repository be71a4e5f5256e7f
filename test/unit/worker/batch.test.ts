import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t from 'tap';
import { ingestHour } from '../../../worker/lambda/batch/batch.ts';
import { countEvents } from '../../../worker/lambda/batch/check.ts';
import { archiveKey, archiveName, hourBefore } from '../../../worker/lambda/batch/hour.ts';
import { parseBatchSettings } from '../../../worker/lambda/batch/settings.ts';
import { parseSourceUrl } from '../../../worker/shared/source-url.ts';

t.test('names an hour as the archive and as the lake do', async t => {
  const hour = hourBefore(new Date('2026-01-01T01:59:59Z'), 2);
  t.same(hour, { date: '2025-12-31', hour: 23 });
  t.equal(archiveName({ date: '2026-01-01', hour: 5 }), '2026-01-01-5.json.gz');
  t.equal(
    archiveKey({ date: '2026-01-01', hour: 5 }),
    'github/archive/dt=2026-01-01/hour=05/archive.json.gz',
  );
});

t.test('reads its settings and names all that are wrong', async t => {
  const env = { ARCHIVE_URL: 'https://data.gharchive.org/', RAW_BUCKET: 'raw' };
  t.same(parseBatchSettings(env), {
    archiveUrl: 'https://data.gharchive.org',
    rawBucket: 'raw',
    lagHours: 2,
  });
  t.throws(() => parseBatchSettings({ LAG_HOURS: '0' }), {
    message: /^ARCHIVE_URL: .*; RAW_BUCKET: .*; LAG_HOURS: expected a whole number from 1 to 168, got "0"$/,
  });
});

t.test('takes plain http from loopback only', async t => {
  for (const url of [
    'https://data.gharchive.org',
    'http://127.0.0.1:8',
    'http://127.9.9.9',
    'http://[::1]:8',
  ]) {
    t.equal(parseSourceUrl(url).href, `${url}/`);
  }
  for (const url of [
    'http://data.gharchive.org',
    'http://127.0.0.1.evil.example',
    'ftp://127.0.0.1',
    'file:///x',
    '',
  ]) {
    t.throws(() => parseSourceUrl(url), Error, url);
  }
});

t.test('counts events across members and long lines', async t => {
  const folder = t.testdir();
  const path = join(folder, 'a.gz');
  const long = `{"a":"${'x'.repeat(300_000)}"}\n`;
  writeFileSync(path, Buffer.concat([gzipSync('{}\n{"a":'), gzipSync(`1}\n${long}{}`)]));
  t.equal(await countEvents(path), 4);
  writeFileSync(path, gzipSync('{}\n\n{}\n'));
  await t.rejects(countEvents(path), { message: /line 2: expected a JSON object, got ""/ });
  await t.rejects(countEvents(join(folder, 'none')), { message: /ENOENT/ });
});

t.test('stores nothing when the connection breaks in the middle', async t => {
  const body = gzipSync('{}\n');
  const server = createServer((_, answer) => {
    answer.writeHead(200, { 'content-length': body.length });
    answer.write(body.subarray(0, 5), () => answer.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const settings = { archiveUrl: `http://127.0.0.1:${port}`, rawBucket: 'raw', lagHours: 2 };
  const put = async () => {
    t.fail('wrote');
  };
  await t.rejects(ingestHour({ settings, now: new Date(), put }), { message: /aborted/ });
});
