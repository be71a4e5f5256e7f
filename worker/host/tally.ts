import type { FileEntry, RunEntry } from './log.ts';
import type { Entry } from './store.ts';

/** Counts what became of the files of one run. */
export interface Tally {
  count(outcome: FileEntry['outcome'], bytes: number): void;
  /** A file was passed over because it fails again and again. */
  passOver(): void;
  /** A file of this run still stands in input/. */
  wait(entry: Entry): void;
  /** S3's clock, as of the last LIST. */
  setTime(time: Date): void;
  toRunEntry(input: {
    readonly cause: string | undefined;
    readonly isBudgetSpent: boolean;
    readonly seconds: number;
    readonly workerVersion: string;
  }): RunEntry;
}

export function createTally(): Tally {
  const counts = { processed: 0, rejected: 0, gone: 0, changed: 0, left: 0, quarantined: 0, bytes: 0 };
  let oldest: Date | undefined;
  let listedAt: Date | undefined;
  return {
    count(outcome, bytes) {
      counts[outcome] += 1;
      if (outcome === 'processed' || outcome === 'rejected') counts.bytes += bytes;
    },
    passOver() {
      counts.quarantined += 1;
    },
    wait({ modified }) {
      if (oldest === undefined || modified < oldest) oldest = modified;
    },
    setTime(time) {
      listedAt = time;
    },
    toRunEntry({ cause, isBudgetSpent, seconds, workerVersion }) {
      return {
        event: 'run',
        outcome: cause === undefined ? 'done' : 'failed',
        ...(cause === undefined ? {} : { cause }),
        ...counts,
        isBudgetSpent,
        seconds,
        oldestWaitingSeconds: listedAt === undefined ? null : secondsBetween(oldest ?? listedAt, listedAt),
        workerVersion,
      };
    },
  };
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, Math.round((to.getTime() - from.getTime()) / 1000));
}
