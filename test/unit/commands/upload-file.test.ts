import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { uploadFile } from '../../../scripts/commands/upload-file.ts';
import type { UploadStore } from '../../../scripts/edge/upload-store.ts';

const sha256 = createHash('sha256').update('abc').digest('base64');
const never = () => {
  throw new Error('nobody asks for that');
};
const emptyStore: UploadStore = {
  list: never,
  listLeft: never,
  listPending: never,
  readChecksum: never,
  put: never,
  begin: never,
  resume: never,
  listParts: never,
  putPart: never,
  complete: never,
  abort: never,
};

/** Uploads a file that stands in the store already, and does this to it once its bytes were read. */
async function upload(t: Test, change: (path: string) => void, isDryRun: boolean) {
  const path = join(t.testdir({ 'a.csv': 'abc' }), 'a.csv');
  const readChecksum = async () => {
    change(path);
    return sha256;
  };
  return await uploadFile({
    store: { ...emptyStore, readChecksum },
    file: { shown: 'a.csv', path, bytes: 3, key: 'k' },
    standing: 3,
    pending: [],
    isDryRun,
    hands: 1,
    isInterrupted: () => false,
    addBytes: () => {},
  });
}

for (const isDryRun of [false, true]) {
  t.test(`passes over what stands there, unless it changes meanwhile, dry run: ${isDryRun}`, async t => {
    t.strictSame(await upload(t, () => {}, isDryRun), { kind: 'skipped', sha256 });
    const changed = { message: 'a.csv: was changed while it was read; nothing was written for it' };
    await t.rejects(
      upload(t, path => writeFileSync(path, 'abd'), isDryRun),
      changed,
    );
    await t.rejects(
      upload(t, path => rmSync(path), isDryRun),
      changed,
    );
  });
}
