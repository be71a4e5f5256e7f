import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { LogEntry } from '../../../worker/host/log.ts';
import { createFindProcessor } from '../../../worker/host/processors/index.ts';
import { runOnce } from '../../../worker/host/run.ts';
import { answerError, createFakeStore, type FakeStore } from '../../helpers/fake-store.ts';

const noBudget = { files: 1000, bytes: 1e9, seconds: 600 };

function makeRun(t: Test, concurrency = 1, budget = noBudget) {
  const workDir = t.testdir({ downloads: { rest: 'x', folder: { a: 'x' } } });
  const store = createFakeStore();
  const clock = { now: new Date('2026-01-01T00:00:00Z') };
  const findProcessor = createFindProcessor({ csvDelimiter: undefined, passThrough: [] });
  const world = { store, workDir, findProcessor, workerVersion: 'abc', now: () => clock.now };
  const lines: LogEntry[] = [];
  const run = () => runOnce(world, { concurrency, budget }, entry => lines.push(entry));
  const readJson = (name: string): unknown => JSON.parse(readFileSync(join(workDir, name), 'utf8'));
  return { store, workDir, lines, clock, run, readJson };
}

const failOn = (key: string, error: Error) => (operation: string, objectKey: string) => {
  if (operation === 'get' && objectKey === key) throw error;
};

t.test('handles everything, page by page, and empties its folders first', async t => {
  for (const concurrency of [1, 4]) {
    const { store, workDir, lines, run, readJson } = makeRun(t, concurrency);
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) store.place(`input/${name}.json`, '{}');
    store.place('input/folder/', '');
    store.place('input/bad.json', '');
    const entry = await run();
    t.match(entry, {
      outcome: 'done',
      processed: 7,
      rejected: 1,
      left: 0,
      oldestWaitingSeconds: 0,
      workerVersion: 'abc',
    });
    t.equal(entry.bytes, 14);
    t.equal(lines.length, 9);
    t.match(readJson('last-run.json'), entry);
    t.notOk(existsSync(join(workDir, 'downloads/rest')));
    t.same(readJson('cursor.json'), {});
    t.same(
      [...store.objects.keys()].filter(key => key.startsWith('input/')),
      ['input/folder/'],
    );
  }
});

t.test('an idle run is one LIST and touches no other state', async t => {
  const { store, workDir, run } = makeRun(t);
  t.match(await run(), { outcome: 'done', processed: 0, oldestWaitingSeconds: 0 });
  t.same(store.calls, ['list ']);
  t.notOk(existsSync(join(workDir, 'cursor.json')));
  t.notOk(existsSync(join(workDir, 'faults.json')));
});

t.test('goes on behind the key at which the last run stopped, then takes the rest', async t => {
  const { store, workDir, run, readJson } = makeRun(t);
  for (const name of ['a', 'b', 'c', 'd', 'e']) store.place(`input/${name}.json`, '{}');
  writeFileSync(join(workDir, 'cursor.json'), '{"startAfter":"c.json"}');
  await run();
  const order = store.calls.filter(call => call.startsWith('get')).map(call => call.slice(10, 11));
  t.same(order, ['d', 'e', 'a', 'b', 'c']);
  t.same(readJson('cursor.json'), {});
});

t.test('ends when the bucket or the credentials are at fault, and remembers where', async t => {
  const { store, lines, run, readJson } = makeRun(t);
  for (const name of ['a', 'b', 'c', 'd', 'e']) store.place(`input/${name}.json`, '{}');
  store.before = failOn('input/b.json', answerError('ExpiredToken', 400));
  t.match(await run(), {
    outcome: 'failed',
    cause: 'ExpiredToken (HTTP 400)',
    processed: 1,
    left: 1,
    oldestWaitingSeconds: 60,
  });
  t.same(readJson('cursor.json'), { startAfter: 'b.json', roundStart: '2026-01-01T00:00:00.000Z' });
  t.equal(store.calls.filter(call => call.startsWith('list')).length, 1);
  t.match(lines[1], { event: 'file', key: 'b.json', outcome: 'left', reason: 'ExpiredToken (HTTP 400)' });
});

t.test('leaves one file to the next run and does the others when the world fails once', async t => {
  const { store, run, workDir } = makeRun(t);
  for (const name of ['a', 'b', 'c']) store.place(`input/${name}.json`, '{}');
  store.before = failOn('input/b.json', answerError('SlowDown', 503));
  for (let round = 0; round < 8; round += 1) await run();
  t.match(await run(), { outcome: 'done', processed: 0, left: 1, quarantined: 0, oldestWaitingSeconds: 60 });
  t.equal(store.text('input/b.json'), '{}');
  t.notOk(existsSync(join(workDir, 'faults.json')));
});

