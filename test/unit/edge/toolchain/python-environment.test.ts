import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { isPythonEnvironmentReady } from '../../../../scripts/edge/toolchain/python-environment.ts';

t.test('is ready only for the very requirements that were installed', async t => {
  const root = t.testdir({ 'requirements.txt': 'a==1\n', '.venv': {} });
  const stamp = join(root, '.venv/millrace-requirements.sha256');
  t.equal(isPythonEnvironmentReady(root), false);
  writeFileSync(stamp, createHash('sha256').update('a==1\n').digest('hex'));
  t.equal(isPythonEnvironmentReady(root), true);
  writeFileSync(join(root, 'requirements.txt'), 'a==2\n');
  t.equal(isPythonEnvironmentReady(root), false);
});
