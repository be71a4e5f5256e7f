import { createHash } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { FileFault } from '../../worker/host/file-fault.ts';
import type { Processor, Source } from '../../worker/host/processors/processor.ts';

/** Cuts bytes into chunks of one size. */
export function* chop(bytes: Buffer, size: number): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** A downloaded file whose bytes arrive in chunks of `size` bytes. */
export function sourceOf(key: string, bytes: Buffer, size = Math.max(1, bytes.length)): Source {
  return {
    key,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    async *open() {
      yield* chop(bytes, size);
    },
  };
}

/** What a processor makes of a file that arrives in chunks of `size` bytes. */
export async function runProcessor(
  processor: Processor,
  key: string,
  bytes: Buffer,
  size?: number,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of processor.process(sourceOf(key, bytes, size))) parts.push(part);
  return Buffer.concat(parts);
}

/** The fault that a processor finds in a file, or undefined when it finds none. */
export async function findFault(
  processor: Processor,
  key: string,
  bytes: Buffer,
  size?: number,
): Promise<Pick<FileFault, 'reason' | 'message' | 'place'> | undefined> {
  try {
    await runProcessor(processor, key, bytes, size);
    return undefined;
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    const { reason, message, place } = error;
    return { reason, message, place };
  }
}

/** How often this process holds a file open. */
export function countOpen(path: string): number {
  return readdirSync('/proc/self/fd').filter(descriptor => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`) === path;
    } catch {
      // The descriptor with which the folder itself was read is gone.
      return false;
    }
  }).length;
}
