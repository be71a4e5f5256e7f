import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';

/** One request that a program sent to the emulator. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
}

/** A request of the worker, by what it asks for. */
export interface StoreCall {
  readonly operation: 'list' | 'head' | 'get' | 'put' | 'delete' | 'other';
  /** Decoded; empty for a LIST. */
  readonly objectKey: string;
}

/**
 * What to do with a request.
 * - `pass` it on, `lose` the answer after the emulator has acted, or answer nothing at all (`drop`).
 * - `Stop`: let the exchange go so far and no further.
 * - `Answer`: answer in the emulator's stead, which never hears of the request.
 * - `Change`: change the emulator's answer, which is read whole for that.
 * - `Trickle`: pass the answer's body on slowly.
 *
 * A promise holds the request back until it settles.
 */
export type Decide = (seen: SeenRequest) => Promise<Verdict> | Verdict;
export type Verdict = 'pass' | 'lose' | 'drop' | Stop | Answer | Change | Trickle;

/** The points of an exchange at which the world may end; half of a body is at least nothing and never all of it. */
export type StopPoint = 'before' | 'mid-request' | 'after-effect' | 'mid-reply' | 'last-byte';

export interface Stop {
  readonly stopAt: StopPoint;
  /** `hold` keeps the connection open and silent, `reset` sends RST, `close` FIN. */
  readonly ending: 'hold' | 'reset' | 'close';
  /** Called when the exchange has come to the point. */
  reached?(): void;
}

export interface Answer {
  readonly status: number;
  /** S3's error code. */
  readonly code: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Change {
  /** Content-Length is set to the length of the body given back, unless its headers name another. */
  change(reply: Reply): Reply;
}

export interface Trickle {
  readonly bytes: number;
  readonly everyMs: number;
}

export interface S3Proxy {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
  /** Ends every connection; also done when the test ends. */
  close(): Promise<void>;
}

/** A proxy before the emulator that records every request and can do to each what a network or S3 might. */
export async function startS3Proxy(
  test: { teardown(stop: () => unknown): void },
  target: string,
  decide: Decide = () => 'pass',
): Promise<S3Proxy> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (incoming, answer) => {
    const call = { method: incoming.method ?? '', url: incoming.url ?? '' };
    seen.push(call);
    incoming.on('error', () => {}); // The worker was killed; `close` follows.
    actOn(await decide(call), { incoming, answer, target });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  test.teardown(close);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { endpoint: `http://127.0.0.1:${port}`, seen, close };
}

/** Whether a request is a LIST of a bucket. */
export function isList({ method, url }: SeenRequest): boolean {
  return method === 'GET' && url.includes('list-type=2');
}

/** Reads what a path-style request asks for. */
export function readCall(seen: SeenRequest): StoreCall {
  const [, objectKey = ''] = /^\/[^/?]+\/?([^?]*)/.exec(seen.url) ?? [];
  const operations = { HEAD: 'head', GET: 'get', PUT: 'put', DELETE: 'delete' } as const;
  const operation = isList(seen) ? 'list' : Object.entries(operations).find(([m]) => m === seen.method)?.[1];
  return { operation: operation ?? 'other', objectKey: decodeURIComponent(objectKey) };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  readonly target: string;
}

function actOn(verdict: Verdict, exchange: Exchange): void {
  if (verdict === 'pass') forward(exchange, reply => relay(reply, exchange.answer));
  else if (verdict === 'lose') stop({ stopAt: 'after-effect', ending: 'close' }, exchange);
  else if (verdict === 'drop') stop({ stopAt: 'before', ending: 'close' }, exchange);
  else if ('stopAt' in verdict) stop(verdict, exchange);
  else if ('status' in verdict) answerFor(verdict, exchange);
  else if ('change' in verdict) forward(exchange, reply => relayChanged(reply, exchange.answer, verdict));
  else forward(exchange, reply => relaySlowly(reply, exchange.answer, verdict));
}

function stop({ stopAt, ending, reached }: Stop, exchange: Exchange): void {
  const { answer } = exchange;
  const end = () => {
    reached?.();
    if (ending === 'reset') answer.socket?.resetAndDestroy();
    if (ending === 'close') answer.socket?.end();
  };
  if (stopAt === 'before') end();
  else if (stopAt === 'mid-request') forward(exchange, () => {}, end);
  else {
    forward(exchange, async reply => {
      const body = await readAll(reply);
      if (stopAt === 'after-effect') return end();
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      answer.flushHeaders();
      const length = stopAt === 'mid-reply' ? Math.floor(body.length / 2) : body.length - 1;
      answer.write(body.subarray(0, Math.max(0, length)), end);
    });
  }
}

/** Answers as S3 does: XML with a code, nothing for a HEAD. The request's body is read away first. */
function answerFor({ status, code }: Answer, { incoming, answer }: Exchange): void {
  incoming.resume();
  const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>by the test</Message></Error>`;
  incoming.once('end', () => {
    answer.writeHead(status, { 'content-type': 'application/xml' });
    answer.end(incoming.method === 'HEAD' ? undefined : xml);
  });
}

function relay(reply: IncomingMessage, answer: ServerResponse): void {
  answer.writeHead(reply.statusCode ?? 502, reply.headers);
  reply.pipe(answer);
}

async function relayChanged(
  reply: IncomingMessage,
  answer: ServerResponse,
  { change }: Change,
): Promise<void> {
  const { 'content-length': sent, 'transfer-encoding': _chunked, ...headers } = reply.headers;
  const body = await readAll(reply);
  const changed = change({ status: reply.statusCode ?? 502, headers, body });
  const isHead = answer.req.method === 'HEAD';
  answer.writeHead(changed.status, {
    'content-length': isHead ? (sent ?? '0') : String(changed.body.length),
    ...changed.headers,
  });
  answer.end(isHead ? undefined : changed.body);
}

async function relaySlowly(
  reply: IncomingMessage,
  answer: ServerResponse,
  { bytes, everyMs }: Trickle,
): Promise<void> {
  const body = await readAll(reply);
  answer.writeHead(reply.statusCode ?? 502, reply.headers);
  let sent = 0;
  const timer = setInterval(() => {
    const part = body.subarray(sent, sent + bytes);
    sent += part.length;
    if (sent < body.length) answer.write(part);
    else answer.end(part);
  }, everyMs);
  answer.once('close', () => clearInterval(timer));
}

/**
 * Passes a request on, as far as half of its body where `atHalf` is given. Whoever asked may be killed meanwhile;
 * then the emulator sees a request that breaks off, as S3 would.
 */
function forward(
  { incoming, answer, target }: Exchange,
  take: (reply: IncomingMessage) => void,
  atHalf?: () => void,
): void {
  const { method, url = '' } = incoming;
  const { expect: _continue, ...headers } = incoming.headers;
  const onward = request(target + url, { method, headers }, take);
  onward.once('error', () => answer.destroy());
  incoming.once('close', () => {
    if (!incoming.complete) onward.destroy();
  });
  if (atHalf === undefined) incoming.pipe(onward);
  else passHalf(incoming, onward, atHalf);
}

function passHalf(incoming: IncomingMessage, onward: ReturnType<typeof request>, atHalf: () => void): void {
  let left = Math.floor(Number(incoming.headers['content-length'] ?? 0) / 2);
  onward.flushHeaders();
  incoming.on('data', (chunk: Buffer) => {
    const part = chunk.subarray(0, left);
    left -= part.length;
    onward.write(part);
    if (left > 0) return;
    incoming.pause();
    incoming.removeAllListeners('data');
    atHalf();
  });
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
