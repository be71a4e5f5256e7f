import type { Bench } from './harness/bench.ts';
import { flat, growth } from './spark/growth.ts';
import { staged } from './spark/staged.ts';

/** The Spark job raw-to-staged: against one program on one machine, and against itself with less data. */
export const benches: readonly Bench[] = [staged, growth, flat];
