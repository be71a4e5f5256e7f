import { Failure } from '../../scripts/core/failure.ts';
import type { Bench, Contender, Figures } from './bench.ts';
import { watchMemory } from './process-tree.ts';
import type { Samples } from './statistics.ts';

const leastPairs = 3;

/**
 * Runs the pairs, each side first in every other one, so that neither gains by its place.
 * @param limit `end`: when a run must be over, in milliseconds since the epoch
 * @throws Failure when a contender did not do its work
 */
export async function measure(
  bench: Bench,
  contenders: { readonly ours: Contender; readonly rival: Contender },
  limit: { readonly end: number; readonly say: (message: string) => void },
): Promise<Samples> {
  const { ours, rival } = contenders;
  const samples: Record<'ours' | 'rival', Figures[]> = { ours: [], rival: [] };
  for (let round = 0; round < bench.warmUps; round += 1)
    for (const contender of [ours, rival]) await runOnce(contender, limit.end);
  let longestMs = 0;
  for (let pair = 0; pair < bench.pairs; pair += 1) {
    const started = Date.now();
    if (pair >= leastPairs && started + longestMs > limit.end) {
      limit.say(`time is up: ${pair} of ${bench.pairs} pairs`);
      break;
    }
    const turns = pair % 2 === 0 ? (['ours', 'rival'] as const) : (['rival', 'ours'] as const);
    for (const side of turns) samples[side].push(await runOnce(contenders[side], limit.end));
    longestMs = Math.max(longestMs, Date.now() - started);
    const seconds = (figures: Figures | undefined) => figures?.['seconds']?.toFixed(2);
    limit.say(
      `  pair ${pair + 1} of ${bench.pairs}: ours ${seconds(samples.ours.at(-1))} s, ` +
        `rival ${seconds(samples.rival.at(-1))} s`,
    );
  }
  return samples;
}

async function runOnce(contender: Contender, end: number): Promise<Figures> {
  try {
    await contender.setUp?.();
    const measured = await runMeasured(contender, end);
    return { ...measured, ...(await contender.verify?.(measured)) };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Failure({ where: contender.label, what: `did not do the work: ${what}`, cause });
  }
}

async function runMeasured(contender: Contender, end: number): Promise<Figures> {
  const memory = watchMemory();
  const started = performance.now();
  try {
    const own = await contender.run({ timeoutMs: Math.max(1, end - Date.now()) });
    const seconds = (performance.now() - started) / 1000;
    return { ...own, seconds, peakMib: memory.stop() };
  } finally {
    memory.stop();
  }
}
