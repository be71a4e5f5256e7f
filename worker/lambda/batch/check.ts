import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** No event of the archive comes near this; a longer line means that the file is something else. */
const maxLineBytes = 16 * 1024 * 1024;
const newline = 0x0a;

/**
 * Reads a gzip file of JSON objects, one a line, from end to end in bounded memory.
 * @returns the number of lines
 * @throws Error naming the first line that is no JSON object, or the fault of the compression
 */
export async function countEvents(path: string): Promise<number> {
  const file = createReadStream(path);
  const events = file.pipe(createGunzip());
  file.once('error', fault => events.destroy(fault));
  let count = 0;
  try {
    for await (const line of splitLines(events)) {
      count += 1;
      if (!isJsonObject(line))
        throw new Error(`line ${count}: expected a JSON object, got ${quoteStart(line)}`);
    }
  } finally {
    file.destroy();
  }
  if (count === 0) throw new Error('expected at least one event, got none');
  return count;
}

async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, end)]);
      parts = [];
      length = 0;
      from = end + 1;
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > maxLineBytes)
      throw new Error(`expected lines of at most ${maxLineBytes} bytes, got a longer one`);
  }
  if (length > 0) yield Buffer.concat(parts);
}

function isJsonObject(line: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(line.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function quoteStart(line: Buffer): string {
  return JSON.stringify(line.toString('utf8', 0, 60));
}
