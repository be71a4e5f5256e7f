import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { isList, readCall, startS3Proxy, type Verdict } from '../../helpers/s3-proxy.ts';
import { prepareWorker } from '../../helpers/worker-bed.ts';

const { emulator, makeBed, runWorker } = await prepareWorker(t);

t.test('gives up a body that trickles, holds nothing against it, and does it in the next run', async t => {
  const bed = await makeBed();
  const source = Buffer.from(JSON.stringify('x'.repeat(300_000)));
  await bed.put('input/a.json', source);
  await bed.put('input/b.json', '[]');
  const proxy = await startS3Proxy(t, emulator.endpoint, (seen): Verdict => {
    const { operation, objectKey } = readCall(seen);
    return operation === 'get' && objectKey === 'input/a.json' ? { bytes: 500, everyMs: 500 } : 'pass';
  });
  const { code, errors, lines } = await runWorker(bed.config, proxy.endpoint);
  t.match({ code, errors }, { code: 0, errors: '' });
  t.match(
    lines.find(({ key }) => key === 'a.json'),
    { outcome: 'left', reason: /expected at least 65536 bytes in 30 s/ },
  );
  t.notOk(existsSync(join(bed.workDir, 'faults.json')));
  t.same(await bed.keys(), ['input/a.json', 'output/b.json']);
  t.match((await runWorker(bed.config)).lines.at(-1), { outcome: 'done', processed: 1 });
  t.same(await bed.read('output/a.json'), source);
});

t.test(
  'gives up an answer that trickles, so that the next run finds the lock free',
  { timeout: 240_000 },
  async t => {
    const bed = await makeBed();
    await bed.put('input/a.json', '{}');
    const proxy = await startS3Proxy(t, emulator.endpoint, seen =>
      isList(seen) ? { bytes: 1, everyMs: 5_000 } : 'pass',
    );
    const began = Date.now();
    const { code, lines } = await runWorker(bed.config, proxy.endpoint);
    t.equal(code, 1);
    t.match(lines.at(-1), { outcome: 'failed', cause: /TooSlow: expected a whole answer in 120 s/ });
    t.ok(Date.now() - began < 150_000);
    t.match(await runWorker(bed.config), { code: 0 });
    t.same(await bed.keys(), ['output/a.json']);
  },
);
