import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { askWorker, type Outcome, type ParityFile, type Twin } from './twin.ts';

export interface Compared {
  /** Files of which worker and job make something else, told so that they can be made again. */
  readonly differences: readonly object[];
  /** How many files came to each end: `processed`, `unknown-kind` or a fault's reason. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** So many files at once keep both processes busy. */
const atOnce = 16;

/** Has every file worked on by the worker and by its twin. */
export async function compareParity(twin: Twin, files: readonly ParityFile[]): Promise<Compared> {
  const differences: object[] = [];
  const outcomes: Record<string, number> = {};
  const compare = async (file: ParityFile) => {
    const [worker, job] = await Promise.all([askWorker(file), twin.ask(file)]);
    const end = endOf(worker);
    outcomes[end] = (outcomes[end] ?? 0) + 1;
    if (isDeepStrictEqual(worker, job) || isEitherFault(file.body, worker, job)) return;
    differences.push({ ...file, body: file.body.subarray(0, 2000).toString('base64'), worker, job });
  };
  for (let at = 0; at < files.length; at += atOnce) {
    await Promise.all(files.slice(at, at + atOnce).map(compare));
  }
  return { differences, outcomes };
}

/**
 * A compressed file that is damaged and also wrong inside has two reasons. Which of them the worker meets first hangs on
 * how far zlib's thread came, so that either is right.
 */
function isEitherFault(body: Buffer, worker: Outcome, job: Outcome): boolean {
  const reasons = [worker.fault?.reason, job.fault?.reason];
  const isInside = [worker, job].some(({ fault }) => fault?.message.startsWith('in the decompressed file: '));
  return reasons.includes('invalid-gzip') && isInside && isDamaged(body);
}

function isDamaged(body: Buffer): boolean {
  try {
    gunzipSync(body);
    return false;
  } catch {
    return true;
  }
}

function endOf({ unknown, fault }: Outcome): string {
  if (unknown === true) return 'unknown-kind';
  return fault?.reason ?? 'processed';
}
