import { webcrypto } from 'node:crypto';
import type { MultipartUpload } from '../../shared/multipart.ts';

const partBytes = 8 * 1024 ** 2;
/** Parts under way; with the one that fills, what one object takes of memory. */
const parallel = 2;

/** An object that is written while its bytes come in. */
export interface PartWriter {
  /** Takes the bytes, and returns once there is room for more. */
  readonly write: (chunk: Buffer) => Promise<void>;
  /** Sends the last part and makes the object appear. */
  readonly finish: () => Promise<void>;
  /** Leaves nothing behind. */
  readonly abort: () => Promise<void>;
}

/** Cuts a stream into parts and sends them while it goes on. Nothing is begun before the first part is full. */
export function openPartWriter(begin: () => Promise<MultipartUpload>): PartWriter {
  const stop = new AbortController();
  const underWay = new Set<Promise<void>>();
  const spare: Buffer[] = [];
  let upload: Promise<MultipartUpload> | undefined;
  let filling: Buffer | undefined;
  let filled = 0;
  let number = 0;
  const faults: unknown[] = [];

  const throwFault = () => {
    if (faults.length > 0) throw faults[0];
  };
  const send = async (begun: MultipartUpload, at: number, part: Buffer, length: number) => {
    const body = part.subarray(0, length);
    try {
      // In a thread of its own, beside the reading of lines.
      const hash = await webcrypto.subtle.digest('SHA-256', body);
      await begun.put(
        { number: at, body, length, sha256: Buffer.from(hash).toString('base64') },
        stop.signal,
      );
      spare.push(part);
    } catch (fault) {
      faults.push(fault);
    }
  };
  const sendFilling = async () => {
    const part = filling;
    if (part === undefined) return;
    stop.signal.throwIfAborted();
    upload ??= begin();
    const begun = await upload;
    while (underWay.size >= parallel) await Promise.race(underWay);
    throwFault();
    stop.signal.throwIfAborted();
    number += 1;
    const sent: Promise<void> = send(begun, number, part, filled).finally(() => underWay.delete(sent));
    underWay.add(sent);
    filling = undefined;
    filled = 0;
  };

  return {
    write: async chunk => {
      for (let taken = 0; taken < chunk.length; ) {
        if (filled === partBytes) await sendFilling();
        filling ??= spare.pop() ?? Buffer.allocUnsafeSlow(partBytes);
        const copied = chunk.copy(filling, filled, taken);
        filled += copied;
        taken += copied;
      }
    },
    finish: async () => {
      await sendFilling();
      await Promise.all(underWay);
      throwFault();
      await (await upload)?.complete();
    },
    abort: async () => {
      stop.abort();
      // A part that is under way could arrive behind the end of its upload.
      await Promise.all(underWay);
      const begun = await upload?.catch(() => undefined);
      await begun?.abort();
    },
  };
}
