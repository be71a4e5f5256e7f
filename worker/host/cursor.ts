import { readState, writeState } from './state-file.ts';

/** Remembers how far a run came, so that what stops a run can never starve the keys behind it. */
export interface Cursor {
  /** The last key that the run before this one had begun, when it did not come to the end. */
  readonly start: string | undefined;
  /** Written before the work on a key begins: a file that kills the worker is then behind the next run's start. */
  advance(key: string): void;
  /** The whole listing was seen; the next run begins at the beginning. */
  reset(): void;
}

export function openCursor(path: string): Cursor {
  const { startAfter } = readState(path);
  const start = typeof startAfter === 'string' ? startAfter : undefined;
  let isSet = start !== undefined;
  return {
    start,
    advance(key) {
      writeState(path, { startAfter: key });
      isSet = true;
    },
    reset() {
      if (isSet) writeState(path, {});
      isSet = false;
    },
  };
}
