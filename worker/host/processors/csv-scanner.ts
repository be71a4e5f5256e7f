import { FileFault } from '../file-fault.ts';

const quote = 0x22;
const newline = 0x0a;
const carriageReturn = 0x0d;

/** What a byte of an unquoted field means; everything else is 0. */
const meaning = { delimiter: 1, newline: 2, carriageReturn: 3, quote: 4, nul: 5 } as const;

/** Where in a record the scanner stands; `closed` is after a closing quote, `cr` after the CR of a record's end. */
type Position = 'start' | 'plain' | 'quoted' | 'closed' | 'cr';

/**
 * Checks delimited text that arrives in chunks, in memory that does not grow with it. Records end with LF or CRLF,
 * fields may be quoted with `"` (RFC 4180), a quote inside an unquoted field is an ordinary character as for
 * Python, Spark and DuckDB, blank lines are skipped, and each record has as many fields as the first. A CR outside
 * quotes that ends no record is refused, because some readers end one there and others do not.
 * Only ASCII bytes have a meaning, so any encoding that contains ASCII passes unchanged; a NUL byte refuses the
 * file, because it is then binary or UTF-16.
 * @param delimiter the ASCII code of any character but a quote, CR, LF and NUL
 * @param firstByte offset in the file of the first byte that is written
 */
export function createCsvScanner(delimiter: number, firstByte = 0) {
  const meanings = new Uint8Array(256);
  meanings[0] = meaning.nul;
  meanings[newline] = meaning.newline;
  meanings[carriageReturn] = meaning.carriageReturn;
  meanings[quote] = meaning.quote;
  meanings[delimiter] = meaning.delimiter;
  let position: Position = 'start';
  let offset = firstByte;
  let record = 1;
  let recordStart = firstByte;
  let fields = 1;
  let expected: number | undefined;

  function refuse(detail: string, byte: number): never {
    throw new FileFault('invalid-csv', detail, { byte, record });
  }

  /** A record whose text ends before the offset `end` and whose line end, if any, ends before `next`. */
  function endRecord(end: number, next: number): void {
    if (end > recordStart) {
      expected ??= fields;
      if (fields !== expected)
        refuse(`expected ${expected} fields as in the first record, got ${fields}`, recordStart);
      record += 1;
    }
    recordStart = next;
    fields = 1;
    position = 'start';
  }

  /** Reads unquoted fields up to a quote that opens one, or a CR; returns where to go on. */
  function readPlain(chunk: Buffer, from: number): number {
    // Local, as the loop would else look them up for each byte.
    const table = meanings;
    const { delimiter: isDelimiter, newline: isNewline } = meaning;
    let fieldStart = position === 'start' ? from : -1;
    for (let at = from; at < chunk.length; at += 1) {
      const next = table[chunk[at] ?? 0] ?? 0;
      if (next === 0) continue;
      if (next === isDelimiter) {
        fields += 1;
        fieldStart = at + 1;
      } else if (next === isNewline) {
        endRecord(offset + at, offset + at + 1);
        fieldStart = at + 1;
      } else if (next === meaning.carriageReturn) {
        position = 'cr';
        return at + 1;
      } else if (next === meaning.nul) {
        refuseNul(offset + at);
      } else if (at === fieldStart) {
        position = 'quoted';
        return at + 1;
      }
    }
    position = fieldStart === chunk.length ? 'start' : 'plain';
    return chunk.length;
  }

  /** Reads a quoted field up to its closing quote, and over doubled ones; returns where to go on. */
  function readQuoted(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (byte > quote) continue;
      if (byte === 0) refuseNul(offset + at);
      if (byte !== quote) continue;
      position = 'closed';
      return at + 1;
    }
    return chunk.length;
  }

  function afterQuote(byte: number, at: number): void {
    if (byte === quote) position = 'quoted';
    else if (byte === newline) endRecord(at, at + 1);
    else if (byte === carriageReturn) position = 'cr';
    else if (byte !== delimiter) refuse('expected a delimiter or a line end after a closing quote', at);
    else {
      fields += 1;
      position = 'start';
    }
  }

  function afterReturn(byte: number, at: number): void {
    if (byte !== newline) refuse('expected a line feed after a carriage return', at);
    endRecord(at - 1, at + 1);
  }

  function refuseNul(at: number): never {
    refuse('expected text, got a NUL byte (binary or UTF-16)', at);
  }

  return {
    write(chunk: Buffer): void {
      for (let at = 0; at < chunk.length; ) {
        if (position === 'start' || position === 'plain') at = readPlain(chunk, at);
        else if (position === 'quoted') at = readQuoted(chunk, at);
        else {
          if (position === 'closed') afterQuote(chunk[at] ?? 0, offset + at);
          else afterReturn(chunk[at] ?? 0, offset + at);
          at += 1;
        }
      }
      offset += chunk.length;
    },

    end(): void {
      if (position === 'quoted') refuse('a quoted field never ends', recordStart);
      endRecord(position === 'cr' ? offset - 1 : offset, offset);
      if (expected === undefined) refuse('expected at least one record, got none', 0);
    },

    /** Fields of the first record; those seen so far while it goes on. */
    get fields(): number {
      return expected ?? fields;
    },
  };
}
