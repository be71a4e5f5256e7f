import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../core/failure.ts';
import { daemonState } from './daemon.ts';
import { readText, writeFailure } from './files.ts';

/**
 * Takes the lock that keeps two commands of one environment on this machine apart. A lock whose process has ended is
 * taken over.
 * @returns what releases it
 * @throws Failure naming the process that holds it
 */
export function takeRunLock(file: string): () => void {
  const holder = { name: 'run', pidFile: file, mark: '.mjs' };
  if (daemonState(holder) === 'running') {
    throw new Failure({
      where: file,
      what: `another command works on this environment, process ${readText(file)?.trim()}`,
      hint: 'Wait until it has ended, then run this one again.',
    });
  }
  rmSync(file, { force: true });
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return takeRunLock(file);
    throw writeFailure(file, cause);
  }
  return () => rmSync(file, { force: true });
}
