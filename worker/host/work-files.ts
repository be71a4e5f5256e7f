import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sha256 } from '../shared/keys.ts';

/** The two files that one key may have on this machine. Their names hold nothing of the key but its hash. */
export interface WorkFiles {
  readonly download: string;
  readonly processed: string;
}

export interface Spooled {
  readonly path: string;
  readonly length: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** The content of a small file. */
  readonly bytes: Buffer | undefined;
}

/** Up to this size a file is kept in memory as well. */
const smallBytes = 64 * 1024;
/** A processor is called this seldom; much more would only take memory from the other files. */
const readBytes = 256 * 1024;

export function workFiles(workDir: string, key: string): WorkFiles {
  const name = sha256(key);
  return { download: join(workDir, 'downloads', name), processed: join(workDir, 'processed', name) };
}

/** Makes both work folders and empties them: nothing that an earlier run left is ever used. */
export function emptyWorkFolders(workDir: string): void {
  for (const folder of [join(workDir, 'downloads'), join(workDir, 'processed')]) {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  }
}

/**
 * Writes chunks to a new file, whatever stood there under any other name too, hashing them on the way. A small file is
 * gathered first and written at once, which is much cheaper, and keeps its bytes at hand.
 */
export async function spool(chunks: AsyncIterable<Uint8Array>, path: string): Promise<Spooled> {
  const hash = createHash('sha256');
  let length = 0;
  async function* measured(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      length += chunk.length;
      yield chunk;
    }
  }
  const rest = measured();
  try {
    const head = await takeHead(rest);
    const bytes = length > smallBytes ? undefined : Buffer.concat(head);
    rmSync(path, { force: true });
    if (bytes !== undefined) writeFileSync(path, bytes, { flag: 'wx' });
    else await pipeline(inSequence(head, rest), createWriteStream(path, { flags: 'wx' }));
    return { path, length, sha256: hash.digest('hex'), bytes };
  } finally {
    // What the chunks come from is closed, also when the write fails before it is read.
    await rest.return(undefined);
  }
}

/** All chunks of a small file; of another, as many as show that it is none. */
async function takeHead(chunks: AsyncGenerator<Uint8Array>): Promise<readonly Uint8Array[]> {
  const head: Uint8Array[] = [];
  for (let length = 0; length <= smallBytes; ) {
    const next = await chunks.next();
    if (next.done === true) break;
    length += next.value.length;
    head.push(next.value);
  }
  return head;
}

async function* inSequence(
  head: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* head;
  yield* rest;
}

/** Reads a file that was spooled, from the beginning. */
export function openSpooled({ path, length, bytes }: Spooled): AsyncIterable<Buffer> {
  if (bytes !== undefined) return once(bytes);
  return createReadStream(path, { highWaterMark: Math.min(readBytes, length) });
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
}

/** Gives a file a second name, whatever stood there. */
export function linkSpooled(file: Spooled, path: string): Spooled {
  rmSync(path, { force: true });
  linkSync(file.path, path);
  return { ...file, path };
}

export function removeWorkFiles({ download, processed }: WorkFiles): void {
  for (const path of [download, processed]) rmSync(path, { force: true });
}
