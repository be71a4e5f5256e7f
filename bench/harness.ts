/**
 * The one harness for all benches: npm run bench -- NAME [WORK ...] [--json]
 * Runs ours and the rival in turns on the same machine, and prints medians with their spread and peak memory.
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Failure, renderFailure, showValue } from '../scripts/core/failure.ts';
import { projectRoot } from '../scripts/edge/entry.ts';
import { silenceSdkNotice } from '../scripts/edge/environment.ts';
import { interruptProcesses } from '../scripts/edge/process-group.ts';
import type { Bench, BenchPlace } from './harness/bench.ts';
import { measure } from './harness/measure.ts';
import { type Result, renderResults } from './harness/result-table.ts';
import { buildRow } from './harness/statistics.ts';

/** Preparations, warm-ups and pairs of all works together. */
const limitMs = 40 * 60_000;

type Say = (message: string) => void;

async function main(args: readonly string[]): Promise<number> {
  const began = Date.now();
  const { name, works, isJson } = parseCommand(args);
  const say: Say = message => void process.stderr.write(`${message}\n`);
  const stop = setTimeout(() => giveUp(say, `not done within ${limitMs / 60_000} minutes`), limitMs + 30_000);
  stop.unref();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => giveUp(say, `ended by ${signal}`));
  const results: Result[] = [];
  try {
    for (const bench of await loadBenches(name, works)) {
      say(`${bench.name}: ${bench.summary}`);
      results.push(await runBench(bench, { name, end: began + limitMs, say }));
    }
  } finally {
    // What was measured before a work failed was measured all the same.
    if (results.length > 0)
      printResults(results, { isJson, seconds: Math.round((Date.now() - began) / 1000) });
  }
  return 0;
}

function printResults(
  results: readonly Result[],
  { isJson, seconds }: { isJson: boolean; seconds: number },
): void {
  const rows = results.flatMap(({ measures, samples }) => measures.map(entry => buildRow(entry, samples)));
  if (isJson) process.stdout.write(`${JSON.stringify(rows)}\n`);
  (isJson ? process.stderr : process.stdout).write(`\n${renderResults(results)}; ${seconds} s in all\n`);
}

function parseCommand(args: readonly string[]): {
  readonly name: string;
  readonly works: readonly string[];
  readonly isJson: boolean;
} {
  const known = benchNames();
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [name, ...works] = positionals;
    if (name !== undefined && known.includes(name)) return { name, works, isJson: values.json === true };
    throw new Error(`expects the name of a bench (${known.join(', ')}), got ${showValue(name)}`);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new Failure({
      where: 'bench',
      what,
      hint: 'Run: npm run bench -- NAME [WORK ...] [--json]',
      cause,
    });
  }
}

function benchNames(): readonly string[] {
  return readdirSync(join(projectRoot, 'bench'))
    .filter(file => file.endsWith('.ts'))
    .map(file => file.replace('.ts', ''))
    .filter(name => name !== 'harness')
    .sort();
}

/** The benches of a file, or those of the named works, in the file's order. */
async function loadBenches(name: string, works: readonly string[]): Promise<readonly Bench[]> {
  const path = join(projectRoot, 'bench', `${name}.ts`);
  const { benches }: { readonly benches?: readonly Bench[] } = await import(pathToFileURL(path).href);
  if (benches === undefined)
    throw new Failure({ where: path, what: 'expects an export named benches, got none' });
  const known = benches.map(bench => bench.name);
  const unknown = works.find(work => !known.includes(work));
  if (unknown !== undefined)
    throw new Failure({
      where: name,
      what: `expects works among ${known.join(', ')}, got ${showValue(unknown)}`,
    });
  return benches.filter(bench => works.length === 0 || works.includes(bench.name));
}

async function runBench(
  bench: Bench,
  { name, end, say }: { readonly name: string; readonly end: number; readonly say: Say },
): Promise<Result> {
  const dir = join(projectRoot, 'build/bench', name);
  mkdirSync(dir, { recursive: true });
  const stops: (() => Promise<void>)[] = [];
  const place: BenchPlace = {
    root: projectRoot,
    dir,
    logFile: join(dir, 'bench.log'),
    say,
    teardown: stop => void stops.unshift(stop),
  };
  try {
    const { ours, rival } = await bench.prepare(place);
    const samples = await measure(bench, { ours, rival }, { end, say });
    const labels = { ours: ours.label, rival: rival.label };
    return { name: bench.name, measures: bench.measures, samples, labels };
  } finally {
    for (const stop of stops) await stop();
  }
}

/** The contender that runs fails by it, which ends the bench; what does not end is left behind. */
function giveUp(say: Say, why: string): void {
  say(`error: bench: ${why}`);
  interruptProcesses();
  setTimeout(() => process.exit(1), 5_000).unref();
}

silenceSdkNotice();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${renderFailure(error, true)}\n`);
  process.exitCode = 1;
}
