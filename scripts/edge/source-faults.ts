/** What the local source server may do wrong where a test asks for it; a deploy never does. */
import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/**
 * - `answer`: this answer instead of the right one, such as a rate limit or a redirect
 * - `truncated`, `trailing-garbage`, `trailing-zeros`, `wrong-line`, `foreign-line` (no UTF-8): the body is damaged
 *   before it is sent
 * - `cut-off`: the connection ends in the middle of the body; `stalled`: it falls silent there
 * - `slow`: the body comes in pieces
 * - `large`: an hour of at least so many compressed bytes, always the same ones
 */
export type SourceFault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: OutgoingHttpHeaders;
      readonly body?: string;
    }
  | {
      readonly kind:
        | 'truncated'
        | 'trailing-garbage'
        | 'trailing-zeros'
        | 'wrong-line'
        | 'foreign-line'
        | 'cut-off'
        | 'stalled';
    }
  | { readonly kind: 'slow'; readonly pieces: number; readonly everyMs: number }
  | { readonly kind: 'large'; readonly bytes: number };

/** The fault of a request, by its path and query; none leaves it as it is. */
export type FindFault = (path: string) => SourceFault | undefined;

export type SourceAnswer = {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
};

/** Sends an answer, with its fault where there is one. */
export async function sendAnswer(
  response: ServerResponse,
  right: SourceAnswer,
  fault: SourceFault | undefined,
): Promise<void> {
  if (fault?.kind === 'large') return sendLarge(response, fault.bytes);
  const { status, headers, body } = damage(right, fault);
  response.writeHead(status, { 'content-length': body.length, ...headers });
  if (fault?.kind === 'cut-off' || fault?.kind === 'stalled') {
    response.write(body.subarray(0, body.length / 2), () => {
      if (fault.kind === 'cut-off') response.destroy();
    });
    return;
  }
  if (fault?.kind === 'slow') await sendSlowly(response, body, fault);
  else response.end(body);
}

function damage(right: SourceAnswer, fault: SourceFault | undefined): SourceAnswer {
  const { body } = right;
  switch (fault?.kind) {
    case 'answer':
      return { status: fault.status, headers: fault.headers ?? {}, body: Buffer.from(fault.body ?? '') };
    case 'truncated':
      return { ...right, body: body.subarray(0, -4) };
    case 'trailing-garbage':
      return { ...right, body: Buffer.concat([body, Buffer.from('garbage')]) };
    case 'trailing-zeros':
      return { ...right, body: Buffer.concat([body, Buffer.alloc(1_000_000)]) };
    case 'wrong-line':
      return { ...right, body: Buffer.concat([body, gzipSync('{"id":\n')]) };
    case 'foreign-line':
      return {
        ...right,
        body: Buffer.concat([body, gzipSync(Buffer.from('{"name":"zo\xeb"}\n', 'latin1'))]),
      };
    default:
      return right;
  }
}

async function sendSlowly(
  response: ServerResponse,
  body: Buffer,
  { pieces, everyMs }: { readonly pieces: number; readonly everyMs: number },
): Promise<void> {
  const size = Math.ceil(body.length / pieces);
  for (let from = 0; from < body.length && !response.destroyed; from += size) {
    response.write(body.subarray(from, from + size));
    await sleep(everyMs);
  }
  response.end();
}

/** Many members of gzip, which together are one file of gzip. */
async function sendLarge(response: ServerResponse, bytes: number): Promise<void> {
  const member = buildMember();
  const count = Math.ceil(bytes / member.length);
  response.writeHead(200, { 'content-length': count * member.length });
  const members = Readable.from(Array.from({ length: count }, () => member));
  await pipeline(members, response).catch(() => {}); // whoever reads it may have had enough
}

/** Events of the size that GitHub's have, some ten times as large as their compressed bytes. */
function buildMember(): Buffer {
  const hex = (seed: string) => createHash('sha256').update(seed).digest('hex');
  const lines = Array.from({ length: 4000 }, (_, at) => {
    const commits = Array.from({ length: 1 + (at % 7) }, (_, commit) => ({
      sha: hex(`${at} ${commit}`).slice(24),
      author: { email: `${hex(`${at}`).slice(0, 12)}@users.noreply.github.com`, name: 'Zoë 智子' },
      message: 'Let the water run\n\nIt stood still since the gate was moved.',
      distinct: true,
      url: `https://api.github.com/repos/ada/sluice/commits/${hex(`${at} ${commit}`).slice(24)}`,
    }));
    const body = at % 7 === 3 ? 'It "stands" still, and nobody knows why. '.repeat(40) : null;
    const payload = { ref: 'refs/heads/main', head: hex(`head ${at}`).slice(24), commits, body };
    return `${JSON.stringify({ id: `${30_000_000_000 + at}`, type: 'PushEvent', payload, public: true, created_at: '2026-01-01T00:00:00Z' })}\n`;
  });
  return gzipSync(lines.join(''));
}
