import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { stampedJson } from '../../worker/shared/stamped-json.ts';
import { type Reply, readCall, type StoreCall, startS3Proxy, type Verdict } from '../helpers/s3-proxy.ts';
import { type Bed, prepareWorker } from '../helpers/worker-bed.ts';

const bench = await prepareWorker(t);
const { emulator, makeBed, startWorker, runWorker } = bench;

const source = Buffer.from(JSON.stringify({ text: 'x'.repeat(5000) }));

/** One fault that every request of a kind for one file meets, and what must come of it. */
interface Case {
  readonly name: string;
  readonly operation: StoreCall['operation'];
  readonly verdict: Verdict;
  /** Of the file that meets the fault. */
  readonly outcome: 'left' | 'processed' | 'gone';
  readonly reason?: RegExp;
  /** Whether it counts towards quarantine. */
  readonly counts?: boolean;
  /** Whether the run ends as failed, leaving what it has not begun. */
  readonly endsRun?: boolean;
  /** Folders in which the file stands then, when it is not whole in input/ alone. */
  readonly standsIn?: readonly Folder[];
}
type Folder = 'input/' | 'output/';

const answers = (status: number, code: string): Verdict => ({ status, code });
const flip = ({ body, ...reply }: Reply): Reply => {
  const flipped = Buffer.from(body);
  flipped[100] = (flipped[100] ?? 0) ^ 1;
  return { ...reply, body: flipped };
};
const both = ['input/', 'output/'] as const;

const cases: readonly Case[] = [
  ...(['head', 'get', 'put', 'delete'] as const).flatMap(operation =>
    (
      [
        [500, 'InternalError'],
        [503, 'SlowDown'],
        [429, 'TooManyRequests'],
      ] as const
    ).map(
      ([status, code]): Case => ({
        name: `${status} to each ${operation}`,
        operation,
        verdict: answers(status, code),
        outcome: 'left',
        reason: new RegExp(`HTTP ${status}`),
        ...(operation === 'delete' ? { standsIn: both } : {}),
      }),
    ),
  ),
  ...(['get', 'put'] as const).map(
    (operation): Case => ({
      name: `${operation} denied, as when KMS refuses the key`,
      operation,
      verdict: answers(403, 'AccessDenied'),
      outcome: 'left',
      reason: /AccessDenied \(HTTP 403\)/,
    }),
  ),
  ...(
    [
      ['ExpiredToken', 400],
      ['RequestTimeTooSkewed', 403],
      ['InvalidAccessKeyId', 403],
    ] as const
  ).flatMap(([code, status]) =>
    (['get', 'put'] as const).map(
      (operation): Case => ({
        name: `${code} to a ${operation}`,
        operation,
        verdict: answers(status, code),
        outcome: 'left',
        reason: new RegExp(code),
        endsRun: true,
      }),
    ),
  ),
  {
    name: 'an archived storage class',
    operation: 'get',
    verdict: answers(403, 'InvalidObjectState'),
    outcome: 'left',
    reason: /InvalidObjectState/,
    counts: true,
  },
  {
    name: 'a reset in the middle of the body',
    operation: 'get',
    verdict: { stopAt: 'mid-reply', ending: 'reset' },
    outcome: 'left',
  },
  {
    name: 'a body that ends before its Content-Length',
    operation: 'get',
    verdict: { stopAt: 'mid-reply', ending: 'close' },
    outcome: 'left',
  },
  {
    name: 'a shorter body with a Content-Length to match',
    operation: 'get',
    verdict: { change: reply => ({ ...reply, body: reply.body.subarray(0, 100) }) },
    outcome: 'left',
    reason: /expected 5011 bytes as listed, got 100/,
    counts: true,
  },
  {
    name: 'a flipped bit',
    operation: 'get',
    verdict: { change: flip },
    outcome: 'left',
    reason: /expected content with MD5/,
    counts: true,
  },
  {
    name: 'a reset before the answer to a GET',
    operation: 'get',
    verdict: { stopAt: 'before', ending: 'reset' },
    outcome: 'left',
    reason: /ECONNRESET/,
  },
  {
    name: 'a reset in the middle of a PUT',
    operation: 'put',
    verdict: { stopAt: 'mid-request', ending: 'reset' },
    outcome: 'left',
  },
  {
    name: 'the lost answer to a PUT that took effect',
    operation: 'put',
    verdict: 'lose',
    outcome: 'processed',
    standsIn: ['output/'],
  },
  {
    name: 'the lost answer to a DELETE that took effect',
    operation: 'delete',
    verdict: 'lose',
    outcome: 'left',
    standsIn: ['output/'],
  },
];

