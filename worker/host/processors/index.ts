import { csv } from './csv.ts';
import { json } from './json.ts';
import type { Processor } from './processor.ts';

/** What the configuration says about kinds. */
export interface ProcessorSettings {
  /** One ASCII character; undefined: found in each file. */
  readonly csvDelimiter: string | undefined;
  /** Lower-case endings of keys whose files pass unchanged, before any other kind; `*` takes what no other knows. */
  readonly passThrough: readonly string[];
}

/** The processor for a key, by its ending in any letter case; undefined for a kind that nobody knows. */
export type FindProcessor = (key: string) => Processor | undefined;

export function createFindProcessor(_settings: ProcessorSettings): FindProcessor {
  const processors: readonly Processor[] = [json, csv];
  return key => {
    const name = key.toLowerCase();
    return processors.find(({ suffixes }) => suffixes.some(suffix => name.endsWith(suffix)));
  };
}
