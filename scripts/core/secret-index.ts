/** Finds many texts in another one in a single pass, however many they are. */
import type { Span } from './secret-assignment.ts';

/** Every text that is looked for is at least so long. */
const headLength = 4;
const headBits = 20;

/**
 * Makes a search for these texts, each of at least four characters: of those that begin at one place the longest, and none
 * that begins within another.
 */
export function createIndex(texts: readonly string[]): (text: string) => readonly Span[] {
  const sorted = [...new Set(texts)].sort(byUnits);
  const outers = prefixesOf(sorted);
  const heads = new Uint8Array(2 ** headBits);
  for (const text of sorted) heads[headOf(text, 0)] = 1;
  const longest = sorted.reduce((length, text) => Math.max(length, text.length), 0);

  /** The longest that begins here. It begins the last one in the order that is not behind the text, or is that one. */
  function lengthAt(text: string, start: number): number {
    const rest = text.slice(start, start + longest);
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? '') <= rest) low = middle + 1;
      else high = middle;
    }
    for (let at: number | undefined = low - 1; at !== undefined && at >= 0; at = outers[at]) {
      const candidate = sorted[at] ?? '';
      if (rest.startsWith(candidate)) return candidate.length;
    }
    return 0;
  }

  return text => {
    const spans: Span[] = [];
    for (let start = 0; start + headLength <= text.length; ) {
      const length = heads[headOf(text, start)] === 1 ? lengthAt(text, start) : 0;
      if (length > 0) spans.push({ start, end: start + length });
      start += Math.max(length, 1);
    }
    return spans;
  };
}

/** Of each text in the order the place of the longest other one that it begins with. */
function prefixesOf(sorted: readonly string[]): readonly (number | undefined)[] {
  const open: number[] = [];
  return sorted.map((text, place) => {
    while (open.length > 0 && !text.startsWith(sorted[open.at(-1) ?? 0] ?? '')) open.pop();
    const outer = open.at(-1);
    open.push(place);
    return outer;
  });
}

/** A number for the first four characters. */
function headOf(text: string, start: number): number {
  let head = 0;
  for (let at = start; at < start + headLength; at++) head = Math.imul(head, 31) + text.charCodeAt(at);
  return Math.imul(head, 0x9e3779b1) >>> (32 - headBits);
}

function byUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
