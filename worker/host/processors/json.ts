import { stampMember, stampName } from '../../shared/stamp.ts';
import { FileFault } from '../file-fault.ts';
import { createJsonScanner, type JsonShape } from './json-scanner.ts';
import type { Processor, Source } from './processor.ts';

/**
 * A single JSON document. It is checked from end to end first, then copied with the stamp spliced in after the
 * root brace: no byte of the document is ever written anew, so 1.0, big integers and repeated keys survive.
 */
export const json: Processor = { suffixes: ['.json'], process };

async function* process(source: Source): AsyncGenerator<Buffer> {
  const shape = await scan(source);
  if (shape.root !== 'object') {
    yield* source.open();
    return;
  }
  if (shape.isStamped) {
    throw new FileFault('already-stamped', `the root object already has a member ${stampName}`);
  }
  const member = stampMember(source.key, source.sha256);
  yield* splice(source.open(), shape.bodyStart, Buffer.from(shape.isEmpty ? member : `${member},`));
}

async function scan(source: Source): Promise<JsonShape> {
  const scanner = createJsonScanner();
  for await (const chunk of source.open()) scanner.write(chunk);
  return scanner.end();
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
