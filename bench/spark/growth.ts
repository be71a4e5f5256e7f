import type { Bench, Contender } from '../harness/bench.ts';
import { median } from '../harness/statistics.ts';
import { prepareJob } from './staged-job.ts';
import { buckets, openStore } from './store.ts';

const mib = 1024 ** 2;
const [small, large] = [64, 1024];
const outcome = { bucket: buckets.staged, prefix: 'movies/' };

/**
 * Not against a rival: 16 times the data may take 16 times as long, and no more memory. What a run costs before it sees
 * any data is taken off both sides: the median time of three runs over a file of a few records.
 */
export const growth: Bench = {
  name: 'growth',
  summary: `raw to staged of ${large} MiB of CSV, against ${small} MiB: time for each MiB without the start`,
  warmUps: 0,
  pairs: 3,
  measures: [
    { name: 'growth', figure: 'msPerMib', unit: 'ms/MiB', goal: { kind: 'ratio-at-most', value: 1.2 } },
    { name: 'growth-memory', figure: 'peakMib', unit: 'MiB', goal: { kind: 'ratio-at-most', value: 1.25 } },
  ],
  async prepare(place) {
    const store = await openStore(place);
    const job = await prepareJob(place, store.endpoint);
    const few = await store.make(1);
    const starts: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await store.clear(outcome);
      await store.place(few);
      const began = performance.now();
      await job.run({});
      starts.push((performance.now() - began) / 1000);
      await store.check(outcome, few.facts);
    }
    const start = median(starts);
    place.say(`  start: ${start.toFixed(1)} s`);

    const contender = async (size: number): Promise<Contender> => {
      const made = await store.make(size * mib);
      return {
        label: `${job.label}, ${size} MiB; the start of ${start.toFixed(1)} s taken off`,
        async setUp() {
          await store.clear(outcome);
          await store.place(made);
        },
        async run({ timeoutMs }) {
          await job.run({ timeoutMs });
          return {};
        },
        async verify({ seconds = Number.NaN }) {
          await store.check(outcome, made.facts);
          return { msPerMib: ((seconds - start) * 1000) / size };
        },
      };
    };
    return { ours: await contender(large), rival: await contender(small) };
  },
};
