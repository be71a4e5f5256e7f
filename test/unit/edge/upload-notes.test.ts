import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openUploadNotes } from '../../../scripts/edge/upload-notes.ts';

/** Has the notes told by a process that is no more. */
function endProcess(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"process":".*"/, '"process":"1@1"'));
    renameSync(file, join(folder, name.replace(/-\d+@\d+\./, '-1@1.')));
  }
}

t.test('knows what a run that is no more has begun in the bucket', async t => {
  const folder = join(t.testdir(), 'new');
  const notes = openUploadNotes(folder, 'b');
  t.strictSame(notes.left(), []);
  const upload = { key: 'a b', uploadId: 'u/1' };
  notes.add(upload);
  t.strictSame(notes.left(), [], 'this process lives');
  endProcess(folder);
  t.strictSame(notes.left(), [upload]);
  t.strictSame(openUploadNotes(folder, 'other').left(), []);
  writeFileSync(join(folder, 'torn.json'), '{"bucket":');
  t.strictSame(notes.left(), [upload]);
  notes.remove(upload);
  t.strictSame(notes.left(), []);
});

t.test('an upload that another process goes on with is not left, until that one is no more too', async t => {
  const folder = join(t.testdir(), 'new');
  const notes = openUploadNotes(folder, 'b');
  const upload = { key: 'k', uploadId: 'u' };
  notes.add(upload);
  endProcess(folder);
  notes.add({ key: 'k', uploadId: 'other' });
  notes.join(upload);
  t.strictSame(notes.left(), []);
  endProcess(folder);
  t.strictSame(new Set(notes.left()), new Set([upload, { key: 'k', uploadId: 'other' }]));
  notes.remove(upload);
  t.strictSame(notes.left(), [{ key: 'k', uploadId: 'other' }], 'every note of the upload is gone');
});

t.test('the first of two processes may end, and the second still has it', async t => {
  const folder = join(t.testdir(), 'new');
  const notes = openUploadNotes(folder, 'b');
  const upload = { key: 'k', uploadId: 'u' };
  notes.add(upload);
  notes.join(upload);
  t.equal(readdirSync(folder).length, 1, 'one note a process');
  endProcess(folder);
  notes.join(upload);
  t.equal(readdirSync(folder).length, 2);
  t.strictSame(notes.left(), []);
});

t.test('what another machine has begun is not noted as of this one', async t => {
  const folder = join(t.testdir(), 'new');
  const notes = openUploadNotes(folder, 'b');
  notes.join({ key: 'k', uploadId: 'u' });
  t.notOk(existsSync(folder));
});
