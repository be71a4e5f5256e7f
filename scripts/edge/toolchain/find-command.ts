import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { readVariable } from '../environment.ts';

/** The first executable file of this name on PATH, or undefined. */
export function findCommand(name: string, path = readVariable('PATH') ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter(folder => folder !== '')
    .map(folder => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not ours to run: the next folder of PATH may have it
  }
}
