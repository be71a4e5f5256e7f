import { constants, fstatSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';

/**
 * A small JSON file that survives runs. It only ever makes the worker faster or fairer: what cannot be read counts
 * as absent.
 */
export function readState(path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Replaces the file whole: a kill leaves the old or the new content. */
export function writeState(path: string, value: object): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(value)}\n`);
  renameSync(temporary, path);
}

/**
 * Gives a function that writes a file again and again in place, one call to the system each time: a kill leaves the
 * old or the new content, a crash of the machine perhaps neither. What is longer than the text before stays as blanks.
 */
export function openState(path: string): (value: object) => void {
  let file: number | undefined;
  let length = 0;
  return value => {
    if (file === undefined) {
      file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
      length = fstatSync(file).size;
    }
    const text = Buffer.from(`${JSON.stringify(value)}\n`);
    length = Math.max(length, text.length);
    writeSync(file, Buffer.concat([text, Buffer.alloc(length - text.length, ' ')]), 0, length, 0);
  };
}
