import { stampMember, stampName } from '../../shared/stamp.ts';
import { FileFault } from '../file-fault.ts';
import { createJsonScanner } from './json-scanner.ts';
import type { Processor, Source } from './processor.ts';

/**
 * A single JSON document. It is checked from end to end first, then copied with the stamp spliced in after the
 * root brace: no byte of the document is ever written anew, so 1.0, big integers and repeated keys survive.
 */
export const json: Processor = { suffixes: ['.json'], process };

/** A root object; any other root passes as it is. */
interface Root {
  /** Offset of the byte after its brace. */
  readonly bodyStart: number;
  readonly isEmpty: boolean;
}

async function* process(source: Source): AsyncGenerator<Buffer> {
  const root = await findRoot(source);
  if (root === undefined) {
    yield* source.open();
    return;
  }
  const member = stampMember(source.key, source.sha256);
  yield* splice(source.open(), root.bodyStart, Buffer.from(root.isEmpty ? member : `${member},`));
}

async function findRoot(source: Source): Promise<Root | undefined> {
  let root: Root | undefined;
  let bodyStart = 0;
  let stampedAt: number | undefined;
  const scanner = createJsonScanner('document', {
    openRoot(start) {
      bodyStart = start;
    },
    enterRoot(_at, isEmpty) {
      root = { bodyStart, isEmpty };
    },
    meetStamp({ byte }) {
      stampedAt ??= byte;
    },
  });
  for await (const chunk of source.open()) scanner.write(chunk);
  scanner.end();
  if (stampedAt !== undefined) {
    const detail = `the root object already has a member ${stampName}`;
    throw new FileFault('already-stamped', detail, { byte: stampedAt });
  }
  return root;
}

async function* splice(chunks: AsyncIterable<Buffer>, at: number, insert: Buffer): AsyncGenerator<Buffer> {
  let offset = 0;
  for await (const chunk of chunks) {
    const cut = at - offset;
    offset += chunk.length;
    if (cut <= 0 || cut > chunk.length) {
      yield chunk;
      continue;
    }
    yield chunk.subarray(0, cut);
    yield insert;
    if (cut < chunk.length) yield chunk.subarray(cut);
  }
}
