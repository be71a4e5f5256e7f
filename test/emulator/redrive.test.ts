import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import t, { type Test } from 'tap';
import type { Values } from '../../scripts/core/command-line.ts';
import { createS3 } from '../../scripts/edge/aws.ts';
import { createTarget } from '../../scripts/edge/target-choice.ts';
import { openWorkspace } from '../../scripts/edge/workspace.ts';
import { copyProject, ended, runInCopy } from '../helpers/clean-copy.ts';
import { isList, startS3Proxy, type Verdict } from '../helpers/s3-proxy.ts';
import { deleteCopy, deleteRecord, prepareRedrive, putInput } from '../helpers/worker/redrive-bed.ts';
import { type Bed, sha256 } from '../helpers/worker-bed.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { emulator, s3, makeBed, runWorker, redrive, metadataOf, bedWithRefused } = await prepareRedrive(t);

const nothing = { sent: [], finished: [], refused: [], failed: [], error: undefined };

async function etagOf(bed: Bed, Key: string): Promise<string | undefined> {
  return (await s3.send(new HeadObjectCommand({ Bucket: bed.bucket, Key }))).ETag;
}

/** Everything in the bucket, with bytes and metadata. */
async function snapshot(bed: Bed) {
  const entries = (await bed.keys()).map(async key => [
    key,
    (await bed.read(key ?? '')).toString(),
    await metadataOf(bed, key ?? ''),
  ]);
  return Promise.all(entries);
}

t.test('sends a refused file back, counts it, and stops at three', async t => {
  const bed = await makeBed();
  await bed.put('input/a.json', '{"v":');
  let before = await etagOf(bed, 'input/a.json');
  await runWorker(bed.config);
  for (const count of [1, 2, 3]) {
    t.strictSame(await redrive(bed), { ...nothing, sent: [{ key: 'a.json', redrives: count, bytes: 5 }] });
    t.same(await bed.keys(), ['input/a.json']);
    const etag = await etagOf(bed, 'input/a.json');
    t.notSame(etag, before, 'a late DELETE of the one before does not fit');
    before = etag;
    t.same((await bed.read('input/a.json')).toString(), '{"v":');
    t.match(await metadataOf(bed, 'input/a.json'), { redrives: String(count), 'redriven-from': /^".+"$/ });
    await runWorker(bed.config);
    t.same(await bed.keys(), ['errors/a.json', 'errors/a.json.error.json']);
    t.match(JSON.parse((await bed.read('errors/a.json.error.json')).toString()), { redrives: count });
  }
  const standing = await snapshot(bed);
  t.match(await redrive(bed), {
    ...nothing,
    refused: [{ key: 'a.json', reason: 'redriven-three-times', detail: /3 times/ }],
  });
  t.strictSame(await snapshot(bed), standing);
});

t.test('a dry run tells the same and changes nothing', async t => {
  const bed = await bedWithRefused();
  await bed.put('errors/alone.json', 'no record');
  const before = await snapshot(bed);
  const planned = await redrive(bed, { isDryRun: true });
  t.strictSame(await snapshot(bed), before);
  t.match(planned, { sent: [{ key: 'a.json' }], refused: [{ key: 'alone.json', reason: 'no-record' }] });
  t.strictSame(await redrive(bed), planned);
});

t.test('sends what is chosen and nothing else', async t => {
  const bed = await makeBed();
  for (const key of ['a.json', 'a.json.png', 'ab/c.json', 'b.csv', 'd.json'])
    await bed.put(`input/${key}`, '"');
  await runWorker(bed.config);
  const keysOf = async (values: Values, now = new Date()) =>
    (await redrive(bed, { values, now, isDryRun: true })).sent.map(({ key }) => key).sort();
  t.same(await keysOf({ key: ['a.json', 'd.json'] }), ['a.json', 'd.json']);
  t.same(await keysOf({ prefix: 'a' }), ['a.json', 'a.json.png', 'ab/c.json']);
  t.same(await keysOf({ reason: 'unknown-kind' }), ['a.json.png']);
  t.same(await keysOf({ prefix: 'a', reason: 'invalid-json' }), ['a.json', 'ab/c.json']);
  t.same((await keysOf({ all: true })).length, 5);
  const inTwoHours = new Date(Date.now() + 2 * 3_600_000);
  t.same(await keysOf({ 'older-than': '1h' }), []);
  t.same((await keysOf({ 'older-than': '1h' }, inTwoHours)).length, 5);
  t.same((await keysOf({ 'newer-than': '1h' })).length, 5);
  t.same(await keysOf({ 'newer-than': '1h' }, inTwoHours), []);
  t.match(await redrive(bed, { values: { key: ['input/a.json'] } }), {
    sent: [],
    refused: [{ key: 'input/a.json', reason: 'not-found' }],
  });
});