const keyOf = ({ name }: Case) => `${name}.json`;
const countsOf = ({ workDir }: Bed): Readonly<Record<string, { readonly count: number } | undefined>> => {
  const path = join(workDir, 'faults.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
};

/** Cases that one run can meet together: less than would end it, and none that keeps others from counting. */
function* groups(): Generator<readonly Case[]> {
  for (const one of cases.filter(({ endsRun }) => endsRun)) yield [one];
  const others = cases.filter(({ endsRun }) => !endsRun);
  yield others.filter(({ counts }) => counts);
  const world = others.filter(({ counts }) => !counts);
  for (let from = 0; from < world.length; from += 6) yield world.slice(from, from + 6);
}

for (const group of groups()) {
  t.test(`meets ${group.map(({ name }) => name).join('; ')}`, async t => {
    const bed = await makeBed();
    await Promise.all(group.map(fault => bed.put(`input/${keyOf(fault)}`, source)));
    await bed.put('input/other.json', '[]');
    const proxy = await startS3Proxy(t, emulator.endpoint, (seen): Verdict => {
      const { operation, objectKey } = readCall(seen);
      const fault = group.find(fault => objectKey.endsWith(`/${keyOf(fault)}`));
      return fault?.operation === operation ? fault.verdict : 'pass';
    });
    const { code, errors, lines } = await runWorker(bed.config, proxy.endpoint);

    const isEnded = group.some(({ endsRun }) => endsRun);
    t.equal(errors, '');
    t.equal(code, isEnded ? 1 : 0);
    t.match(lines.at(-1), { event: 'run', outcome: isEnded ? 'failed' : 'done' });
    const keys = await bed.keys();
    const counts = countsOf(bed);
    for (const fault of group) {
      const { name, outcome, reason } = fault;
      const key = keyOf(fault);
      const line = lines.find(line => line['key'] === key);
      t.match(line, { outcome, ...(reason ? { reason } : {}) }, name);
      t.equal(counts[key]?.count ?? 0, fault.counts ? 1 : 0, `${name}: counted towards quarantine`);
      const standsIn = fault.standsIn ?? ['input/'];
      t.same(
        keys.filter(objectKey => objectKey.endsWith(`/${key}`)),
        standsIn.map(folder => folder + key),
        name,
      );
      if (standsIn.includes('input/')) t.same(await bed.read(`input/${key}`), source, `${name}: whole`);
    }
    if (!isEnded) t.ok(keys.includes('output/other.json'), 'the other file is done all the same');

    t.match(await runWorker(bed.config), { code: 0, errors: '' }, 'the next run');
    const done = [...group.map(keyOf), 'other.json'].map(key => `output/${key}`);
    t.same(await bed.keys(), done.sort());
    for (const key of group.map(keyOf))
      t.same(await bed.read(`output/${key}`), stampedJson(key, source), key);
    t.same(Object.values(countsOf(bed)), []);
  });
}

t.test('does its work where the log cannot be written, and says so by its exit code', async t => {
  const bed = await makeBed();
  const names = Array.from({ length: 40 }, (_, at) => `${at}.json`);
  await Promise.all(names.map(name => bed.put(`input/${name}`, source)));
  const full = openSync('/dev/full', 'w');
  t.teardown(() => closeSync(full));
  const child = spawn(process.execPath, [bench.worker, bed.config], {
    env: emulator.env,
    stdio: ['ignore', full, 'inherit'],
  });
  const code = await new Promise(resolve => child.once('close', resolve));
  t.equal(code, 1);
  t.same(await bed.keys(), names.map(name => `output/${name}`).sort());
  t.match(JSON.parse(readFileSync(join(bed.workDir, 'last-run.json'), 'utf8')), { processed: 40 });
});

t.test('a listing that still names what is done gives it back as gone, and writes nothing', async t => {
  const bed = await makeBed();
  await bed.put('input/a.json', source);
  await bed.put('input/b.json', '[]');
  let first: Reply | undefined;
  const keepFirst = (reply: Reply) => {
    first ??= reply;
    return first;
  };
  const proxy = await startS3Proxy(
    t,
    emulator.endpoint,
    (seen): Verdict => (readCall(seen).operation === 'list' ? { change: keepFirst } : 'pass'),
  );
  t.match((await runWorker(bed.config, proxy.endpoint)).lines.at(-1), { processed: 2 });
  const before = await bed.metadata('output/a.json');
  await bed.put('input/b.json', '[2]');
  const { code, lines } = await runWorker(bed.config, proxy.endpoint);
  t.equal(code, 0);
  t.match(lines.at(-1), { outcome: 'done', gone: 1, changed: 1, processed: 0, rejected: 0 });
  t.same(await bed.keys(), ['input/b.json', 'output/a.json', 'output/b.json']);
  t.same(await bed.metadata('output/a.json'), before);
  await runWorker(bed.config);
  t.same(await bed.keys(), ['output/a.json', 'output/b.json']);
  t.equal((await bed.read('output/b.json')).toString(), '[2]');
});

t.test("what a listing does not name yet is the next run's", async t => {
  const bed = await makeBed();
  await bed.put('input/a.json', source);
  await bed.put('input/b.json', '[]');
  const withoutB = ({ body, ...reply }: Reply): Reply => {
    const text = body.toString().replace(/<Contents>(?:(?!<Contents>).)*b\.json.*?<\/Contents>/s, '');
    return { ...reply, body: Buffer.from(text) };
  };
  const proxy = await startS3Proxy(
    t,
    emulator.endpoint,
    (seen): Verdict => (readCall(seen).operation === 'list' ? { change: withoutB } : 'pass'),
  );
  t.match((await runWorker(bed.config, proxy.endpoint)).lines.at(-1), { outcome: 'done', processed: 1 });
  t.same(await bed.keys(), ['input/b.json', 'output/a.json']);
  t.match((await runWorker(bed.config)).lines.at(-1), { outcome: 'done', processed: 1 });
});

t.test('a listing that fails or makes no sense ends the run and leaves everything', async t => {
  const bed = await makeBed();
  await bed.put('input/a.json', source);
  const nonsense: Verdict = { change: reply => ({ ...reply, body: Buffer.from('<html>') }) };
  const cut: Verdict = { change: reply => ({ ...reply, body: reply.body.subarray(0, -200) }) };
  const verdicts = [
    answers(500, 'InternalError'),
    answers(403, 'AccessDenied'),
    nonsense,
    cut,
    'drop',
  ] as const;
  for (const verdict of verdicts) {
    const proxy = await startS3Proxy(t, emulator.endpoint, (): Verdict => verdict);
    const { code, errors, lines } = await runWorker(bed.config, proxy.endpoint);
    t.match({ code, errors, lines }, { code: 1, errors: '', lines: [{ event: 'run', outcome: 'failed' }] });
  }
  t.same(await bed.keys(), ['input/a.json']);
});

t.test('a name that does not resolve ends the run', async t => {
  const bed = await makeBed();
  await bed.put('input/a.json', source);
  const { code, errors, lines } = await runWorker(bed.config, 'http://store.invalid:9');
  t.match(
    { code, errors, lines },
    { code: 1, errors: '', lines: [{ event: 'run', outcome: 'failed', cause: /ENOTFOUND|EAI_AGAIN/ }] },
  );
  t.same(await bed.keys(), ['input/a.json']);
});

// The account was lost and made anew with another number: its folder is its own again, the files in it are not.
const isRoot = process.getuid?.() === 0;
for (const { name, mode, told } of [
  { name: 'cannot read', mode: 0o600, told: ['cursor.json', 'faults.json'] },
  { name: 'can read', mode: 0o644, told: [] },
]) {
  t.test(
    `does its work with files of its own that another user has, which it ${name}`,
    { skip: isRoot ? false : 'needs the right to give files away' },
    async t => {
      const bed = await makeBed();
      for (const key of ['a.json', 'b.json']) await bed.put(`input/${key}`, source);
      const files = ['cursor.json', 'faults.json', 'last-run.json'];
      for (const file of [...files, ...files.map(file => `${file}.tmp`)]) {
        const path = join(bed.workDir, file);
        writeFileSync(path, '{"startAfter":"a.json"}');
        chmodSync(path, mode);
        chownSync(path, 4242, 4242);
      }
      // Root without its right to open everything.
      const wrapper = ['setpriv', '--bounding-set=-dac_override,-dac_read_search,-fowner'];
      const run = () => startWorker(bed.config, {}, wrapper).done;
      const { code, errors, lines } = await run();
      t.match({ code, errors }, { code: 0, errors: '' });
      t.match(lines.at(-1), { event: 'run', outcome: 'done', processed: 2, left: 0 });
      const faults = lines.filter(({ event }) => event === 'state');
      t.match(
        faults,
        told.map(file => ({ file, reason: /EACCES.*open/ })),
      );
      t.equal(faults.length, told.length);
      t.same(await bed.keys(), ['output/a.json', 'output/b.json']);
      t.match(JSON.parse(readFileSync(join(bed.workDir, 'last-run.json'), 'utf8')), { processed: 2 });
      t.equal(statSync(join(bed.workDir, 'cursor.json')).uid, 0, 'it is its own again');

      await bed.put('input/c.json', source);
      const next = await run();
      t.equal(next.code, 0);
      t.match(next.lines, [
        { event: 'file', key: 'c.json' },
        { outcome: 'done', processed: 1 },
      ]);
      t.equal(next.lines.length, 2, 'nothing is said again');
    },
  );
}

t.test('does its work where it can remember nothing, and says so in each run', async t => {
  const bed = await makeBed();
  for (const file of ['cursor.json', 'faults.json']) mkdirSync(join(bed.workDir, file));
  for (const round of ['first', 'second']) {
    for (const key of ['a', 'b', 'c']) await bed.put(`input/${round}/${key}.json`, source);
    const { code, errors, lines } = await runWorker(bed.config);
    t.match({ code, errors }, { code: 0, errors: '' });
    t.match(lines.at(-1), { event: 'run', outcome: 'done', processed: 3 });
    const faults = lines.filter(({ event }) => event === 'state');
    t.match(faults, [
      { file: 'cursor.json', reason: /EISDIR/ },
      { file: 'faults.json', reason: /EISDIR/ },
    ]);
    t.equal(faults.length, 2, 'once each');
  }
  t.same(await bed.keys('input/'), []);
});

// Mounting needs the right to: the message says when a machine does not give it.
const mounts = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { encoding: 'utf8' });
const isMountable = mounts.status === 0;
const skip = isMountable ? false : `this machine lets the tests mount nothing: ${mounts.stderr}`;

