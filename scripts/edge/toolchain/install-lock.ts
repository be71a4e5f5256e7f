import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, readText, writeFailure } from '../files.ts';

/**
 * Does work that no two programs of this clone may do at a time: whoever comes second waits. The lock of a program that
 * has ended counts for nothing.
 * @param file holds the process id of whoever works
 */
export async function withInstallLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  while (!tryLock(file)) {
    if (!isAlive(Number(readText(file)))) rmSync(file, { force: true });
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw writeFailure(file, cause);
  }
}

/** Not yet written is 0, which is nobody's: a moment later it is. */
function isAlive(pid: number): boolean {
  try {
    return pid > 0 ? process.kill(pid, 0) : true;
  } catch (error) {
    return codeOf(error) === 'EPERM'; // another user's
  }
}
