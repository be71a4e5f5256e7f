import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { faultText } from '../../shared/fault-text.ts';
import { countEvents } from './check.ts';
import { type Download, download } from './download.ts';
import type { PartWriter } from './part-writer.ts';

/** Larger than zlib's default: between two chunks its thread waits for this one. It may be four chunks ahead. */
const chunkSize = 256 * 1024;
const engineOptions = { chunkSize, highWaterMark: 4 * chunkSize };

export interface Brought {
  readonly events: number;
  readonly bytes: number;
}

/**
 * Brings one file of the archive, byte for byte, in memory that does not grow with it: what arrives goes on to the raw
 * bucket while it is checked, and appears there once all of it was right.
 * @returns `absent` where the archive does not have it
 * @throws Error naming the address, when the file is damaged or a side fails; nothing has been written then
 */
export async function bringHour(input: {
  readonly url: URL;
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  readonly open: () => PartWriter;
}): Promise<Brought | 'absent'> {
  const { url } = input;
  try {
    const answer = await download(url, input);
    if (answer === 'absent') return 'absent';
    const writer = input.open();
    try {
      const brought = await teeAndCheck(answer, writer);
      await writer.finish();
      return brought;
    } catch (fault) {
      await writer.abort();
      throw fault;
    }
  } catch (cause) {
    throw new Error(`${url.href}: ${faultText(cause)}`, { cause });
  }
}

async function teeAndCheck(answer: Download, writer: PartWriter): Promise<Brought> {
  const engine = createGunzip(engineOptions);
  let bytes = 0;
  async function* written(): AsyncGenerator<Buffer> {
    for await (const chunk of answer.chunks) {
      bytes += chunk.length;
      await writer.write(chunk);
      yield chunk;
    }
  }
  // A fault on either side also arrives at whoever reads the engine.
  pipeline(written, engine, () => {});
  try {
    // Asked for by iteration, not pushed into: only then zlib goes on in its thread while lines are read here.
    const events = await countEvents(engine);
    // zlib reports other bytes after a member as a fault, but stops at a zero byte without a word.
    const byte = engine.bytesWritten;
    if (byte < bytes)
      throw new Error(`byte ${byte}: expected another member of gzip or the end, got a zero byte`);
    if (answer.length !== undefined && bytes !== answer.length) {
      throw new Error(`expected ${answer.length} bytes, got ${bytes}`);
    }
    return { events, bytes };
  } finally {
    engine.destroy();
  }
}
