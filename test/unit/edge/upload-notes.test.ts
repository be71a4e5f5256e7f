import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openUploadNotes } from '../../../scripts/edge/upload-notes.ts';

t.test('knows what a run that is no more has begun in the bucket', async t => {
  const folder = join(t.testdir(), 'new');
  const notes = openUploadNotes(folder, 'b');
  t.strictSame(notes.left(), []);
  const upload = { key: 'a b', uploadId: 'u/1' };
  notes.add(upload);
  t.strictSame(notes.left(), [], 'this process lives');
  const file = join(folder, readdirSync(folder).join());
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"process":".*"/, '"process":"1@1"'));
  t.strictSame(notes.left(), [upload]);
  t.strictSame(openUploadNotes(folder, 'other').left(), []);
  writeFileSync(join(folder, 'torn.json'), '{"bucket":');
  t.strictSame(notes.left(), [upload]);
  notes.remove(upload);
  t.strictSame(notes.left(), []);
});
