import { test } from 'tap';
import type { Bench, Contender } from '../../../bench/harness/bench.ts';
import { measure } from '../../../bench/harness/measure.ts';

const bench: Bench = {
  name: 'copying',
  summary: '',
  warmUps: 1,
  pairs: 3,
  measures: [],
  prepare: async () => {
    throw new Error('is not asked for');
  },
};
const limit = () => ({ end: Date.now() + 60_000, say: () => undefined });

/** A contender that writes down what is asked of it. */
function scribe(label: string, calls: string[], more: Partial<Contender> = {}): Contender {
  return {
    label,
    run: async () => {
      calls.push(label);
      return {};
    },
    ...more,
  };
}

test('warms both up, then lets each go first in every other pair', async t => {
  const calls: string[] = [];
  const samples = await measure(
    bench,
    { ours: scribe('ours', calls), rival: scribe('rival', calls) },
    limit(),
  );
  t.equal(calls.join(' '), 'ours rival ours rival rival ours ours rival');
  t.equal(samples.ours.length, 3, 'a warm-up is no sample');
  t.equal(samples.rival.length, 3);
});

test('measures the run alone, and adds what run and check tell', async t => {
  const calls: string[] = [];
  const pause = () => new Promise<void>(resolve => setTimeout(resolve, 300));
  const ours = scribe('ours', calls, {
    setUp: pause,
    run: async () => ({ requests: 4 }),
    verify: async ({ requests = 0 }) => {
      await pause();
      return { doubled: requests * 2 };
    },
  });
  const samples = await measure(
    { ...bench, warmUps: 0, pairs: 1 },
    { ours, rival: scribe('rival', calls) },
    limit(),
  );
  t.match(samples.ours, [{ requests: 4, doubled: 8 }]);
  t.ok((samples.ours[0]?.['seconds'] ?? 1) < 0.25, 'neither the preparation nor the check');
});

test('fails by a contender whose check finds the work undone', async t => {
  const rival = scribe('cp', [], {
    verify: async () => {
      throw new Error('expected 3 files, got 2');
    },
  });
  await t.rejects(measure(bench, { ours: scribe('ours', []), rival }, limit()), {
    where: 'cp',
    message: /did not do the work: expected 3 files, got 2/,
  });
});

test('runs three pairs even when the time is up, and no more', async t => {
  const over = { end: Date.now() - 1, say: () => undefined };
  const contenders = { ours: scribe('ours', []), rival: scribe('rival', []) };
  const samples = await measure({ ...bench, pairs: 9 }, contenders, over);
  t.equal(samples.ours.length, 3);
});
