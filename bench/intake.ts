import type { Bench } from './harness/bench.ts';
import { hour } from './intake/hour.ts';
import { againstAws, againstS5cmd } from './intake/large-file.ts';
import { small } from './intake/small-files.ts';

/** What brings data in: the upload command, and the function that fetches the GitHub archive. */
export const benches: readonly Bench[] = [againstAws, againstS5cmd, small, hour];
