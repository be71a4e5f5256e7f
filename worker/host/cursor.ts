import { openState } from './state-file.ts';

/**
 * Remembers how far a round through input/ came, so that what ends a run early can never starve the keys behind it.
 * A round is one pass over all keys; it may take many runs.
 */
export interface Cursor {
  /** The last key that was begun in a round that has not come to its end. */
  readonly start: string | undefined;
  /** When that round began, by S3's clock. */
  readonly roundStart: Date | undefined;
  /** Written before the work on a key begins: a file that kills the worker is then behind the next run's start. */
  advance(key: string, roundStart: Date): void;
  /** The whole listing was seen; the next run begins at the beginning. */
  reset(): void;
}

/** @param tell hears once why the file cannot be read or written; the cursor then remembers less or nothing */
export function openCursor(path: string, tell: (error: unknown) => void): Cursor {
  const state = openState(path, tell);
  const { startAfter, roundStart } = state.before;
  const start = typeof startAfter === 'string' ? startAfter : undefined;
  let isSet = start !== undefined;
  return {
    start,
    roundStart: parseTime(roundStart),
    advance(key, since) {
      state.overwrite({ startAfter: key, roundStart: since.toISOString() });
      isSet = true;
    },
    reset() {
      if (isSet) state.replace({});
      isSet = false;
    },
  };
}

function parseTime(value: unknown): Date | undefined {
  const time = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
