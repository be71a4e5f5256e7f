import { FileFault } from '../file-fault.ts';

const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;

/** Where in a record the scanner stands; `closed` is after a closing quote, `closedCr` after its CR. */
type Position = 'start' | 'plain' | 'quoted' | 'closed' | 'closedCr';

/**
 * Checks delimited text that arrives in chunks, in memory that does not grow with it. Records end with LF or CRLF,
 * fields may be quoted with `"` (RFC 4180), a quote inside an unquoted field is an ordinary character as for
 * Python, Spark and DuckDB, blank lines are skipped, and each record has as many fields as the first.
 * Only ASCII bytes have a meaning, so any encoding that contains ASCII passes unchanged; a NUL byte refuses the
 * file, because it is then binary or UTF-16.
 */
export function createCsvScanner(delimiter: number, firstByte = 0) {
  const isPlain = new Uint8Array(256).fill(1);
  for (const byte of [0, newline, delimiter]) isPlain[byte] = 0;
  let position: Position = 'start';
  let offset = firstByte;
  let record = 1;
  let recordStart = firstByte;
  let fields = 1;
  let expected: number | undefined;
  let isBlank = true;

  function refuse(detail: string, byte: number): never {
    throw new FileFault('invalid-csv', detail, { byte, record });
  }

  function endRecord(at: number): void {
    if (!isBlank) {
      expected ??= fields;
      if (fields !== expected)
        refuse(`expected ${expected} fields as in the first record, got ${fields}`, recordStart);
      record += 1;
    }
    recordStart = at + 1;
    fields = 1;
    isBlank = true;
    position = 'start';
  }

  function endField(): void {
    fields += 1;
    isBlank = false;
    position = 'start';
  }

  function afterQuote(byte: number, at: number): void {
    if (byte === newline) endRecord(at);
    else if (position === 'closed' && byte === quote) position = 'quoted';
    else if (position === 'closed' && byte === delimiter) endField();
    else if (position === 'closed' && byte === carriageReturn) position = 'closedCr';
    else refuse('expected a delimiter or the end of the record after a closing quote', at);
  }

  function step(byte: number, at: number): void {
    if (position === 'closed' || position === 'closedCr') afterQuote(byte, at);
    else if (byte === newline) endRecord(at);
    else if (byte === delimiter) endField();
    else if (byte === 0) refuse('expected text, got a NUL byte (binary or UTF-16)', at);
    else {
      position = byte === quote && position === 'start' ? 'quoted' : 'plain';
      isBlank &&= byte === carriageReturn;
    }
  }

  /** The next byte that means something inside a quoted field. */
  function skipQuoted(chunk: Buffer, from: number): number {
    const end = chunk.indexOf(quote, from);
    const stop = end === -1 ? chunk.length : end;
    const nul = chunk.subarray(from, stop).indexOf(0);
    if (nul !== -1) refuse('expected text, got a NUL byte (binary or UTF-16)', offset + from + nul);
    if (end !== -1) position = 'closed';
    return stop;
  }

  /** The next byte that means something inside an unquoted field. */
  function skipPlain(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && isPlain[chunk[at] ?? 0] === 1) at += 1;
    return at;
  }

  return {
    write(chunk: Buffer): void {
      for (let at = 0; at < chunk.length; at += 1) {
        if (position === 'quoted') {
          at = skipQuoted(chunk, at);
          continue;
        }
        if (position === 'plain' && !isBlank) at = skipPlain(chunk, at);
        if (at < chunk.length) step(chunk[at] ?? 0, offset + at);
      }
      offset += chunk.length;
    },

    end(): void {
      if (position === 'quoted') refuse('a quoted field never ends', recordStart);
      endRecord(offset);
      if (expected === undefined) refuse('expected at least one record, got none', 0);
    },

    /** Fields of the first record, once it is complete. */
    get fields(): number | undefined {
      return expected;
    },
  };
}
