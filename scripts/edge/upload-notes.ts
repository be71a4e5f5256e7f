/** Notes of uploads in parts that this machine has begun: what a run that was killed leaves is known as its own. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readText, removeFile, writeFile } from './files.ts';
import { isRunning, nameProcess } from './process-start.ts';

type Upload = { readonly key: string; readonly uploadId: string };

export type UploadNotes = {
  readonly add: (upload: Upload) => void;
  readonly remove: (upload: Upload) => void;
  /** Those whose process is no more. */
  readonly left: () => readonly Upload[];
};

const noteSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  uploadId: z.string(),
  process: z.string(),
});

/** @param folder holds one file for each upload, of any bucket */
export function openUploadNotes(folder: string, bucket: string): UploadNotes {
  const fileOf = ({ uploadId }: Upload) =>
    join(folder, `${createHash('sha256').update(`${bucket}\n${uploadId}`).digest('hex')}.json`);
  return {
    add: ({ key, uploadId }) => {
      const note = { bucket, key, uploadId, process: nameProcess() };
      writeFile(fileOf({ key, uploadId }), `${JSON.stringify(note)}\n`);
    },
    remove: upload => removeFile(fileOf(upload)),
    left: () =>
      (existsSync(folder) ? readdirSync(folder) : [])
        .filter(name => name.endsWith('.json'))
        // Another run may have removed it since; a note that is none says nothing.
        .flatMap(name => noteSchema.safeParse(parseJson(readText(join(folder, name)))).data ?? [])
        .filter(note => note.bucket === bucket && !isRunning(note.process))
        .map(({ key, uploadId }) => ({ key, uploadId })),
  };
}

function parseJson(text = ''): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
