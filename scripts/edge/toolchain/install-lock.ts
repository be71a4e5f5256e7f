import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, readText, writeFailure } from '../files.ts';
import { isRunning, nameProcess } from '../process-start.ts';

/**
 * Does work that no two programs of this clone may do at a time: whoever comes second waits, and says for whom. The lock
 * of a program that has ended counts for nothing.
 * @param input.file names the process that works
 */
export async function withInstallLock<T>(
  { file, report }: { readonly file: string; readonly report: (message: string) => void },
  work: () => Promise<T>,
): Promise<T> {
  let told: string | undefined;
  while (!tryLock(file)) {
    const holder = readText(file)?.trim();
    if (holder !== undefined && !isRunning(holder)) rmSync(file, { force: true });
    else if (holder !== undefined && holder !== told) {
      report(`waiting for process ${holder.replace(/@.*/, '')}, which installs the same (${file})`);
      told = holder;
    }
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/** The lock appears with its text: one without any was left by a machine that went down. */
function tryLock(file: string): boolean {
  const mine = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(mine, `${nameProcess()}\n`);
    linkSync(mine, file);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw writeFailure(file, cause);
  } finally {
    rmSync(mine, { force: true });
  }
}
