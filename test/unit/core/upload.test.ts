import t from 'tap';
import {
  changedFailure,
  isChangedFailure,
  renderBar,
  renderStep,
  renderUpload,
  uploadExitCode,
} from '../../../scripts/core/upload.ts';

const file = { file: 'a.csv', key: 'k', bytes: 2048, sha256: 'x' };
const result = { uploaded: [file, file], skipped: [file], failed: [] };
const step = { doneFiles: 1, files: 3, doneBytes: 6 * 1024 ** 2, bytes: 12 * 1024 ** 2, ms: 2_000 };

t.test('tells the result in a line, and by the exit code', async t => {
  t.equal(
    renderUpload(result, { isDryRun: false, ms: 1_234 }),
    '2 uploaded (4.0 KiB), 1 there already, 0 failed, 1.2 s',
  );
  t.equal(
    renderUpload(result, { isDryRun: true, ms: 1_234 }),
    'Nothing was changed. Would be: 2 uploaded (4.0 KiB), 1 there already, 0 failed',
  );
  t.equal(uploadExitCode(result), 0);
  t.equal(uploadExitCode({ ...result, failed: [{ file: 'a', key: 'k', detail: 'd' }] }), 1);
});

t.test('draws how far it is, with its rate, inside the terminal', async t => {
  t.equal(renderBar(step, 100), '[============>           ] 50% 1/3 files, 6.0 MiB of 12.0 MiB, 3.0 MiB/s');
  t.equal(renderBar(step, 30).length, 29);
  t.match(renderBar({ ...step, doneBytes: step.bytes }, 100), '[========================] 100%');
  t.equal(renderStep({ ...step, doneFiles: 0, doneBytes: 0, bytes: 0, ms: 0 }), '100% 0/3 files, 0 B of 0 B');
});

t.test('knows the failure of a file that did not hold still', async t => {
  const changed = changedFailure({ shown: 'a.csv', path: '/w/a.csv', bytes: 1, key: 'k' });
  t.ok(isChangedFailure(changed));
  t.notOk(isChangedFailure(new Error(changed.what)));
});
