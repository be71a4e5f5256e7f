/** Progress of a run: a live line on a terminal, plain lines elsewhere, and the timeline of the report. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildRunId } from '../core/proof.ts';
import type { TimelineEntry } from '../core/report.ts';
import { readVariable } from './environment.ts';
import { writeFailure } from './files.ts';
import { widthOf } from './terminal.ts';

export type Progress = {
  /** Runs one step, telling its start, every half minute that it lasts, and its end. */
  readonly step: <T>(name: string, work: () => Promise<T>, waitedFor?: string) => Promise<T>;
  /** One line for the reader. */
  readonly say: (message: string) => void;
  /** Keeps the terminal to a question: what is said meanwhile is said after it. */
  readonly hold: <T>(question: () => Promise<T>) => Promise<T>;
  readonly timeline: () => readonly TimelineEntry[];
  /** Seconds since the run began. */
  readonly seconds: () => number;
  readonly close: () => void;
};

type Running = { readonly name: string; readonly since: number };

/** The progress of one run of a command, told on standard error and in a journal of the run's own below `buildDir`. */
export function openRunProgress(buildDir: string): { readonly runId: string; readonly progress: Progress } {
  const runId = buildRunId(new Date(), randomBytes(3).toString('hex'));
  const journalFile = join(buildDir, 'runs', runId, 'journal.jsonl');
  return { runId, progress: createProgress({ stream: process.stderr, journalFile }) };
}

/** @param input.journalFile one JSON line per event of the run is appended here */
function createProgress(input: {
  readonly stream: NodeJS.WriteStream;
  readonly journalFile: string;
}): Progress {
  const { stream } = input;
  const isLive = stream.isTTY === true && readVariable('CI') === undefined;
  const began = performance.now();
  const seconds = () => round((performance.now() - began) / 1000);
  const running = new Set<Running>();
  const entries: TimelineEntry[] = [];
  try {
    mkdirSync(dirname(input.journalFile), { recursive: true });
  } catch (cause) {
    throw writeFailure(input.journalFile, cause);
  }
  const journal = (event: object) => {
    try {
      appendFileSync(
        input.journalFile,
        `${JSON.stringify({ at: new Date().toISOString(), ...event })}
`,
      );
    } catch {
      // A full disk: the step's own files tell it with their names, and what runs must not end for its diary.
    }
  };

  const clear = () => isLive && stream.write('\r\u001b[2K');
  let held: string[] | undefined;
  const say = (message: string) => {
    if (held !== undefined) return void held.push(message);
    clear();
    stream.write(`${message}\n`);
  };
  const hold = async <T>(question: () => Promise<T>): Promise<T> => {
    clear();
    held = [];
    try {
      return await question();
    } finally {
      const messages = held;
      held = undefined;
      for (const message of messages) say(message);
    }
  };
  const draw = () => {
    if (!isLive || running.size === 0 || held !== undefined) return;
    const text = [...running]
      .map(({ name, since }) => `${name} ${Math.round(seconds() - since)}s`)
      .join('  ');
    clear();
    stream.write(text.slice(0, widthOf(stream) - 1));
  };
  const live = isLive ? setInterval(draw, 500) : undefined;
  const plain = isLive
    ? undefined
    : setInterval(() => {
        for (const { name, since } of running)
          if (seconds() - since > 15) say(`  ${name}: still running, ${Math.round(seconds() - since)} s`);
      }, 30_000);
  for (const timer of [live, plain]) timer?.unref();

  const step = async <T>(name: string, work: () => Promise<T>, waitedFor?: string): Promise<T> => {
    const entry = { name, since: seconds() };
    running.add(entry);
    journal({ step: name, event: 'start' });
    if (!isLive) say(`> ${name}`);
    try {
      const result = await work();
      finish('done');
      return result;
    } catch (error) {
      finish('failed');
      throw error;
    }
    function finish(outcome: 'done' | 'failed'): void {
      running.delete(entry);
      const took = round(seconds() - entry.since);
      entries.push({ step: name, start: entry.since, seconds: took, waitedFor: waitedFor ?? null });
      journal({ step: name, event: outcome, seconds: took });
      say(`${outcome === 'done' ? '+' : 'x'} ${name} ${took.toFixed(1)} s`);
    }
  };
  const close = () => {
    clear();
    for (const timer of [live, plain]) clearInterval(timer);
  };
  return { step, say, hold, timeline: () => [...entries].sort((a, b) => a.start - b.start), seconds, close };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
