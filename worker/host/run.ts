import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { isFolderMarker } from '../shared/keys.ts';
import type { WorkerConfig } from './config.ts';
import { type Cursor, openCursor } from './cursor.ts';
import { describeFault, isDoubtful, scopeOf } from './faults.ts';
import { listPages } from './listing.ts';
import type { FileEntry, Log, RunEntry } from './log.ts';
import { type Ending, handleFile, type World } from './protocol.ts';
import { openQuarantine, type Quarantine } from './quarantine.ts';
import { createRoom, type Room } from './room.ts';
import { writeState } from './state-file.ts';
import type { Entry } from './store.ts';
import { createTally, type Tally } from './tally.ts';
import { openBudget, type WorkBudget } from './work-budget.ts';
import { emptyWorkFolders, removeWorkFiles, workFiles } from './work-files.ts';

/** Requests that may fail one after another, with none working in between, before the run gives up. */
const maxFaultsInARow = 10;
/** How much of the free disk the files in work may take together. */
const diskShare = 0.9;

/** What one run may do. */
export interface Limits extends Pick<WorkerConfig, 'budget'> {
  /** Files worked on at the same time. */
  readonly concurrency: number;
}

interface Run {
  readonly world: World;
  readonly log: Log;
  readonly cursor: Cursor;
  readonly quarantine: Quarantine;
  readonly tally: Tally;
  readonly budget: WorkBudget;
  /** Files whose content came wrong. */
  readonly failed: Entry[];
  /** Files that nobody can read as they are. */
  readonly unreadable: Entry[];
  readonly held: Entry[];
  /** Keys that were tried in this run and still stand in input/. */
  readonly standing: Set<string>;
  isBudgetSpent: boolean;
  /** Files that were read well. */
  wellRead: number;
  /** Faults after which no reading proves anything against a file. */
  doubts: number;
  faultsInARow: number;
  /** Why the run must end early. */
  cause: string | undefined;
}

/** A file to be worked on, and the round that it belongs to. */
interface Turn {
  readonly entry: Entry;
  readonly roundStart: Date;
}

/**
 * Handles every file that waits in input/ once, as far as the budget goes, and says what became of each.
 * Never throws: what ends a run early stands in the entry, which is logged and kept as last-run.json.
 */
export async function runOnce(world: World, limits: Limits, log: Log): Promise<RunEntry> {
  const started = performance.now();
  const run = openRun(world, limits, log, started);
  try {
    emptyWorkFolders(world.workDir);
    await handleAll(run, limits.concurrency);
    if (isComplete(run)) run.cursor.reset();
    settle(run);
  } catch (error) {
    run.cause ??= describeFault(error);
  }
  const { cause, isBudgetSpent, tally } = run;
  const seconds = secondsSince(started);
  const entry = tally.toRunEntry({ cause, isBudgetSpent, seconds, workerVersion: world.workerVersion });
  return keep(entry, run);
}

function openRun(world: World, limits: Limits, log: Log, started: number): Run {
  const path = (name: string) => join(world.workDir, name);
  const tell = (file: string) => (error: unknown) =>
    log({ event: 'state', file, reason: describeFault(error) });
  return {
    world,
    log,
    cursor: openCursor(path('cursor.json'), tell('cursor.json')),
    quarantine: openQuarantine(path('faults.json'), world.now, tell('faults.json')),
    tally: createTally(),
    budget: openBudget(limits.budget, () => secondsSince(started)),
    failed: [],
    unreadable: [],
    held: [],
    standing: new Set(),
    isBudgetSpent: false,
    wellRead: 0,
    doubts: 0,
    faultsInARow: 0,
    cause: undefined,
  };
}