t.test('gives up after many faults in a row', async t => {
  const { store, run } = makeRun(t);
  for (let at = 10; at < 40; at += 1) store.place(`input/${at}.json`, '{}');
  store.before = operation => {
    if (operation === 'head') throw answerError('InternalError', 500);
  };
  t.match(await run(), { outcome: 'failed', cause: /10 faults in a row, the last: InternalError/, left: 10 });
});

t.test('tries a file that alone fails again and again only once an hour', async t => {
  const { store, clock, run, readJson } = makeRun(t);
  store.place('input/a.json', '{}');
  store.before = failOn('input/a.json', answerError('InvalidObjectState', 403));
  for (let round = 0; round < 5; round += 1)
    t.match(await run(), { outcome: 'done', left: 1, quarantined: 0 });
  store.calls.length = 0;
  t.match(await run(), { left: 0, quarantined: 1, oldestWaitingSeconds: 60 });
  t.same(store.calls, ['list ']);
  t.match(readJson('faults.json'), { 'a.json': { count: 5 } });

  clock.now = new Date('2026-01-01T01:00:01Z');
  t.match(await run(), { left: 1, quarantined: 0 }, 'an hour later');
  t.match(await run(), { left: 0, quarantined: 1 });
  store.before = () => {};
  store.place('input/a.json', '{"new":1}');
  t.match(await run(), { processed: 1, quarantined: 0 }, 'a new ETag');
  t.same(readJson('faults.json'), {});
});

/** Lets the content of some keys arrive damaged. */
function damage(store: FakeStore, isDamaged: (key: string) => boolean): void {
  const get = store.get;
  store.get = async (key, etag) => {
    const content = await get(key, etag);
    return typeof content === 'string' || !isDamaged(key) ? content : { ...content, md5: '0'.repeat(32) };
  };
}

t.test(
  'counts content that comes wrong against a file alone, never when the world may be at fault',
  async t => {
    const cases: readonly (readonly [string, Readonly<Record<string, Error | undefined>>, number])[] = [
      ['alone', {}, 1],
      ['beside a good file', { 'good.json': undefined }, 1],
      [
        'beside a denied and a good file',
        { 'b.json': answerError('AccessDenied', 403), 'good.json': undefined },
        1,
      ],
      ['beside a slow world', { 'b.json': answerError('SlowDown', 503), 'good.json': undefined }, 0],
      ['beside a broken line', { 'b.json': new Error('reset'), 'good.json': undefined }, 0],
      ['where everything comes wrong', { 'bad-2.json': undefined, 'bad-3.json': undefined }, 0],
    ];
    for (const [name, others, count] of cases) {
      const { store, run, readJson } = makeRun(t);
      for (const key of ['bad.json', ...Object.keys(others)]) store.place(`input/${key}`, '{}');
      damage(store, key => key.startsWith('bad'));
      store.before = (operation, objectKey) => {
        const error = others[objectKey.slice('input/'.length)];
        if (operation === 'get' && error !== undefined) throw error;
      };
      await run();
      t.match(readJson('faults.json'), { 'bad.json': { count } }, name);
    }
  },
);

t.test('counts an archived file whatever else fails', async t => {
  const { store, run, readJson } = makeRun(t);
  store.place('input/a.json', '{}');
  store.place('input/b.json', '{}');
  store.before = (operation, objectKey) => {
    failOn('input/a.json', answerError('InvalidObjectState', 403))(operation, objectKey);
    failOn('input/b.json', answerError('SlowDown', 503))(operation, objectKey);
  };
  await run();
  t.match(readJson('faults.json'), { 'a.json': { count: 1 } });
});

t.test('does not wait for a time that its clock was set back from', async t => {
  const { store, workDir, clock, run } = makeRun(t);
  store.place('input/a.json', '{}');
  const [{ etag } = { etag: '' }] = (await store.list(undefined)).entries;
  const triedAt = clock.now.getTime() + 86_400_000;
  writeFileSync(join(workDir, 'faults.json'), JSON.stringify({ 'a.json': { etag, count: 9, triedAt } }));
  t.match(await run(), { processed: 1, quarantined: 0 });
});

