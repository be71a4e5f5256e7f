import type { Config } from './config-schema.ts';

const gib = 1024 ** 3;

/** What worker.json says beside the bucket, its region and the work folder; what is left out, the worker knows itself. */
export type WorkerOptions = {
  readonly concurrency?: number;
  readonly budget?: { readonly files: number; readonly bytes: number; readonly seconds: number };
  readonly csvDelimiter?: string;
  readonly passThrough?: readonly string[];
};

/** What the config says about the worker, in the worker's own words and units. */
export function buildWorkerOptions(worker: Config['worker']): WorkerOptions {
  const { concurrency, budget, csvDelimiter, passThrough } = worker;
  return {
    ...(concurrency === null ? {} : { concurrency }),
    ...(budget === null
      ? {}
      : { budget: { files: budget.files, bytes: budget.gib * gib, seconds: budget.seconds } }),
    ...(csvDelimiter === null ? {} : { csvDelimiter }),
    ...(passThrough === null ? {} : { passThrough }),
  };
}
