import t from 'tap';
import {
  archiveKey,
  archiveName,
  dayPrefix,
  type Hour,
  hourAt,
  hoursBetween,
  parseHour,
} from '../../../worker/lambda/batch/hour.ts';
import { readOrder } from '../../../worker/lambda/batch/order.ts';
import { parseBatchSettings } from '../../../worker/lambda/batch/settings.ts';
import { parseSourceUrl } from '../../../worker/shared/source-url.ts';

const env = { ARCHIVE_URL: 'https://data.gharchive.org/', RAW_BUCKET: 'raw' };
const settings = parseBatchSettings(env);
const now = new Date('2026-11-30T10:20:00Z');
const order = (event: unknown) => readOrder(event, settings, now);

t.test('names an hour as the archive and as the lake do', async t => {
  const hour = hourAt(Date.parse('2026-01-01T05:59:59Z'));
  t.equal(hour, '2026-01-01T05');
  t.equal(archiveName(hour), '2026-01-01-5.json.gz');
  t.equal(archiveKey(hour), 'github/archive/dt=2026-01-01/hour=05/archive.json.gz');
  t.ok(archiveKey(hour).startsWith(dayPrefix(hour)));
});

t.test('reads hours that the calendar has', async t => {
  t.equal(parseHour('2024-02-29T23'), '2024-02-29T23');
  for (const text of ['2025-02-29T00', '2026-01-01T24', '2026-1-1T0', '2026-01-01', '2026-01-01T00:00', '']) {
    t.equal(parseHour(text), undefined, text);
  }
  t.same(hoursBetween('2025-12-31T23' as Hour, '2026-01-01T01' as Hour), [
    '2025-12-31T23',
    '2026-01-01T00',
    '2026-01-01T01',
  ]);
});

t.test('reads its settings and names all that are wrong', async t => {
  t.same(settings, {
    archiveUrl: 'https://data.gharchive.org',
    rawBucket: 'raw',
    lagHours: 2,
    windowHours: 48,
    missingAfterHours: 12,
  });
  t.throws(() => parseBatchSettings({ LAG_HOURS: '0', WINDOW_HOURS: '11' }), {
    message:
      /^ARCHIVE_URL: .*; RAW_BUCKET: .*; LAG_HOURS: expected a whole number from 1 to 168, got "0"; WINDOW_HOURS: expected a whole number from 12 to 168, got "11"$/,
  });
  t.throws(() => parseBatchSettings({ ...env, LAG_HOURS: '13' }), {
    message: 'MISSING_AFTER_HOURS: expected a whole number from 13 to 168, got "12"',
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

t.test('a schedule asks for the hours of the window, newest first', async t => {
  for (const event of [{}, null, 'x', { time: '2026-11-30T10:15:00Z', 'detail-type': 'Scheduled Event' }]) {
    const { kind, hours } = order(event);
    t.equal(kind, 'scheduled');
    t.equal(hours.length, 47);
    t.same([hours[0], hours.at(-1)], ['2026-11-30T08', '2026-11-28T10']);
  }
});

t.test('a range asks for its hours, oldest first', async t => {
  const { kind, hours } = order({ from: '2026-11-01T00', to: '2026-11-03T23' });
  t.equal(kind, 'backfill');
  t.equal(hours.length, 72);
  t.same([hours[0], hours.at(-1)], ['2026-11-01T00', '2026-11-03T23']);
  t.same(order({ from: '2011-02-12T00', to: '2011-02-12T00' }).hours, ['2011-02-12T00']);
  t.same(order({ from: '2026-11-30T09', to: '2026-11-30T09' }).hours, ['2026-11-30T09']);
  t.equal(order({ from: '2026-10-01T00', to: '2026-10-31T23' }).hours.length, 744);
});

t.test('refuses any other range with place, value and remedy', async t => {
  const cases = [
    [{ from: '2026-11-01' }, 'from: expected an hour such as 2026-11-01T00, got "2026-11-01"'],
    [{ to: '2026-11-01T00' }, 'from: expected an hour such as 2026-11-01T00, got nothing'],
    [{ from: '2026-11-01T00' }, 'to: expected an hour such as 2026-11-01T00, got nothing'],
    [{ from: '2026-11-01T00', to: 5 }, 'to: expected an hour such as 2026-11-01T00, got 5'],
    [
      { from: '2026-11-31T00', to: '2026-12-01T00' },
      'from: expected an hour such as 2026-11-01T00, got "2026-11-31T00"',
    ],
    [
      { from: '2026-11-02T00', to: '2026-11-01T23' },
      'to: expected 2026-11-02T00 (from) or later, got "2026-11-01T23"',
    ],
    [
      { from: '2026-11-30T00', to: '2026-11-30T10' },
      'to: expected 2026-11-30T09 or earlier, the last hour that has ended, got "2026-11-30T10"',
    ],
    [
      { from: '2011-02-11T23', to: '2011-02-12T00' },
      'from: expected 2011-02-12T00 or later, the archive\'s first hour, got "2011-02-11T23"',
    ],
    [
      { from: '2026-10-01T00', to: '2026-11-01T00' },
      'to: expected at most 744 hours from 2026-10-01T00 on, got "745 to 2026-11-01T00"',
    ],
  ] as const;
  for (const [event, text] of cases) {
    t.throws(
      () => order(event),
      {
        message: `event.${text}; start it again with {"from": "YYYY-MM-DDTHH", "to": "YYYY-MM-DDTHH"}, hours in UTC, both included`,
      },
      text,
    );
  }
});
