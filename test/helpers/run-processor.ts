import { createHash } from 'node:crypto';
import type { Processor } from '../../worker/host/processors/processor.ts';

/** Cuts bytes into chunks of one size. */
export function* chop(bytes: Buffer, size: number): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** What a processor makes of a file that arrives in chunks of `size` bytes. */
export async function runProcessor(
  processor: Processor,
  key: string,
  bytes: Buffer,
  size = Math.max(1, bytes.length),
): Promise<Buffer> {
  const source = {
    key,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *open() {
      yield* chop(bytes, size);
    },
  };
  const parts: Buffer[] = [];
  for await (const part of processor.process(source)) parts.push(part);
  return Buffer.concat(parts);
}
