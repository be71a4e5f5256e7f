import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
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
}

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

/** Writes chunks to a new file, whatever stood there under any other name too, hashing them on the way. */
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
  await rm(path, { force: true });
  await pipeline(measured, createWriteStream(path, { flags: 'wx' }));
  return { path, length, sha256: hash.digest('hex') };
}

/** Gives a file a second name, whatever stood there. */
export async function linkSpooled(file: Spooled, path: string): Promise<Spooled> {
  await rm(path, { force: true });
  await link(file.path, path);
  return { ...file, path };
}

export async function removeWorkFiles({ download, processed }: WorkFiles): Promise<void> {
  await Promise.all([rm(download, { force: true }), rm(processed, { force: true })]);
}
