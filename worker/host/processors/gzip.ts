import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { FileFault } from '../file-fault.ts';
import type { Processor, Source } from './processor.ts';

/**
 * How far a file may expand: Deflate reaches 1,032:1, text of records seldom more than 20:1. Memory and disk do not
 * grow with what a file expands to, as the output is compressed again; the bound is on the time that one small file
 * can take from all others.
 */
export const maxRatio = 200;
/** Less than this is done in about a second and may expand at any ratio, as a table of zeros does. */
export const freeBytes = 64 * 1024 ** 2;

/** zlib's default, fixed here: the output of one zlib for the same bytes is the same bytes. */
const level = 6;
const chunkSize = 64 * 1024;

/** What zlib says of bytes that are no gzip, of a broken member and of one that ends too early. */
const dataCodes: ReadonlySet<unknown> = new Set(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT']);

/**
 * The same kind as gzip (RFC 1952), written as one member without a name or a time. A stamp names the SHA-256 of the
 * compressed file, as it was stored. Places of faults are of the decompressed bytes, and their text says so.
 * Two versions of zlib may compress differently: outputs are equal after decompression.
 */
export function createGzipped(inner: Processor): Processor {
  return {
    suffixes: inner.suffixes.map(suffix => `${suffix}.gz`),
    process: source => through(processInner(inner, source), createGzip({ level, chunkSize })),
  };
}

async function* processInner(inner: Processor, source: Source): AsyncGenerator<Buffer> {
  try {
    yield* inner.process({ ...source, open: () => gunzip(source) });
  } catch (error) {
    if (!(error instanceof FileFault) || error.reason === 'invalid-gzip' || error.reason === 'gzip-bomb')
      throw error;
    throw new FileFault(error.reason, `in the decompressed file: ${error.message}`, error.place);
  }
}

/** All members, one after another. */
async function* gunzip(source: Source): AsyncGenerator<Buffer> {
  const engine = createGunzip({ chunkSize });
  let taken = 0;
  async function* compressed(): AsyncGenerator<Buffer> {
    for await (const chunk of source.open()) {
      taken += chunk.length;
      yield chunk;
    }
  }
  try {
    yield* limit(through(compressed(), engine), source);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !dataCodes.has(error.code)) throw error;
    throw new FileFault('invalid-gzip', error.message);
  }
  // zlib reports other bytes after a member as a fault, but stops at a zero byte without a word.
  const byte = engine.bytesWritten;
  if (byte < taken)
    throw new FileFault('invalid-gzip', 'expected another member or the end, got a zero byte', { byte });
}

/** Passes on what is within bounds. The size of the file itself is only counted once it matters. */
async function* limit(chunks: AsyncIterable<Buffer>, source: Source): AsyncGenerator<Buffer> {
  let length = 0;
  let most = freeBytes;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > most) most = Math.max(freeBytes, maxRatio * (await countBytes(source.open())));
    if (length > most) throw new FileFault('gzip-bomb', `expands to more than ${most} bytes`);
    yield chunk;
  }
}

async function countBytes(chunks: AsyncIterable<Buffer>): Promise<number> {
  let length = 0;
  for await (const chunk of chunks) length += chunk.length;
  return length;
}

/**
 * What a stream makes of chunks. A fault on either side ends both and is thrown here; so does leaving the iteration
 * early.
 */
async function* through(chunks: AsyncIterable<Buffer>, transform: Transform): AsyncGenerator<Buffer> {
  // The fault also arrives at the iteration, so that there is nothing left to do for the callback.
  pipeline(chunks, transform, () => {});
  yield* transform;
}