t.test('carries awkward keys', async t => {
  const bed = await makeBed();
  const keys = [
    'a b+c%2F&=é.json',
    'line\nbreak\r.json',
    '../up.json',
    'x//y.json',
    'q\'"<&>?.json',
    '🚀.JSON',
    '~a.json',
    'b.error.json',
    'plain',
    'plain.error',
    `${'é'.repeat(500)}.json`,
  ];
  for (const key of keys) await bed.put(`input/${key}`, '{');
  await runWorker(bed.config);
  t.same(await bed.keys('input/'), []);
  const result = await redrive(bed, { values: { key: keys } });
  t.same(result.sent.map(({ key }) => key).sort(), [...keys].sort());
  t.match(result, { finished: [], refused: [], failed: [] });
  t.same(await bed.keys('errors/'), []);
  for (const key of keys) t.same((await bed.read(`input/${key}`)).toString(), '{', JSON.stringify(key));
});

t.test('reads past the first page of a listing', async t => {
  const bed = await bedWithRefused('z.png');
  const names = Array.from({ length: 1_005 }, (_, at) => `f ${at}\r.png`);
  for (let from = 0; from < names.length; from += 40)
    await Promise.all(names.slice(from, from + 40).map(name => bed.put(`errors/${name}`, 'x')));
  const proxy = await startS3Proxy(t, emulator.endpoint);
  const { sent, refused } = await redrive(bed, { endpoint: proxy.endpoint });
  t.match(sent, [{ key: 'z.png' }]);
  t.same(refused.map(({ key }) => key).sort(), [...names].sort());
  t.equal(proxy.seen.filter(isList).length, 3, 'one for what is on its way, two for 1,007 objects');
});

t.test('carries a body that is larger than any buffer', async t => {
  const body = Buffer.alloc(24 * 1024 * 1024, 'x');
  const bed = await makeBed();
  await bed.put('input/big.bin', body);
  await runWorker(bed.config);
  t.match(await redrive(bed), { sent: [{ key: 'big.bin', bytes: body.length }], failed: [] });
  t.ok((await bed.read('input/big.bin')).equals(body));
});

t.test('refuses where a newer output, another input, or nothing to go by stands', async t => {
  const bed = await bedWithRefused('a.json');
  await bed.put('input/b.json', '{"v":');
  await runWorker(bed.config);
  await sleep(1_100); // S3 tells whole seconds
  await bed.put('output/a.json', 'the result of a newer input');
  await bed.put('input/b.json', '{"v":2}');
  await bed.put('errors/c.json', 'a file alone');
  await bed.put('errors/d.json', 'a file');
  await bed.put('errors/d.json.error.json', '{"key":"other.json"}');
  await bed.put('errors/e.json.error.json', await bed.read('errors/a.json.error.json'));
  const before = await snapshot(bed);
  const { refused, ...rest } = await redrive(bed);
  t.match(rest, { sent: [], finished: [], failed: [] });
  t.same(Object.fromEntries(refused.map(({ key, reason }) => [key, reason])), {
    'a.json': 'newer-output',
    'b.json': 'input-waits',
    'c.json': 'no-record',
    'd.json': 'not-a-record',
    'e.json': 'not-a-record',
  });
  t.strictSame(await snapshot(bed), before);
});

t.test('an older output is no hindrance', async t => {
  const bed = await makeBed();
  await bed.put('input/a.json', '{"v":1}');
  await runWorker(bed.config);
  await sleep(1_100);
  await bed.put('input/a.json', '{"v":');
  await runWorker(bed.config);
  t.match(await redrive(bed), { sent: [{ key: 'a.json' }] });
});

