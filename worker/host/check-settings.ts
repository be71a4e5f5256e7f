import { readFileSync } from 'node:fs';
import { parseWorkerConfig, SettingsFault } from './config.ts';
import { describeFault } from './faults.ts';

/** What whoever asks can tell from every fault of the asking itself. Source: sysexits(3), EX_CONFIG. */
const refused = 78;

/**
 * Answers `node worker.cjs --check FILE` before the file is anywhere that a run would read it from.
 * @param path of the settings; `-` for standard input
 * @param say takes one line for each fault
 * @returns the exit code: 0, 78 where the worker refuses the settings, 1 where they cannot be read
 */
export function checkSettings(path: string, say: (line: string) => void): number {
  try {
    parseWorkerConfig(readFileSync(path === '-' ? process.stdin.fd : path, 'utf8'));
    return 0;
  } catch (error) {
    const isRefused = error instanceof SettingsFault;
    const faults = isRefused ? error.faults : [`${path}: ${describeFault(error)}`];
    for (const fault of faults) say(`${fault.replace(/\s+/g, ' ')}\n`);
    return isRefused ? refused : 1;
  }
}
