import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { createFindProcessor } from '../../../worker/host/processors/index.ts';
import { handleFile, stepNames } from '../../../worker/host/protocol.ts';
import type { Entry } from '../../../worker/host/store.ts';
import { stampedJson } from '../../../worker/shared/stamped-json.ts';
import { answerError, createFakeStore, type FakeStore } from '../../helpers/fake-store.ts';

const good = '{"v":1}';
const stamped = (text: string) => stampedJson('a.json', Buffer.from(text)).toString();

function makeWorld(t: Test) {
  const workDir = t.testdir({ downloads: {}, processed: {} });
  const store = createFakeStore();
  const findProcessor = createFindProcessor({ csvDelimiter: undefined, passThrough: [] });
  const world = {
    store,
    workDir,
    findProcessor,
    workerVersion: 'abc',
    now: () => new Date('2026-01-01T00:00:00Z'),
  };
  return { store, world };
}

async function firstEntry(store: FakeStore): Promise<Entry> {
  const { entries } = await store.list(undefined);
  const [entry] = entries;
  if (entry === undefined) throw new Error('nothing waits');
  store.calls.length = 0;
  return entry;
}

t.test('takes a good file through four requests', async t => {
  const { store, world } = makeWorld(t);
  store.place('input/a.json', good);
  t.same(await handleFile(await firstEntry(store), world), { at: 'end', outcome: 'processed' });
  t.same(store.calls, ['head output/a.json', 'get input/a.json', 'put output/a.json', 'delete input/a.json']);
  t.equal(store.text('output/a.json'), stamped(good));
  t.match(store.objects.get('output/a.json')?.provenance, { sourceEtag: /^"/, sourceVersionId: 'v1' });
  t.equal(stepNames.length, store.calls.length + 1, 'making the bodies is no request');
});

t.test('replaces an older result and an older record', async t => {
  const { store, world } = makeWorld(t);
  store.place('input/a.json', good);
  store.place('output/a.json', 'old');
  await handleFile(await firstEntry(store), world);
  t.equal(store.text('output/a.json'), stamped(good));
  store.place('input/a.json', '{');
  store.place('errors/a.json', 'old');
  store.place('errors/a.json.error.json', 'old');
  t.match(await handleFile(await firstEntry(store), world), {
    outcome: 'rejected',
    fault: { reason: 'invalid-json' },
  });
  t.equal(store.text('errors/a.json'), '{');
  t.match(JSON.parse(store.text('errors/a.json.error.json') ?? ''), {
    key: 'a.json',
    reason: 'invalid-json',
    detail: 'expected a key or }, got the end of the file',
    place: { byte: 1 },
    bytes: 1,
    versionId: 'v1',
    workerVersion: 'abc',
    time: '2026-01-01T00:00:00.000Z',
  });
  t.equal(store.text('input/a.json'), undefined);
});

t.test('looks at the places in errors/ before it reads the file that goes there', async t => {
  const { store, world } = makeWorld(t);
  store.place('input/a.json', '[');
  await handleFile(await firstEntry(store), world);
  t.same(store.calls, [
    ...['head output/a.json', 'get input/a.json'],
    ...['head errors/a.json', 'head errors/a.json.error.json', 'get input/a.json'],
    ...['put errors/a.json', 'put errors/a.json.error.json', 'delete input/a.json'],
  ]);
});

t.test('refuses an unknown kind and a key too long for its output without trying', async t => {
  const { store, world } = makeWorld(t);
  const long = `${'k'.repeat(1013)}.json`;
  for (const [key, reason, target] of [
    ['a.bin', 'unknown-kind', 'errors/a.bin'],
    [long, 'key-too-long', /^errors\/~[0-9a-f]{64}$/],
  ] as const) {
    store.place(`input/${key}`, good);
    t.match(await handleFile(await firstEntry(store), world), { outcome: 'rejected', fault: { reason } });
    const [file, record] = [...store.objects.keys()].slice(-2);
    t.match(file, target);
    t.equal(record, `${file}.error.json`);
    t.equal(JSON.parse(store.text(record ?? '') ?? '').key, key);
  }
});

t.test('leaves a file that another worker finished or somebody replaced', async t => {
  const { store, world } = makeWorld(t);
  store.place('input/a.json', good);
  const entry = await firstEntry(store);
  store.place('input/a.json', '{"v":2}');
  t.same(await handleFile(entry, world), { at: 'end', outcome: 'changed' });
  store.objects.delete('input/a.json');
  t.same(await handleFile(entry, world), { at: 'end', outcome: 'gone' });
  t.equal(store.objects.size, 0);
});

t.test('begins again when another worker wrote first, and never puts an old result over a newer', async t => {
  const { store, world } = makeWorld(t);
  store.place('input/a.json', good);
  const entry = await firstEntry(store);
  store.before = operation => {
    if (operation !== 'put') return;
    store.before = () => {};
    store.place('output/a.json', 'newer');
    store.place('input/a.json', '{"v":2}');
  };
  t.same(await handleFile(entry, world), { at: 'end', outcome: 'changed' });
  t.equal(store.text('output/a.json'), 'newer');
  t.equal(store.text('input/a.json'), '{"v":2}');
});

t.test('gives up for this run when it is overtaken each time', async t => {
  const { store, world } = makeWorld(t);
  store.place('input/a.json', good);
  let others = 0;
  store.before = operation => {
    others += 1;
    if (operation === 'put') store.place('output/a.json', `another, ${others}`);
  };
  await t.rejects(handleFile(await firstEntry(store), world), { message: /overtaken/ });
  t.equal(store.text('input/a.json'), good);
});

t.test('leaves a newer input that came between its write and its delete', async t => {
  const { store, world } = makeWorld(t);
  store.place('input/a.json', good);
  store.before = operation => {
    if (operation === 'delete') store.place('input/a.json', 'newer');
  };
  t.match(await handleFile(await firstEntry(store), world), { outcome: 'processed' });
  t.equal(store.text('input/a.json'), 'newer');
});

t.test('accepts its own write after a lost answer, and only its own', async t => {
  const { store, world } = makeWorld(t);
  store.place('input/a.json', good);
  const lose = (operation: string) => {
    if (operation === 'put') throw answerError('InternalError', 500);
  };
  store.after = lose;
  t.match(await handleFile(await firstEntry(store), world), { outcome: 'processed' });

  store.after = () => {};
  store.before = lose;
  store.place('input/a.json', '{"v":2}');
  await t.rejects(handleFile(await firstEntry(store), world), { message: 'InternalError' });
  t.equal(store.text('output/a.json'), stamped(good));
  t.equal(store.text('input/a.json'), '{"v":2}');
});

t.test('a refusal of the write is thrown at once', async t => {
  const { store, world } = makeWorld(t);
  store.place('input/a.json', good);
  store.before = operation => {
    if (operation === 'put') throw answerError('AccessDenied', 403);
  };
  await t.rejects(handleFile(await firstEntry(store), world), { message: 'AccessDenied' });
  t.equal(store.calls.at(-1), 'put output/a.json');
});

t.test('an interrupted or short body is a fault of reading', async t => {
  const { store, world } = makeWorld(t);
  store.place('input/a.json', good);
  const entry = await firstEntry(store);
  const short = async () => ({
    body: failing(),
    length: 7,
    md5: undefined,
    versionId: undefined,
    redrives: 0,
  });
  async function* failing() {
    yield Buffer.from('{');
  }
  await t.rejects(handleFile(entry, { ...world, store: { ...store, get: short } }), {
    name: 'ReadFault',
    message: /expected 7 bytes, got 1/,
  });
  t.equal(store.text('input/a.json'), good);
});

t.test('uses no name from outside on its own disk', async t => {
  const { store, world } = makeWorld(t);
  const outside = join(world.workDir, 'escaped.json');
  mkdirSync(join(world.workDir, 'downloads', 'x'));
  store.place('input/../escaped.json', good);
  await handleFile(await firstEntry(store), world);
  t.notOk(existsSync(outside));
  t.ok(store.text('output/../escaped.json'));
});
