import { z } from 'zod';
import { tryJson } from './json.ts';

/** One sample of the proof, under a key of this run's own. */
export type ProofItem = {
  readonly kind: 'good' | 'unreadable';
  readonly sampleKey: string;
  readonly key: string;
  readonly outputKey: string;
  readonly errorKey: string;
};

const folder = 'millrace-proof';

/** Everything that proofs leave lies under these prefixes. */
export const proofPrefixes = [`input/${folder}/`, `output/${folder}/`, `errors/${folder}/`] as const;

/** An id that no other run has: time in UTC and a random part. */
export function buildRunId(now: Date, random: string): string {
  return `${now.toISOString().replace(/[-:]/g, '').replace(/\..*/, 'Z').toLowerCase()}-${random}`;
}

/** @param samples paths below samples/, like `good/orders.json` */
export function buildProofItems(samples: readonly string[], runId: string): readonly ProofItem[] {
  return samples.map(sample => {
    const name = `${folder}/${runId}/${sample.split('/').at(-1) ?? sample}`;
    return {
      kind: sample.startsWith('unreadable/') ? 'unreadable' : 'good',
      sampleKey: `samples/${sample}`,
      key: `input/${name}`,
      outputKey: `output/${name}`,
      errorKey: `errors/${name}`,
    };
  });
}

/** Whether an object was written after the run's first second by the store's own clock (its times are whole seconds). */
export function isNewerThan(lastModified: Date | undefined, start: Date): boolean {
  return (
    lastModified !== undefined &&
    Math.floor(lastModified.getTime() / 1000) > Math.floor(start.getTime() / 1000)
  );
}

/** What a store gives for a key. */
type Found = { readonly body: Buffer; readonly metadata: Readonly<Record<string, string>> };

/** What one sample came to; a fault is a line that names the key. */
export type Verdict = {
  readonly item: ProofItem;
  readonly outcome: 'processed' | 'rejected' | 'missing';
  readonly reason: string;
  readonly faults: readonly string[];
};

const errorNote = z.object({ reason: z.string(), sourceSha256: z.string() });

/** Judges a good sample by what lies under its output key: these very bytes, made from this very source. */
export function judgeProcessed(
  item: ProofItem,
  expected: { readonly body: Buffer; readonly sourceSha256: string },
  output: Found | undefined,
): Verdict {
  if (output === undefined) return missing(item, `${item.outputKey}: has not come out`);
  if (!output.body.equals(expected.body))
    return missing(item, `${item.outputKey}: holds other bytes than expected`);
  if (output.metadata['source-sha256'] !== expected.sourceSha256)
    return missing(item, `${item.outputKey}: names another source in its metadata`);
  return { item, outcome: 'processed', reason: '', faults: [] };
}

/** Judges an unreadable sample by what lies under its error key, the sample itself, and the note beside it. */
export function judgeRejected(
  item: ProofItem,
  expected: { readonly body: Buffer; readonly sourceSha256: string },
  rejected: Found | undefined,
  note: Found | undefined,
): Verdict {
  if (rejected === undefined || note === undefined)
    return missing(item, `${item.errorKey}: has not come out with its reason`);
  if (!rejected.body.equals(expected.body))
    return missing(item, `${item.errorKey}: holds other bytes than the sample`);
  const parsed = errorNote.safeParse(tryJson(note.body.toString('utf8')));
  if (!parsed.success || parsed.data.sourceSha256 !== expected.sourceSha256)
    return missing(item, `${item.errorKey}.error.json: does not tell of this file`);
  return { item, outcome: 'rejected', reason: parsed.data.reason, faults: [] };
}

/** Where the ingestion functions put their objects in raw, one prefix a function. */
export const ingestPrefixes = ['github/archive/', 'github/events/'] as const;

/** Where things stand while the proof waits. */
export type Standing = {
  /** Keys of the proof's own that are still in input/. */
  readonly waiting: readonly string[];
  /** Keys that have appeared in raw since the run began. */
  readonly ingested: readonly string[];
  /** Keys under output/ and errors/. */
  readonly arrived: ReadonlySet<string>;
};

/** Whether everything that the proof waits for is there. */
export function isProofDone(
  items: readonly ProofItem[],
  { waiting, ingested, arrived }: Standing,
  needsIngested: boolean,
): boolean {
  const hasArrived = items.every(item => arrived.has(item.kind === 'good' ? item.outputKey : item.errorKey));
  return hasArrived && waiting.length === 0 && (!needsIngested || idlePrefixes(ingested).length === 0);
}

/** What does not hold when the wait is over, a line each; none when the proof holds. */
export function listProofFaults(
  verdicts: readonly Verdict[],
  { waiting, ingested }: Standing,
  { needsIngested, seconds }: { readonly needsIngested: boolean; readonly seconds: number },
): readonly string[] {
  return [
    ...verdicts.flatMap(({ faults }) => faults),
    ...waiting.map(key => `${key}: is still in input/ after ${Math.round(seconds)} s`),
    ...(needsIngested ? idlePrefixes(ingested) : []).map(
      prefix => `raw: the schedule has brought no object to ${prefix} since the run began`,
    ),
  ];
}

function idlePrefixes(ingested: readonly string[]): readonly string[] {
  return ingestPrefixes.filter(prefix => !ingested.some(key => key.startsWith(prefix)));
}

function missing(item: ProofItem, fault: string): Verdict {
  return { item, outcome: 'missing', reason: '', faults: [fault] };
}
