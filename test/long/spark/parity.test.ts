import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { runProcess } from '../../../scripts/edge/process.ts';
import { compareParity } from '../../helpers/parity/compare.ts';
import { drawParityFiles, fixtureFiles } from '../../helpers/parity/files.ts';
import { startTwin } from '../../helpers/parity/twin.ts';
import { drawHostileFiles } from '../../helpers/worker/hostile.ts';
import { kindSettings } from '../../helpers/worker/kinds.ts';
import { type Bed, prepareWorker } from '../../helpers/worker-bed.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const twin = startTwin(t);
const bench = await prepareWorker(t);

t.test('the job makes of many generated files what the worker makes', async t => {
  const { differences } = await compareParity(twin, drawParityFiles(2000, 1117));
  t.same(differences.slice(0, 5), []);
});

t.test('the job makes the same of a file wherever its chunks end', async t => {
  const sizes = fc.sample(fc.integer({ min: 1, max: 300 }), { numRuns: 300, seed: 5 });
  const files = drawParityFiles(300, 2217).map((file, at) => ({ ...file, size: sizes[at] ?? 1 }));
  const differences: string[] = [];
  for (const file of files) {
    const whole = await twin.ask({ ...file, size: file.body.length });
    const cut = await twin.ask(file);
    const isDamaged = [whole, cut].some(({ fault }) => fault?.reason === 'invalid-gzip');
    if (!isDamaged && !isDeepStrictEqual(cut, whole)) {
      differences.push(JSON.stringify({ ...file, body: file.body.toString('base64') }));
    }
  }
  t.same(differences.slice(0, 5), []);
});

t.test('the job leaves in a bucket what the worker leaves, byte for byte but for times', async t => {
  const fixtures = fixtureFiles().filter(({ body }) => body.length < 100_000);
  const files = new Map<string, Buffer>();
  for (const { key, body } of [...drawHostileFiles(100, 17), ...fixtures]) files.set(key, body);
  const fill = async () => {
    const bed = await bench.makeBed(false, kindSettings);
    for (const [key, body] of files) await bed.put(`input/${key}`, body);
    return bed;
  };
  const [alone, other, shared] = [await fill(), await fill(), await fill()];
  const ran = await bench.runWorker(alone.config);
  const tally = await runJob(other.bucket);
  const { processed, rejected, left } = ran.lines.at(-1) ?? {};
  t.match(tally, { processed, rejected, left, cause: null });
  const expected = await contentsOf(alone);
  t.ok(expected.size > 150, `${expected.size} objects`);
  t.same(differingKeys(await contentsOf(other), expected), [], 'the job alone');

  const [worker, job] = await Promise.all([bench.runWorker(shared.config), runJob(shared.bucket)]);
  t.match(worker.lines.at(-1), { outcome: 'done', left: 0 });
  t.match(job, { left: 0, cause: null });
  t.same(differingKeys(await contentsOf(shared), expected), [], 'side by side with a worker');
});

function differingKeys(
  found: ReadonlyMap<string, unknown>,
  expected: ReadonlyMap<string, unknown>,
): string[] {
  const keys = new Set([...found.keys(), ...expected.keys()]);
  return [...keys].filter(key => !isDeepStrictEqual(found.get(key), expected.get(key)));
}

async function runJob(bucket: string): Promise<unknown> {
  const options = JSON.stringify({ bucket, pass_through: kindSettings.passThrough.join(',') });
  const result = await runProcess({
    file: join(root, '.venv-spark/bin/python'),
    args: ['-B', join(root, 'test/helpers/parity/work.py'), join(root, 'files/codebase'), options],
    env: bench.emulator.env,
  });
  if (result.kind !== 'exited' || result.exitCode !== 0) throw new Error(JSON.stringify(result));
  return JSON.parse(result.stdout);
}

/** Every object with its metadata; outputs decompressed, of a record what does not change between two runs. */
async function contentsOf(bed: Bed): Promise<ReadonlyMap<string, unknown>> {
  const contents = new Map<string, unknown>();
  for (const key of await bed.keys()) {
    const body = await bed.read(key);
    contents.set(key, { metadata: await bed.metadata(key), content: readable(key, body) });
  }
  return contents;
}

function readable(key: string, body: Buffer): string {
  if (key.startsWith('output/') && /\.gz$/i.test(key)) return gunzipSync(body).toString('base64');
  if (!key.startsWith('errors/') || !key.endsWith('.error.json')) return body.toString('base64');
  return body.toString().replace(/"(workerVersion|time)": "[^"]*"/g, '"$1": ""');
}
