import { join } from 'node:path';
import { type Cursor, openCursor } from './cursor.ts';
import { describeFault, type FaultScope, scopeOf } from './faults.ts';
import { isFolderMarker } from './keys.ts';
import { listPages } from './listing.ts';
import type { FileEntry, Log, RunEntry } from './log.ts';
import { type Ending, handleFile, type World } from './protocol.ts';
import { openQuarantine, type Quarantine } from './quarantine.ts';
import { writeState } from './state-file.ts';
import type { Entry } from './store.ts';
import { createTally, type Tally } from './tally.ts';
import { emptyWorkFolders, removeWorkFiles, workFiles } from './work-files.ts';

/** Requests that may fail one after another, with none working in between, before the run gives up. */
const maxFaultsInARow = 10;

interface Run {
  readonly world: World;
  readonly log: Log;
  readonly cursor: Cursor;
  readonly quarantine: Quarantine;
  readonly tally: Tally;
  readonly failed: Entry[];
  readonly held: Entry[];
  worldFaults: number;
  faultsInARow: number;
  /** Why the run must end early. */
  cause: string | undefined;
}

/**
 * Handles every file that waits in input/ once, `concurrency` at a time, and says what became of each.
 * Never throws: what ends a run early stands in the entry, which is logged and kept as last-run.json.
 */
export async function runOnce(world: World, concurrency: number, log: Log): Promise<RunEntry> {
  const started = performance.now();
  const run = openRun(world, log);
  try {
    emptyWorkFolders(world.workDir);
    await handleAll(run, concurrency);
    if (run.cause === undefined) run.cursor.reset();
    settle(run);
  } catch (error) {
    run.cause ??= describeFault(error);
  }
  const { workerVersion } = world;
  const entry = run.tally.toRunEntry({ cause: run.cause, seconds: secondsSince(started), workerVersion });
  return keep(entry, run);
}

function openRun(world: World, log: Log): Run {
  const path = (name: string) => join(world.workDir, name);
  return {
    world,
    log,
    cursor: openCursor(path('cursor.json')),
    quarantine: openQuarantine(path('faults.json'), world.now),
    tally: createTally(),
    failed: [],
    held: [],
    worldFaults: 0,
    faultsInARow: 0,
    cause: undefined,
  };
}

/** Several hands take files from one listing; a page is only asked for when a hand is free. */
async function handleAll(run: Run, concurrency: number): Promise<void> {
  const entries = waitingEntries(run);
  const hands = Array.from({ length: concurrency }, async () => {
    for (let next = await entries.next(); next.done !== true; next = await entries.next()) {
      await handleEntry(next.value, run);
    }
  });
  const ends = await Promise.allSettled(hands);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

async function* waitingEntries(run: Run): AsyncGenerator<Entry> {
  for await (const page of listPages(run.world.store, run.cursor.start)) {
    run.tally.setTime(page.time);
    for (const entry of page.entries) if (!isFolderMarker(entry.key, entry.size)) yield entry;
    if (run.cause !== undefined) return;
  }
}

async function handleEntry(entry: Entry, run: Run): Promise<void> {
  if (run.cause !== undefined) return run.tally.wait(entry);
  if (run.quarantine.holds(entry)) {
    run.held.push(entry);
    run.tally.passOver();
    return run.tally.wait(entry);
  }
  const started = performance.now();
  try {
    run.cursor.advance(entry.key);
    const ending = await handleFile(entry, run.world);
    run.faultsInARow = 0;
    note(entry, describeEnding(ending), started, run);
  } catch (error) {
    run.tally.wait(entry);
    note(entry, { outcome: 'left', reason: describeFault(error) }, started, run);
    countFault(entry, scopeOf(error), describeFault(error), run);
  }
  await removeWorkFiles(workFiles(run.world.workDir, entry.key));
}

function describeEnding({ outcome, fault }: Ending): Pick<FileEntry, 'outcome' | 'reason'> {
  return fault === undefined ? { outcome } : { outcome, reason: `${fault.reason}: ${fault.message}` };
}

function note(entry: Entry, what: Pick<FileEntry, 'outcome' | 'reason'>, started: number, run: Run): void {
  run.tally.count(what.outcome, entry.size);
  run.log({ event: 'file', key: entry.key, ...what, bytes: entry.size, seconds: secondsSince(started) });
}

function countFault(entry: Entry, scope: FaultScope, cause: string, run: Run): void {
  if (scope === 'read') {
    run.failed.push(entry);
    return;
  }
  run.worldFaults += 1;
  run.faultsInARow += 1;
  if (scope === 'run') run.cause ??= cause;
  if (run.faultsInARow >= maxFaultsInARow)
    run.cause ??= `${maxFaultsInARow} faults in a row, the last: ${cause}`;
}

function settle({ quarantine, failed, held, worldFaults, cause }: Run): void {
  quarantine.settle({ failed, held, isCounting: worldFaults === 0, isComplete: cause === undefined });
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
