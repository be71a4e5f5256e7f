import { createHash } from 'node:crypto';
import { stampMember } from './stamp.ts';

const whitespace = new Set([0x20, 0x09, 0x0a, 0x0d]);
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * What the worker makes of a valid JSON document, worked out on the whole document at once: a reference that
 * shares no code with the worker's streaming path, so that one proves the other. It validates nothing.
 * @param key the file's key without its folder, as in `input/<key>`
 * @param bytes the document
 */
export function stampedJson(key: string, bytes: Uint8Array): Buffer {
  const root = skipWhitespace(bytes, 0);
  if (bytes[root] !== openBrace) return Buffer.from(bytes);
  const body = root + 1;
  const comma = bytes[skipWhitespace(bytes, body)] === closeBrace ? '' : ',';
  const member = stampMember(key, createHash('sha256').update(bytes).digest('hex'));
  return Buffer.concat([bytes.subarray(0, body), Buffer.from(member + comma), bytes.subarray(body)]);
}

function skipWhitespace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (whitespace.has(bytes[at] ?? 0)) at += 1;
  return at;
}
