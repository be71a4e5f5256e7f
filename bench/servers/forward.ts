import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';

// A connection that lies idle longer may be closed by the server just as it is used again.
const agent = new Agent({ keepAlive: true, timeout: 2_000 });

/**
 * Passes a request on as it came and its answer back, streaming both. A connection that breaks on one side is broken
 * on the other.
 * @param target http://HOST:PORT
 */
export function forward(incoming: IncomingMessage, answer: ServerResponse, target: string): void {
  // Node has answered `Expect: 100-continue` itself.
  const { expect: _, ...headers } = incoming.headers;
  const { method, url = '' } = incoming;
  const onward = request(target + url, { method, headers, agent }, reply => {
    answer.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(answer);
    reply.once('error', () => answer.destroy());
  });
  onward.once('error', () => answer.destroy());
  incoming.pipe(onward);
}
