import { csv } from './csv.ts';
import { json } from './json.ts';
import type { Processor } from './processor.ts';

const processors: readonly Processor[] = [json, csv];

/** The processor for a key, by its ending in any letter case; undefined for a kind that we do not know. */
export function findProcessor(key: string): Processor | undefined {
  const name = key.toLowerCase();
  return processors.find(({ suffixes }) => suffixes.some(suffix => name.endsWith(suffix)));
}
