/** Notes of uploads in parts that this machine has begun: what a run that was killed leaves is known as its own. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../worker/shared/keys.ts';
import { tryJson } from '../core/json.ts';
import { readText, removeFile, writeFile } from './files.ts';
import { isRunning, nameProcess } from './process-start.ts';

type Upload = { readonly key: string; readonly uploadId: string };

export type UploadNotes = {
  /** Notes that this process has begun the upload. */
  readonly add: (upload: Upload) => void;
  /** Notes that this process goes on with an upload, if it is one that this machine has begun. */
  readonly join: (upload: Upload) => void;
  readonly remove: (upload: Upload) => void;
  /** Those that no process that still runs has begun or joined. */
  readonly left: () => readonly Upload[];
};

const noteSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  uploadId: z.string(),
  process: z.string(),
});

/** @param folder holds one file for each upload, of any bucket, and process */
export function openUploadNotes(folder: string, bucket: string): UploadNotes {
  const stemOf = ({ uploadId }: Upload) => sha256(`${bucket}\n${uploadId}`);
  const names = () => (existsSync(folder) ? readdirSync(folder) : []).filter(name => name.endsWith('.json'));
  const namesOf = (upload: Upload) => names().filter(name => name.startsWith(stemOf(upload)));
  const add = (upload: Upload) => {
    const { key, uploadId } = upload;
    const process = nameProcess();
    const note = { bucket, key, uploadId, process };
    writeFile(join(folder, `${stemOf(upload)}-${process}.json`), `${JSON.stringify(note)}\n`);
  };
  return {
    add,
    join: upload => {
      if (namesOf(upload).length > 0) add(upload);
    },
    remove: upload => {
      for (const name of namesOf(upload)) removeFile(join(folder, name));
    },
    left: () => {
      const notes = names()
        // Another run may have removed it since; a note that is none says nothing.
        .flatMap(name => noteSchema.safeParse(tryJson(readText(join(folder, name)) ?? '')).data ?? [])
        .filter(note => note.bucket === bucket);
      const alive = new Set(notes.filter(note => isRunning(note.process)).map(({ uploadId }) => uploadId));
      const dead = notes.filter(({ uploadId }) => !alive.has(uploadId));
      return [...new Map(dead.map(({ key, uploadId }) => [uploadId, { key, uploadId }])).values()];
    },
  };
}
