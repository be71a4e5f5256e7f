import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/edge/entry.ts';
import { ensureSparkToolchain } from '../../scripts/edge/toolchain/spark.ts';
import { copyProject } from './clean-copy.ts';

/** A copy of the project, in a path with a space, that uses this clone's tools, Spark among them. Gives its root. */
export async function makeSparkCopy(test: { teardown(stop: () => void): void }): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'millrace job-'));
  test.teardown(() => rmSync(copy, { recursive: true, force: true }));
  await copyProject(copy);
  for (const name of ['node_modules', '.venv']) symlinkSync(join(projectRoot, name), join(copy, name));
  await borrowSpark(copy);
  return copy;
}

/** Gives a copy this clone's Spark. A virtual environment is bound to its place: the copy has its own, of this one's parts. */
export async function borrowSpark(copy: string): Promise<void> {
  const cacheDir = join(projectRoot, 'build/.cache');
  const logDir = join(projectRoot, 'build/test');
  await ensureSparkToolchain({ root: projectRoot, cacheDir, logDir, report: () => {} });
  mkdirSync(join(copy, 'build/.cache'), { recursive: true });
  symlinkSync(join(cacheDir, 'jars'), join(copy, 'build/.cache/jars'));
  const [from, to] = [join(projectRoot, '.venv-spark'), join(copy, '.venv-spark')];
  mkdirSync(to);
  for (const name of ['bin', 'lib']) symlinkSync(join(from, name), join(to, name));
  cpSync(join(from, 'pyvenv.cfg'), join(to, 'pyvenv.cfg'));
  const requirements = readFileSync(join(copy, 'requirements-spark.txt'));
  const stamp = createHash('sha256').update(`${copy}\n`).update(requirements).digest('hex');
  writeFileSync(join(to, 'millrace-requirements.sha256'), stamp);
}
