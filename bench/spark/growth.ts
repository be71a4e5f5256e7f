import type { Bench, BenchPlace, Contender } from '../harness/bench.ts';
import { median } from '../harness/statistics.ts';
import { prepareJob } from './staged-job.ts';
import { buckets, openStore } from './store.ts';

const mib = 1024 ** 2;
const outcome = { bucket: buckets.staged, prefix: 'movies/' };

/**
 * Not against a rival: 16 times the data may take 16 times as long. What a run costs before it sees any data is taken off
 * both sides: the median time of three runs over a file of a few records.
 */
export const growth: Bench = {
  name: 'growth',
  summary: 'raw to staged of 1024 MiB of CSV, against 64 MiB: time for each MiB without the start',
  warmUps: 0,
  pairs: 3,
  measures: [
    { name: 'growth', figure: 'msPerMib', unit: 'ms/MiB', goal: { kind: 'ratio-at-most', value: 1.2 } },
  ],
  async prepare(place) {
    const bed = await openBed(place);
    const few = await bed.store.make(1);
    const starts: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await bed.store.clear(outcome);
      await bed.store.place(few);
      const began = performance.now();
      await bed.job.run({});
      starts.push((performance.now() - began) / 1000);
      await bed.store.check(outcome, few.facts);
    }
    const start = median(starts);
    place.say(`  start: ${start.toFixed(1)} s`);
    return { ours: await bed.contender(1024, start), rival: await bed.contender(64, start) };
  },
};

/**
 * Four times the data takes no more memory. Against 256 MiB: less does not fill the heap, so its memory is only what the
 * data needs, and the heap is the bound that is to be shown.
 */
export const flat: Bench = {
  name: 'flat',
  summary: 'raw to staged of 1024 MiB of CSV, against 256 MiB: peak memory',
  warmUps: 0,
  pairs: 3,
  measures: [
    { name: 'flat-memory', figure: 'peakMib', unit: 'MiB', goal: { kind: 'ratio-at-most', value: 1.25 } },
  ],
  async prepare(place) {
    const bed = await openBed(place);
    return { ours: await bed.contender(1024, 0), rival: await bed.contender(256, 0) };
  },
};

async function openBed(place: BenchPlace) {
  const store = await openStore(place);
  const job = await prepareJob(place, store.endpoint);
  return {
    store,
    job,
    /** The job over so many MiB; `start` in seconds is taken off its time. */
    async contender(size: number, start: number): Promise<Contender> {
      const made = await store.make(size * mib);
      return {
        label: `${job.label}, ${size} MiB${start === 0 ? '' : `; the start of ${start.toFixed(1)} s taken off`}`,
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
    },
  };
}
