import { readVariable } from './environment.ts';

/** How wide the reader's terminal is, and whether it shows colours. */
export function describeTerminal(): { readonly width: number; readonly color: boolean } {
  const { isTTY, columns } = process.stderr;
  const isPlain = readVariable('NO_COLOR') !== undefined || readVariable('CI') !== undefined;
  return { width: columns ?? 100, color: isTTY === true && !isPlain };
}