/** Several hands take files from one listing; a page is only asked for when a hand is free. */
async function handleAll(run: Run, concurrency: number): Promise<void> {
  const turns = takeTurns(run);
  const { bavail, bsize } = statfsSync(run.world.workDir);
  const disk = createRoom(bavail * bsize * diskShare);
  const hands = Array.from({ length: concurrency }, async () => {
    for (let next = await turns.next(); next.done !== true; next = await turns.next()) {
      await withRoom(disk, next.value, () => handleEntry(next.value, run));
    }
  });
  const ends = await Promise.allSettled(hands);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** Holds a file back while the files in work need the disk: as it comes, and again as it goes. */
async function withRoom(disk: Room, { entry }: Turn, work: () => Promise<void>): Promise<void> {
  const bytes = 2 * entry.size;
  await disk.take(bytes);
  try {
    await work();
  } finally {
    disk.give(bytes);
  }
}

async function* takeTurns(run: Run): AsyncGenerator<Turn> {
  for await (const { entries, roundStart, time } of listPages(run.world.store, run.cursor)) {
    run.tally.setTime(time);
    for (const entry of entries) {
      if (isFolderMarker(entry.key, entry.size) || run.standing.has(entry.key)) continue;
      if (run.cause !== undefined || run.budget.isSpent()) {
        run.isBudgetSpent ||= run.cause === undefined;
        run.tally.wait(entry);
      } else if (run.quarantine.holds(entry)) passOver(entry, run);
      else {
        run.budget.spend(entry);
        yield { entry, roundStart };
      }
    }
    if (!isComplete(run)) return;
  }
}

function passOver(entry: Entry, run: Run): void {
  run.held.push(entry);
  run.tally.passOver();
  leaveStanding(entry, run);
}

async function handleEntry({ entry, roundStart }: Turn, run: Run): Promise<void> {
  if (run.cause !== undefined) return run.tally.wait(entry);
  const started = performance.now();
  try {
    run.cursor.advance(entry.key, roundStart);
    const ending = await handleFile(entry, run.world);
    run.faultsInARow = 0;
    run.wellRead += 1;
    if (ending.outcome === 'changed') run.standing.add(entry.key);
    note(entry, describeEnding(ending), started, run);
  } catch (error) {
    leaveStanding(entry, run);
    note(entry, { outcome: 'left', reason: describeFault(error) }, started, run);
    countFault(entry, error, run);
  }
  removeWorkFiles(workFiles(run.world.workDir, entry.key));
}

function leaveStanding(entry: Entry, run: Run): void {
  run.standing.add(entry.key);
  run.tally.wait(entry);
}

function describeEnding({ outcome, fault }: Ending): Pick<FileEntry, 'outcome' | 'reason'> {
  return fault === undefined ? { outcome } : { outcome, reason: `${fault.reason}: ${fault.message}` };
}

function note(entry: Entry, what: Pick<FileEntry, 'outcome' | 'reason'>, started: number, run: Run): void {
  run.tally.count(what.outcome, entry.size);
  run.log({ event: 'file', key: entry.key, ...what, bytes: entry.size, seconds: secondsSince(started) });
}

function countFault(entry: Entry, error: unknown, run: Run): void {
  const scope = scopeOf(error);
  if (scope === 'own') run.unreadable.push(entry);
  else if (scope === 'read') run.failed.push(entry);
  else {
    if (isDoubtful(error)) run.doubts += 1;
    run.faultsInARow += 1;
    const cause = describeFault(error);
    if (scope === 'run') run.cause ??= cause;
    if (run.faultsInARow >= maxFaultsInARow)
      run.cause ??= `${maxFaultsInARow} faults in a row, the last: ${cause}`;
  }
}

/** Whether the run has seen every file that waited. */
function isComplete({ cause, isBudgetSpent }: Run): boolean {
  return cause === undefined && !isBudgetSpent;
}

function settle(run: Run): void {
  const { quarantine, failed, unreadable, held, wellRead, doubts } = run;
  const isCounting = doubts === 0 && (wellRead > 0 || failed.length === 1);
  quarantine.settle({ failed, unreadable, held, isCounting, isComplete: isComplete(run) });
}

function keep(entry: RunEntry, { world, log }: Run): RunEntry {
  try {
    writeState(join(world.workDir, 'last-run.json'), { time: world.now().toISOString(), ...entry });
    log(entry);
    return entry;
  } catch (error) {
    const failed: RunEntry = { ...entry, outcome: 'failed', cause: entry.cause ?? describeFault(error) };
    log(failed);
    return failed;
  }
}

function secondsSince(started: number): number {
  return Math.round(performance.now() - started) / 1000;
}
