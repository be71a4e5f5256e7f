import type { Processor } from './processor.ts';

/**
 * Files that pass unchanged, whatever is in them, empty ones too.
 * @param suffixes lower-case endings of keys
 */
export function createPassThrough(suffixes: readonly string[]): Processor {
  return { suffixes, process: source => source.open(), check: async () => {} };
}
