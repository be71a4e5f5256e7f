import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * A small JSON file that survives runs. It is replaced whole, so a kill leaves the old or the new content, and it
 * only ever makes the worker faster or fairer: what cannot be read counts as absent.
 */
export function readState(path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

export function writeState(path: string, value: object): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(value)}\n`);
  renameSync(temporary, path);
}
