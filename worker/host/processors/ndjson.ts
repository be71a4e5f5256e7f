import { stampMember, stampName } from '../../shared/stamp.ts';
import { FileFault } from '../file-fault.ts';
import { createJsonScanner } from './json-scanner.ts';
import type { Processor, Source } from './processor.ts';

/**
 * One JSON document in each line (ndjson.org, jsonlines.org). The stamp is spliced in after the root brace of each
 * line that is an object; every other byte passes as it is, blank lines, CRLF and a last line without an end too.
 * An empty file has no line and passes. What was written before a fault is found is the caller's to throw away.
 */
export const ndjson: Processor = { suffixes: ['.ndjson', '.jsonl'], process };

/**
 * Whether a comma follows the stamp is known at the next byte that is no whitespace. So much whitespace is held back
 * until then; behind more of it the comma stands directly before the first key.
 */
export const maxGapBytes = 4096;

/** Output is gathered into buffers of about this size, however short the lines are. */
const pieceBytes = 256 * 1024;

/** Bytes that come into the output at an offset of the file. */
interface Insert {
  readonly at: number;
  readonly bytes: Buffer;
}

async function* process(source: Source): AsyncGenerator<Buffer> {
  const stamper = createStamper(stampMember(source.key, source.sha256));
  for await (const chunk of source.open()) yield* stamper.write(chunk);
  stamper.end();
}

function createStamper(stamp: string) {
  const member = Buffer.from(stamp);
  const memberAndComma = Buffer.from(`${stamp},`);
  const comma = Buffer.from(',');
  let inserts: Insert[] = [];
  /** Offset of the first byte that is not yet written, and the bytes from there on that came before this chunk. */
  let start = 0;
  let held: Buffer = Buffer.alloc(0);
  /** Offset after the brace of a root whose first member is not yet seen. */
  let body: number | undefined;

  const scanner = createJsonScanner('lines', {
    openRoot(bodyStart) {
      body = bodyStart;
    },
    enterRoot(at, isEmpty) {
      const bodyStart = body ?? at;
      const isNear = at - bodyStart <= maxGapBytes;
      // A body that starts before `start` has its stamp already.
      if (bodyStart >= start) {
        inserts.push({ at: bodyStart, bytes: isNear && !isEmpty ? memberAndComma : member });
      }
      if (!isNear && !isEmpty) inserts.push({ at, bytes: comma });
      body = undefined;
    },
    meetStamp(place) {
      throw new FileFault('already-stamped', `the line's object already has a member ${stampName}`, place);
    },
  });

  return {
    *write(chunk: Buffer): Generator<Buffer> {
      scanner.write(chunk);
      const ready = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const end = start + ready.length;
      let cut = end;
      if (body !== undefined && body >= start) {
        if (end - body <= maxGapBytes) cut = body;
        else inserts.push({ at: body, bytes: member });
      }
      yield* splice(ready.subarray(0, cut - start), start, inserts);
      held = ready.subarray(cut - start);
      start = cut;
      inserts = [];
    },

    end(): void {
      scanner.end();
    },
  };
}

/** Puts inserts into bytes that begin at the offset `start`. */
function* splice(bytes: Buffer, start: number, inserts: readonly Insert[]): Generator<Buffer> {
  if (inserts.length === 0) {
    yield bytes;
    return;
  }
  let piece = Buffer.allocUnsafe(0);
  let used = 0;
  let from = 0;
  for (const insert of [...inserts, { at: start + bytes.length, bytes: Buffer.alloc(0) }]) {
    const to = insert.at - start;
    const length = to - from + insert.bytes.length;
    if (used + length > piece.length) {
      if (used > 0) yield piece.subarray(0, used);
      piece = Buffer.allocUnsafe(Math.max(pieceBytes, length));
      used = 0;
    }
    used += bytes.copy(piece, used, from, to);
    used += insert.bytes.copy(piece, used);
    from = to;
  }
  if (used > 0) yield piece.subarray(0, used);
}