t.test('refuses a pair that was not written for the same bytes', async t => {
  for (const sourceSha256 of [undefined, '0'.repeat(64)]) {
    const bed = await bedWithRefused();
    await s3.send(
      new PutObjectCommand({
        Bucket: bed.bucket,
        Key: 'errors/a.json',
        Body: '{"w":',
        Metadata: sourceSha256 === undefined ? {} : { 'source-sha256': sourceSha256 },
      }),
    );
    t.match(await redrive(bed), { sent: [], refused: [{ key: 'a.json', reason: 'record-differs' }] });
    t.same((await bed.read('errors/a.json')).toString(), '{"w":');
  }
});

t.test('clears up what has been processed meanwhile, a record alone too', async t => {
  for (const isFileThere of [true, false]) {
    const bed = await bedWithRefused();
    const { 'source-sha256': sha256 = '' } = await metadataOf(bed, 'errors/a.json');
    if (!isFileThere) await s3.send(new DeleteObjectCommand({ Bucket: bed.bucket, Key: 'errors/a.json' }));
    await s3.send(
      new PutObjectCommand({
        Bucket: bed.bucket,
        Key: 'output/a.json',
        Body: 'result',
        Metadata: { 'source-sha256': sha256 },
      }),
    );
    t.match(await redrive(bed), { finished: [{ key: 'a.json', reason: 'processed' }], refused: [] });
    t.same(await bed.keys(), ['output/a.json']);
  }
});

t.test('a worker that refuses the file again at once loses nothing', async t => {
  // The same bytes have the same ETag: a deletion by the refused file's own name and ETag would hit the new one.
  for (const isMoment of [putInput, deleteRecord, deleteCopy]) {
    const bed = await bedWithRefused();
    let isWorkerDue = true;
    const proxy = await startS3Proxy(t, emulator.endpoint, async (seen): Promise<Verdict> => {
      if (isMoment(seen) && isWorkerDue) {
        isWorkerDue = false;
        await runWorker(bed.config);
      }
      return 'pass';
    });
    await redrive(bed, { endpoint: proxy.endpoint });
    await runWorker(bed.config);
    t.equal(isWorkerDue, false);
    t.same(await bed.keys(), ['errors/a.json', 'errors/a.json.error.json']);
    t.same((await bed.read('errors/a.json')).toString(), '{"v":');
    t.match(await metadataOf(bed, 'errors/a.json'), { redrives: '1' });
  }
});

t.test('two redrives and a worker at once lose nothing', async t => {
  const bed = await makeBed();
  const names = Array.from({ length: 24 }, (_, at) => `${at}.png`);
  await Promise.all(names.map(name => bed.put(`input/${name}`, name)));
  await runWorker(bed.config);
  await Promise.all([redrive(bed), redrive(bed), runWorker(bed.config)]);
  for (let round = 0; round < 3; round += 1) {
    await runWorker(bed.config);
    await redrive(bed, { values: { 'older-than': '1h' } });
  }
  await runWorker(bed.config);
  t.same(await bed.keys('input/'), []);
  const expected = names.flatMap(name => [`errors/${name}`, `errors/${name}.error.json`]).sort();
  t.same(await bed.keys(), expected);
  for (const name of names) t.equal((await bed.read(`errors/${name}`)).toString(), name);
});

t.test('an interrupt ends with what is in hand, and the next redrive does the rest', async t => {
  const bed = await makeBed();
  const names = Array.from({ length: 30 }, (_, at) => `${at}.png`);
  await Promise.all(names.map(name => bed.put(`input/${name}`, name)));
  await runWorker(bed.config);
  let isInterrupted = false;
  const first = await redrive(bed, {
    isInterrupted: () => isInterrupted,
    say: () => {
      isInterrupted = true;
    },
  });
  t.match(first, { error: /^redrive: was interrupted/, failed: [] });
  t.ok(first.sent.length >= 1 && first.sent.length <= 8, `${first.sent.length} sent`);
  const second = await redrive(bed);
  t.same(first.sent.length + second.sent.length, names.length);
  t.same(await bed.keys('errors/'), []);
});

t.test('tells what failed, and gives up after ten failures in a row', async t => {
  const bed = await makeBed();
  const names = Array.from({ length: 40 }, (_, at) => `${at}.png`);
  await Promise.all(names.map(name => bed.put(`input/${name}`, name)));
  await runWorker(bed.config);
  const proxy = await startS3Proxy(t, emulator.endpoint, ({ method }) =>
    method === 'HEAD' ? 'drop' : 'pass',
  );
  const result = await redrive(bed, { endpoint: proxy.endpoint });
  t.match(result, { sent: [], refused: [], error: /gave up: 10 files failed in a row/ });
  t.ok(result.failed.length >= 10 && result.failed.length <= 18, `${result.failed.length} failed`);
  t.match(result.failed[0], { key: /\.png$/, detail: /\w/ });
  t.same((await bed.keys('errors/')).length, 80);
});

