import { createCsv } from './csv.ts';
import { createGzipped } from './gzip.ts';
import { json } from './json.ts';
import { ndjson } from './ndjson.ts';
import { createPassThrough } from './pass-through.ts';
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

export function createFindProcessor({ csvDelimiter, passThrough }: ProcessorSettings): FindProcessor {
  const kinds = [json, ndjson, createCsv(csvDelimiter)];
  const chosen = createPassThrough(passThrough.filter(ending => ending !== '*'));
  const processors: readonly Processor[] = [chosen, ...kinds, ...kinds.map(createGzipped)];
  const otherwise = passThrough.includes('*') ? createPassThrough(['']) : undefined;
  return key => {
    const name = key.toLowerCase();
    return processors.find(({ suffixes }) => suffixes.some(suffix => name.endsWith(suffix))) ?? otherwise;
  };
}
