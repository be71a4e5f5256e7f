import { createHash } from 'node:crypto';

/** A large body that is never whole in memory: a head, then one block of about a MiB again and again. */
export type Body = { readonly length: number; readonly chunks: () => Iterable<Buffer> };

const blockBytes = 1024 ** 2;

/** Bytes that no compression or deduplication can shorten within a block. */
export function binaryBody(bytes: number): Body {
  const parts = Array.from({ length: blockBytes / 32 }, (_, at) =>
    createHash('sha256').update(`${at}`).digest(),
  );
  return repeat(Buffer.alloc(0), Buffer.concat(parts), bytes);
}

/** Eight fields, numbers and words, one of them quoted because a comma or a quote stands in it; minimal quoting. */
export function csvBody(bytes: number): Body {
  const header = Buffer.from('id,time,actor,repository,type,amount,note,public\n');
  return repeat(header, linesOf(csvLine), bytes);
}

/** Flat objects with text and numbers and one nested object; no blanks, as Python's json module writes them. */
export function ndjsonBody(bytes: number): Body {
  return repeat(Buffer.alloc(0), linesOf(ndjsonLine), bytes);
}

/** The body with a member put first into each object. @param member without a comma */
export function stampedNdjsonBody(bytes: number, member: string): Body {
  const { length } = ndjsonBody(bytes);
  const block = linesOf(ndjsonLine);
  const stamped = Buffer.from(block.toString().replaceAll(/^\{/gm, () => `{${member},`));
  return repeat(Buffer.alloc(0), stamped, (length / block.length) * stamped.length);
}

/** Hexadecimal SHA-256. */
export function digestOf(body: Body): string {
  const hash = createHash('sha256');
  for (const chunk of body.chunks()) hash.update(chunk);
  return hash.digest('hex');
}

/** As many whole blocks as are at most `bytes`. */
function repeat(head: Buffer, block: Buffer, bytes: number): Body {
  const times = Math.floor((bytes - head.length) / block.length);
  return {
    length: head.length + times * block.length,
    *chunks() {
      if (head.length > 0) yield head;
      for (let time = 0; time < times; time += 1) yield block;
    },
  };
}

function linesOf(lineAt: (at: number) => string): Buffer {
  const lines: string[] = [];
  for (let at = 0, length = 0; length < blockBytes; at += 1) {
    const line = lineAt(at);
    lines.push(line);
    length += Buffer.byteLength(line);
  }
  return Buffer.from(lines.join(''));
}

function csvLine(at: number): string {
  const note = ['"first, second"', 'plain words', '"he said ""yes"", twice"', 'ünïcode'][at % 4];
  return `${at * 7919},2026-01-01T00:${String(at % 60).padStart(2, '0')}:00Z,user-${at % 977},group/project-${at % 331},PushEvent,${at % 1000}.25,${note},true\n`;
}

function ndjsonLine(at: number): string {
  const event = {
    id: at * 7919,
    time: `2026-01-01T00:${String(at % 60).padStart(2, '0')}:00Z`,
    actor: { login: `user-${at % 977}`, admin: at % 2 === 0 },
    repository: `group/project-${at % 331}`,
    type: 'PushEvent',
    amount: (at % 1000) + 0.25,
    note: ['first, second', 'plain words', 'he said "yes", twice', 'ünïcode'][at % 4],
  };
  return `${JSON.stringify(event)}\n`;
}