for (const { name, remount, cause } of [
  { name: 'a full disk', remount: 'rw', cause: /ENOSPC/ },
  { name: 'a read-only folder', remount: 'ro', cause: /EROFS/ },
]) {
  t.test(`${name} ends the run and harms no file`, { skip }, async t => {
    const bed = await makeBed();
    const large = Buffer.from(JSON.stringify({ text: 'x'.repeat(1_000_000) }));
    await bed.put('input/a.json', large);
    const script = [
      'mount -t tmpfs -o size=256k none "$1"',
      'mkdir "$1/downloads" "$1/processed"',
      `mount -o remount,${remount} "$1"`,
      'shift',
      'exec "$@"',
    ].join(' && ');
    const wrapper = ['unshare', '-m', 'sh', '-c', script, 'sh', bed.workDir];
    const { code, errors, lines } = await startWorker(bed.config, {}, wrapper).done;
    t.equal(errors, '');
    t.equal(code, 1);
    t.match(lines.at(-1), { event: 'run', outcome: 'failed', cause });
    t.same(await bed.keys(), ['input/a.json']);
    t.same(await bed.read('input/a.json'), large);
    t.same(countsOf(bed), {});

    t.match((await runWorker(bed.config)).lines.at(-1), { outcome: 'done', processed: 1 });
    t.same(await bed.read('output/a.json'), stampedJson('a.json', large));
  });
}
