import { isUtf8 } from 'node:buffer';

/** No event of the archive comes near this; a longer line means that the file is something else. */
const maxLineBytes = 16 * 1024 * 1024;
const newline = 0x0a;

/**
 * Reads JSON objects, one a line, in bounded memory. The last line may lack its end.
 * @returns the number of lines
 * @throws Error naming the first line that is no JSON object in UTF-8, or saying that there is none
 */
export async function countEvents(chunks: AsyncIterable<Buffer>): Promise<number> {
  let count = 0;
  let begun: Buffer[] = [];
  let begunLength = 0;
  for await (const chunk of chunks) {
    const first = chunk.indexOf(newline);
    const last = first === -1 ? -1 : chunk.lastIndexOf(newline);
    if (first !== -1 && begunLength > 0) {
      count = countLines(Buffer.concat([...begun, chunk.subarray(0, first)]), count);
    }
    const whole = begunLength > 0 ? first + 1 : 0;
    if (whole <= last) count = countLines(chunk.subarray(whole, last), count);
    if (first !== -1) [begun, begunLength] = [[], 0];
    if (last + 1 < chunk.length) begun.push(chunk.subarray(last + 1));
    begunLength += chunk.length - (last + 1);
    if (begunLength > maxLineBytes) {
      throw new Error(`line ${count + 1}: expected at most ${maxLineBytes} bytes, got more`);
    }
  }
  if (begunLength > 0) count = countLines(Buffer.concat(begun), count);
  if (count === 0) throw new Error('expected at least one event, got none');
  return count;
}

/**
 * Counts whole lines on from `count`. They are read as Latin-1, which is a copy and no decoding: whether a text is JSON
 * does not depend on how the characters of its strings are read, once the bytes are known to be UTF-8.
 */
function countLines(lines: Buffer, count: number): number {
  if (!isUtf8(lines)) return throwAtForeignLine(lines, count);
  let counted = count;
  for (let from = 0; from <= lines.length; ) {
    const found = lines.indexOf(newline, from);
    const end = found === -1 ? lines.length : found;
    counted += 1;
    if (!isJsonObject(lines.toString('latin1', from, end))) {
      throw lineError(counted, 'a JSON object', lines.subarray(from, end));
    }
    from = end + 1;
  }
  return counted;
}

function isJsonObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** A newline is no part of any other character, so each line is UTF-8 by itself or not. */
function throwAtForeignLine(lines: Buffer, count: number): never {
  let counted = count;
  for (let from = 0; ; ) {
    const found = lines.indexOf(newline, from);
    const line = lines.subarray(from, found === -1 ? lines.length : found);
    if (!isUtf8(line)) throw lineError(counted + 1, 'UTF-8', line);
    counted = countLines(line, counted);
    from = found + 1;
  }
}

function lineError(number: number, expected: string, line: Buffer): Error {
  return new Error(
    `line ${number}: expected ${expected}, got ${JSON.stringify(line.toString('utf8', 0, 60))}`,
  );
}
