/**
 * The one harness for all benches: npm run bench -- NAME [--json]
 * Runs ours and the rival in turns on the same machine, and prints medians with their spread and peak memory.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Failure, renderFailure, showValue } from '../scripts/core/failure.ts';
import { projectRoot } from '../scripts/edge/entry.ts';
import { silenceSdkNotice } from '../scripts/edge/environment.ts';
import { interruptProcesses } from '../scripts/edge/process.ts';
import type { Bench, Contender, Figures } from './harness/bench.ts';
import { watchMemory } from './harness/process-tree.ts';
import { renderResult } from './harness/result-table.ts';
import { buildRow, type Samples } from './harness/statistics.ts';

/** Installs, warm-ups and pairs together. */
const limitMs = 19 * 60_000;
const leastPairs = 3;

async function main(args: readonly string[]): Promise<number> {
  const began = Date.now();
  const { name, isJson } = parseCommand(args);
  const say = (message: string) => void process.stderr.write(`${message}\n`);
  const stop = setTimeout(() => giveUp(say), limitMs + 30_000);
  stop.unref();
  const bench = await loadBench(name);
  say(`${name}: ${bench.summary}`);
  const dir = join(projectRoot, 'build/bench', name);
  const contenders = await bench.prepare({
    root: projectRoot,
    dir,
    logFile: join(dir, 'bench.log'),
    say,
  });
  const samples = await measure(bench, contenders, { end: began + limitMs, say });
  const labels = { ours: contenders.ours.label, rival: contenders.rival.label };
  const table = renderResult(bench.measures, samples, labels);
  const seconds = Math.round((Date.now() - began) / 1000);
  if (isJson)
    process.stdout.write(`${JSON.stringify(bench.measures.map(entry => buildRow(entry, samples)))}\n`);
  (isJson ? process.stderr : process.stdout).write(`\n${table}; ${seconds} s in all\n`);
  return 0;
}

function parseCommand(args: readonly string[]): { readonly name: string; readonly isJson: boolean } {
  const known = benchNames();
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [name, ...rest] = positionals;
    if (name !== undefined && rest.length === 0 && known.includes(name))
      return { name, isJson: values.json === true };
    throw new Error(
      `expects the name of one bench (${known.join(', ')}), got ${showValue(positionals.join(' ') || undefined)}`,
    );
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Failure({ where: 'bench', what, hint: 'Run: npm run bench -- NAME [--json]', cause });
  }
}

function benchNames(): readonly string[] {
  return readdirSync(join(projectRoot, 'bench'))
    .filter(file => file.endsWith('.ts'))
    .map(file => file.replace('.ts', ''))
    .filter(name => name !== 'harness')
    .sort();
}

async function loadBench(name: string): Promise<Bench> {
  const path = join(projectRoot, 'bench', `${name}.ts`);
  const module: { readonly bench?: Bench } = await import(pathToFileURL(path).href);
  if (module.bench === undefined)
    throw new Failure({ where: path, what: 'expects an export named bench, got none' });
  return module.bench;
}

/** Runs the pairs, each side first in every other one, so that neither gains by its place. */
async function measure(
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
    limit.say(`  pair ${pair + 1} of ${bench.pairs}: ${(longestMs / 1000).toFixed(1)} s at the most`);
  }
  return samples;
}

async function runOnce(contender: Contender, end: number): Promise<Figures> {
  const memory = watchMemory();
  const started = performance.now();
  try {
    const own = await contender.run({ timeoutMs: Math.max(1, end - Date.now()) });
    const seconds = (performance.now() - started) / 1000;
    return { ...own, seconds, peakMib: memory.stop() };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Failure({ where: contender.label, what: `did not do the work: ${what}`, cause });
  } finally {
    memory.stop();
  }
}

/** What neither ended nor kept to its time limit. */
function giveUp(say: (message: string) => void): void {
  say('error: bench: is not done within 20 minutes');
  interruptProcesses();
  setTimeout(() => process.exit(1), 5_000);
}

silenceSdkNotice();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${renderFailure(error, true)}\n`);
  process.exitCode = 1;
}
