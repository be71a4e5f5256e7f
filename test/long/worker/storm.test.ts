import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import t from 'tap';
import { stampedJson } from '../../../worker/shared/stamped-json.ts';
import { prepareWorker } from '../../helpers/worker-bed.ts';

const { makeBed, startWorker, runWorker } = await prepareWorker(t);
const stormMs = 60_000;
const hosts = 3;
const keys = ['a.json', 'b.json', 'deep/c.json', '~d.json', 'é.json', 'large.json'] as const;

// What is drawn is the same for the same seed; how the processes meet is the machine's.
t.test('a minute of kills, overwrites and workers beside each other', { timeout: 180_000 }, async t => {
  const seed = Number(process.env['STORM_SEED'] ?? Date.now() % 2 ** 31);
  t.comment(`STORM_SEED=${seed}`);
  for (const isVersioned of [false, true]) {
    const bed = await makeBed(isVersioned);
    const last = new Map<string, { readonly bytes: Buffer; readonly isGood: boolean }>();
    const end = Date.now() + stormMs / 2;
    const counts = { versions: 0, kills: 0, runs: 0 };

    async function overwriteAgainAndAgain() {
      const draw = fc.record({
        key: fc.constantFrom(...keys),
        isGood: fc.boolean(),
        pauseMs: fc.nat(120),
      });
      for (const { key, isGood, pauseMs } of fc.sample(draw, { numRuns: 2000, seed })) {
        if (Date.now() > end) return;
        counts.versions += 1;
        const filler = key === 'large.json' ? 'x'.repeat(3_000_000) : '';
        const bytes = Buffer.from(`{"v":${counts.versions},"filler":"${filler}"${isGood ? '}' : ''}`);
        last.set(key, { bytes, isGood });
        await bed.put(`input/${key}`, bytes);
        await sleep(pauseMs);
      }
    }

    /** One host: never two workers at once, as its lock has it. */
    async function workAgainAndAgain(host: number, config: string) {
      const draw = fc.option(fc.nat(1500), { freq: 3, nil: undefined });
      for (const killAfterMs of fc.sample(draw, { numRuns: 1000, seed: seed + host })) {
        if (Date.now() > end) return;
        counts.runs += 1;
        const worker = startWorker(config);
        const kill = () => {
          if (worker.child.kill('SIGKILL')) counts.kills += 1;
        };
        const timer = killAfterMs === undefined ? undefined : setTimeout(kill, killAfterMs);
        const { code, errors } = await worker.done;
        clearTimeout(timer);
        if (code !== null) t.match({ code, errors }, { code: 0, errors: '' });
      }
    }

    const configs = Array.from({ length: hosts }, (_, at) => (at === 0 ? bed.config : bed.addHost()));
    await Promise.all([
      overwriteAgainAndAgain(),
      ...configs.map((config, at) => workAgainAndAgain(at, config)),
    ]);
    t.match(await runWorker(bed.config), { code: 0, errors: '' });
    t.comment(JSON.stringify(counts));
    t.ok(counts.kills > 5 && counts.versions > 50, 'there was a storm');

    t.same(await bed.keys('input/'), []);
    for (const folder of ['downloads', 'processed']) t.same(readdirSync(join(bed.workDir, folder)), []);
    const errors = await bed.keys('errors/');
    for (const [key, { bytes, isGood }] of last) {
      if (isGood) {
        t.ok(
          (await bed.read(`output/${key}`)).equals(stampedJson(key, bytes)),
          `${key}: the last version's result`,
        );
        continue;
      }
      const records = errors.filter(objectKey => objectKey.endsWith('.error.json'));
      const read = await Promise.all(
        records.map(async objectKey => JSON.parse(`${await bed.read(objectKey)}`)),
      );
      const at = read.findIndex(record => record.key === key);
      const file = (records[at] ?? '').replace(/\.error\.json$/, '');
      t.ok((await bed.read(file)).equals(bytes), `${key}: the last version in errors/`);
    }
    await bed.empty();
  }
});