t.test('the command: help, bad flags, an environment that is not deployed, and one that is', async t => {
  const copy = mkdtempSync(join(tmpdir(), 'millrace-redrive-'));
  t.teardown(() => rmSync(copy, { recursive: true, force: true }));
  await copyProject(copy);
  for (const name of ['node_modules', '.venv']) symlinkSync(join(root, name), join(copy, name));
  const run = async (...args: readonly string[]) =>
    ended(
      await runInCopy([process.execPath, 'node_modules/zx/build/cli.js', 'scripts/redrive.mjs', ...args], {
        cwd: copy,
      }),
    );
  const help = await run('--help');
  t.match(help, { exitCode: 0, stderr: '' });
  t.match(help.stdout, /^npx zx scripts\/redrive\.mjs .*--older-than AGE .*--dry-run/s);
  const failures = [
    [[], /^error: redrive: expects a choice of files, got none\n {2}Choose by --key/],
    [['--reason', 'bad'], /^error: --reason: expects one of invalid-json, .*, got "bad"\n/],
    [['--older-than', '3w'], /^error: --older-than: expects an age like .*, got "3w"\n/],
    [['--all', '--force'], /^error: redrive: Unknown option '--force'\n/],
    [['--all', '--env', 'nowhere'], /^error: config\/nowhere\.yaml: there is no such environment\n/],
    [['--all'], /^error: environment local: has no worker bucket yet\n {2}Run deploy first: npx zx/],
  ] as const;
  for (const [args, stderr] of failures) t.match(await run(...args), { exitCode: 1, stdout: '', stderr });

  const { access, names } = await startLocalTarget(t, copy);
  t.match(await run('--all'), {
    exitCode: 1,
    stdout: '',
    stderr: /error: environment local: has no worker bucket/,
  });
  const client = createS3(access);
  t.teardown(() => client.destroy());
  const Bucket = names.workerBucket;
  await client.send(new CreateBucketCommand({ Bucket }));
  t.match(await run('--all', '--json'), {
    exitCode: 0,
    stdout: /"sent":\[\],/,
    stderr: /\n0 sent, 0 finished/,
  });
  const Body = '{';
  const record = {
    key: 'a b.json',
    reason: 'invalid-json',
    sourceSha256: sha256(Buffer.from(Body)),
    bytes: 1,
  };
  const Metadata = { 'source-sha256': record.sourceSha256 };
  await client.send(new PutObjectCommand({ Bucket, Key: 'errors/a b.json', Body, Metadata }));
  await client.send(
    new PutObjectCommand({ Bucket, Key: 'errors/a b.json.error.json', Body: JSON.stringify(record) }),
  );
  const args = ['--key', 'a b.json', '--reason', 'invalid-json', '--json'];
  const lists = { sent: [{ key: 'a b.json', redrives: 1, bytes: 1 }], finished: [], refused: [], failed: [] };
  const report = { schemaVersion: 1, environment: 'local', bucket: Bucket, dryRun: false, ...lists };
  const planned = await run(...args, '--dry-run');
  t.strictSame(JSON.parse(planned.stdout), { ...report, dryRun: true });
  t.match(planned, { exitCode: 0, stderr: /\nNothing was changed\. Would be: 1 sent/ });
  const done = await run(...args);
  t.strictSame(JSON.parse(done.stdout), report);
  t.match(done, { exitCode: 0, stderr: /\nsent {6}"a b\.json": 1 bytes, redrive 1\n/ });
  const { Metadata: sent } = await client.send(new HeadObjectCommand({ Bucket, Key: 'input/a b.json' }));
  t.match(sent, { redrives: '1' });
  const again = await run('--key', 'a b.json', '--json');
  t.match(again, { exitCode: 1, stderr: /\nrefused {3}"a b\.json": not-found/ });
});

/** What a deploy would have brought up for environment local of a copy of the project. */
async function startLocalTarget(t: Test, copy: string) {
  const workspace = openWorkspace(copy, 'local');
  const target = await createTarget(workspace);
  t.teardown(target.remove);
  await target.start(() => {});
  return { access: target.access, names: workspace.names };
}
