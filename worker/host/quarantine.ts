import { openState } from './state-file.ts';
import type { Entry } from './store.ts';

/** A file whose content failed in this many runs, with the same ETag, is only tried now and then. */
const limit = 5;
const retrySeconds = 3600;

/**
 * Files that alone fail again and again, by key and ETag. They stay in input/ and are tried once an hour; a new
 * ETag starts afresh, and so does a file that worked once.
 */
export interface Quarantine {
  /** Whether a file is to be passed over in this run. */
  holds(entry: Entry): boolean;
  /** Takes in what the run saw and keeps it for the next. */
  settle(input: {
    /** Files whose content came wrong or could not be processed in this run. */
    readonly failed: readonly Entry[];
    /** Files that nobody can read as they are. */
    readonly unreadable: readonly Entry[];
    /** Files passed over in this run. */
    readonly held: readonly Entry[];
    /** False when the world may have been at fault: then nothing counts against the files that failed. */
    readonly isCounting: boolean;
    /** Whether every waiting file was seen; what was not seen is then forgotten. */
    readonly isComplete: boolean;
  }): void;
}

interface Failures {
  readonly etag: string;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly triedAt: number;
}

/** @param tell hears once why the file cannot be read or written; files are then tried in more runs than they need */
export function openQuarantine(path: string, now: () => Date, tell: (error: unknown) => void): Quarantine {
  const state = openState(path, tell);
  const before = parseRecords(state.before);
  const find = ({ key, etag }: Entry) => {
    const record = before.get(key);
    return record?.etag === etag ? record : undefined;
  };
  return {
    holds(entry) {
      const record = find(entry);
      if (record === undefined || record.count < limit) return false;
      // A time to come says that the clock was set back.
      const ageMs = now().getTime() - record.triedAt;
      return ageMs >= 0 && ageMs < retrySeconds * 1000;
    },

    settle({ failed, unreadable, held, isCounting, isComplete }) {
      const after = new Map(isComplete ? [] : before);
      for (const entry of held) {
        const record = find(entry);
        if (record !== undefined) after.set(entry.key, record);
      }
      const note = (entry: Entry, step: number) => {
        const count = (find(entry)?.count ?? 0) + step;
        after.set(entry.key, { etag: entry.etag, count, triedAt: now().getTime() });
      };
      for (const entry of failed) note(entry, isCounting ? 1 : 0);
      for (const entry of unreadable) note(entry, 1);
      if (before.size > 0 || after.size > 0) state.replace(Object.fromEntries(after));
    },
  };
}

function parseRecords(stored: Readonly<Record<string, unknown>>): ReadonlyMap<string, Failures> {
  return new Map(Object.entries(stored).flatMap(([key, value]) => (isFailures(value) ? [[key, value]] : [])));
}

function isFailures(value: unknown): value is Failures {
  if (typeof value !== 'object' || value === null) return false;
  if (!('etag' in value && 'count' in value && 'triedAt' in value)) return false;
  return (
    typeof value.etag === 'string' && typeof value.count === 'number' && typeof value.triedAt === 'number'
  );
}
