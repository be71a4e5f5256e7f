import { readVariable } from './environment.ts';

/** How wide the reader's terminal is, without an end where there is none, and whether it shows colours. */
export function describeTerminal(): { readonly width: number; readonly color: boolean } {
  const { isTTY } = process.stderr;
  const isPlain = readVariable('NO_COLOR') !== undefined || readVariable('CI') !== undefined;
  const width = isTTY === true ? widthOf(process.stderr, 100) : Number.POSITIVE_INFINITY;
  return { width, color: isTTY === true && !isPlain };
}

/** Columns of a stream. Some terminals have none to tell, and some, as of serial lines and containers, tell 0. */
export function widthOf({ columns = 0 }: { readonly columns?: number }, otherwise = 80): number {
  return columns > 0 ? columns : otherwise;
}
