import { sha256 } from './keys.ts';
import { stampMember } from './stamp.ts';

const whitespace = new Set([0x20, 0x09, 0x0a, 0x0d]);
const openBrace = 0x7b;
const closeBrace = 0x7d;
const lineFeed = 0x0a;

/** In a line of NDJSON the comma behind the stamp is written after a gap that is longer than this. */
const longestGap = 4096;

/**
 * What the worker makes of a valid JSON document, worked out on the whole document at once: a reference that
 * shares no code with the worker's streaming path, so that one proves the other. It validates nothing.
 * @param key the file's key without its folder, as in `input/<key>`
 * @param bytes the document
 */
export function stampedJson(key: string, bytes: Uint8Array): Buffer {
  return stampDocument(memberOf(key, bytes), bytes, Number.POSITIVE_INFINITY);
}

/**
 * The same for NDJSON: every line that is an object has the stamp of the whole file.
 * @param key the file's key without its folder, as in `input/<key>`
 * @param bytes the file
 */
export function stampedNdjson(key: string, bytes: Uint8Array): Buffer {
  const member = memberOf(key, bytes);
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, from);
    const next = end === -1 ? bytes.length : end + 1;
    lines.push(stampDocument(member, bytes.subarray(from, next), longestGap));
    from = next;
  }
  return Buffer.concat(lines);
}

function memberOf(key: string, bytes: Uint8Array): string {
  return stampMember(key, sha256(bytes));
}

function stampDocument(member: string, bytes: Uint8Array, maxGap: number): Buffer {
  const root = skipWhitespace(bytes, 0);
  if (bytes[root] !== openBrace) return Buffer.from(bytes);
  const body = root + 1;
  const first = skipWhitespace(bytes, body);
  const comma = bytes[first] === closeBrace ? '' : ',';
  const isNear = first - body <= maxGap;
  return Buffer.concat([
    bytes.subarray(0, body),
    Buffer.from(member + (isNear ? comma : '')),
    bytes.subarray(body, first),
    Buffer.from(isNear ? '' : comma),
    bytes.subarray(first),
  ]);
}

function skipWhitespace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (whitespace.has(bytes[at] ?? 0)) at += 1;
  return at;
}