t.test('says why when the listing fails', async t => {
  const { store, run } = makeRun(t);
  store.before = () => {
    throw answerError('NoSuchBucket', 404);
  };
  t.match(await run(), {
    outcome: 'failed',
    cause: 'NoSuchBucket (HTTP 404)',
    oldestWaitingSeconds: null,
  });
});

t.test('starts afresh when its own small files are damaged', async t => {
  const { store, workDir, run } = makeRun(t);
  store.place('input/a.json', '{}');
  for (const name of ['cursor.json', 'faults.json']) writeFileSync(join(workDir, name), '{"startAfter":');
  t.match(await run(), { outcome: 'done', processed: 1 });
});

t.test('takes on no more than its budget, and goes on where it stopped', async t => {
  for (const budget of [
    { ...noBudget, files: 2 },
    { ...noBudget, bytes: 3 },
  ]) {
    const { store, run, readJson } = makeRun(t, 1, budget);
    for (const name of ['a', 'b', 'c', 'd', 'e']) store.place(`input/${name}.json`, '{}');
    t.match(await run(), {
      outcome: 'done',
      processed: 2,
      isBudgetSpent: true,
      oldestWaitingSeconds: 60,
    });
    t.match(readJson('cursor.json'), { startAfter: 'b.json' });
    t.match(await run(), { processed: 2, isBudgetSpent: true });
    t.match(await run(), { processed: 1, isBudgetSpent: false, oldestWaitingSeconds: 0 });
    t.same(readJson('cursor.json'), {});
  }
});

t.test('begins no second file when its time is over', async t => {
  const { store, run } = makeRun(t, 1, { ...noBudget, seconds: 0 });
  for (const name of ['a', 'b']) store.place(`input/${name}.json`, '{}');
  t.match(await run(), { outcome: 'done', processed: 1, isBudgetSpent: true, oldestWaitingSeconds: 60 });
  t.equal(store.text('input/b.json'), '{}');
  t.match(await run(), { processed: 1 }, 'one a run, however slow the listing');
});

t.test('starves no key however many come behind the cursor', async t => {
  const { store, run } = makeRun(t, 1, { ...noBudget, files: 2 });
  const list = store.list;
  const arrived = new Map<string, Date>();
  let now = new Date('2026-01-01T00:00:00Z');
  store.list = async startAfter => {
    const page = await list(startAfter);
    const entries = page.entries.map(entry => ({
      ...entry,
      modified: arrived.get(entry.key) ?? new Date(0),
    }));
    return { ...page, entries, time: now };
  };
  for (const name of ['a', 'b', 'c', 'd', 'e']) store.place(`input/${name}.json`, '{}');
  store.before = failOn('input/a.json', answerError('SlowDown', 503));
  await run();
  store.before = () => {};
  for (let minute = 1; minute <= 4 && store.text('input/a.json') !== undefined; minute += 1) {
    now = new Date(now.getTime() + 60_000);
    for (const name of ['x', 'y', 'z']) {
      const key = `${name}${minute}.json`;
      arrived.set(key, now);
      store.place(`input/${key}`, '{}');
    }
    await run();
  }
  t.equal(store.text('input/a.json'), undefined);
  t.ok(store.text('input/z1.json'), 'of those that came later');
});

t.test('tries a file once a run, also when a round ends in the middle of it', async t => {
  const { store, workDir, run } = makeRun(t);
  for (const name of ['a', 'b', 'c', 'd']) store.place(`input/${name}.json`, '{}');
  writeFileSync(join(workDir, 'cursor.json'), '{"startAfter":"b.json"}');
  store.before = failOn('input/c.json', answerError('SlowDown', 503));
  t.match(await run(), { processed: 3, left: 1 });
  t.same(
    store.calls.filter(call => call === 'get input/c.json'),
    ['get input/c.json'],
  );
});

t.test('does many small files while one takes long', async t => {
  const { store, lines, run } = makeRun(t, 4);
  const small = Array.from({ length: 20 }, (_, at) => `small-${at}.json`);
  for (const name of ['a-huge.json', ...small]) store.place(`input/${name}`, '{}');
  const get = store.get;
  store.get = async (key, etag) => {
    // Comes to its end only once all others are done.
    while (key === 'a-huge.json' && lines.length < small.length)
      await new Promise(resolve => setTimeout(resolve, 1));
    return get(key, etag);
  };
  t.match(await run(), { processed: 21 });
  t.match(lines.at(-2), { key: 'a-huge.json' });
});
