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
