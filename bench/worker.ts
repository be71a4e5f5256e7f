import type { Bench } from './harness/bench.ts';
import { csv, ndjson, passThrough } from './worker/large-files.ts';
import { scale } from './worker/scale.ts';
import { idle, jsonWithDelay, jsonWithoutDelay } from './worker/small-files.ts';

/** The bundled worker against what one would use without it. */
export const benches: readonly Bench[] = [
  jsonWithDelay,
  jsonWithoutDelay,
  idle,
  passThrough,
  csv,
  ndjson,
  scale,
];
