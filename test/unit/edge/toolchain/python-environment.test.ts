import { createHash } from 'node:crypto';
import { renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { isPythonEnvironmentReady } from '../../../../scripts/edge/toolchain/python-environment.ts';

t.test('is ready only for the very requirements that were installed, in this very place', async t => {
  const root = t.testdir({ 'requirements.txt': 'a==1\n', '.venv': { bin: { python: '' } } });
  const stamp = join(root, '.venv/millrace-requirements.sha256');
  t.equal(isPythonEnvironmentReady(root), false);
  writeFileSync(stamp, createHash('sha256').update(`${root}\na==1\n`).digest('hex'));
  t.equal(isPythonEnvironmentReady(root), true);
  writeFileSync(join(root, 'requirements.txt'), 'a==2\n');
  t.equal(isPythonEnvironmentReady(root), false);
  writeFileSync(stamp, createHash('sha256').update('/elsewhere\na==2\n').digest('hex'));
  t.equal(isPythonEnvironmentReady(root), false, 'a clone that was moved');
});

t.test('is not ready when its Python has gone', async t => {
  const root = t.testdir({ 'requirements.txt': 'a==1\n', '.venv': { bin: { python: '' } } });
  const digest = createHash('sha256').update(`${root}\na==1\n`).digest('hex');
  writeFileSync(join(root, '.venv/millrace-requirements.sha256'), digest);
  const python = join(root, '.venv/bin/python');
  renameSync(python, `${python}.away`);
  symlinkSync('/usr/bin/python3.0', python);
  t.equal(isPythonEnvironmentReady(root), false);
});
