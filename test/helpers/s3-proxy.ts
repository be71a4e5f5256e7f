import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** One request that a program sent to the emulator. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
}

/**
 * What to do with a request: `pass` it on, `lose` the answer after the emulator has acted, or answer nothing at all
 * (`drop`). A promise holds the request back until it settles.
 */
export type Decide = (seen: SeenRequest) => Promise<Verdict> | Verdict;
export type Verdict = 'pass' | 'lose' | 'drop';

export interface S3Proxy {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
}

/** A proxy before the emulator that records every request and can hold, lose or drop some. */
export async function startS3Proxy(
  test: { teardown(stop: () => void): void },
  target: string,
  decide: Decide = () => 'pass',
): Promise<S3Proxy> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (incoming, answer) => {
    const call = { method: incoming.method ?? '', url: incoming.url ?? '' };
    seen.push(call);
    const verdict = await decide(call);
    if (verdict === 'drop') answer.destroy();
    else forward({ incoming, answer, target, isLost: verdict === 'lose' });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  test.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { endpoint: `http://127.0.0.1:${port}`, seen };
}

/** Whether a request is a LIST of a bucket. */
export function isList({ method, url }: SeenRequest): boolean {
  return method === 'GET' && url.includes('list-type=2');
}

function forward(input: {
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  readonly target: string;
  readonly isLost: boolean;
}): void {
  const { incoming, answer, target, isLost } = input;
  const { method, headers, url = '' } = incoming;
  const onward = request(target + url, { method, headers }, reply => {
    if (isLost) {
      reply.resume();
      reply.once('end', () => answer.destroy());
      return;
    }
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
  });
  onward.once('error', () => answer.destroy());
  incoming.pipe(onward);
}
