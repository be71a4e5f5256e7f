import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type FindFault, type SourceAnswer, sendAnswer } from './source-faults.ts';

/**
 * The local stand-in for the GitHub archive, https://data.gharchive.org/YYYY-MM-DD-H.json.gz, and for the newest
 * public events, https://api.github.com/events. An hour always has the same bytes, so that a second download can be
 * compared with the first, and holds the very events that were the newest in it.
 * Program: `node --import tsx scripts/edge/source-server.ts PORT`, on loopback only, ends on TERM.
 */

const firstYear = 2015;
const eventsPerHour = 200;
const msPerHour = 3_600_000;
const msPerEvent = msPerHour / eventsPerHour;
/** As https://docs.github.com/rest/activity/events has it. */
const pollIntervalSeconds = 60;
const defaultPageSize = 30;
const largestPageSize = 100;
const shownEvents = 300;
const types = [
  'PushEvent',
  'WatchEvent',
  'PullRequestEvent',
  'IssuesEvent',
  'ForkEvent',
  'CreateEvent',
] as const;
const people = ['ada', 'grace', 'edsger', 'barbara', 'donald', 'margaret', 'zoë', '智子'] as const;
const repositories = ['wheel', 'sluice', 'hopper', 'millstone', 'grain-elevator', 'tail-race'] as const;

/**
 * Serves on 127.0.0.1 once the promise resolves; port 0 takes a free one.
 * @param input.findFault what goes wrong, for tests
 */
export function startSourceServer(
  port: number,
  input: { readonly now?: () => Date; readonly findFault?: FindFault } = {},
): Promise<Server> {
  const { now = () => new Date(), findFault = () => undefined } = input;
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    void sendAnswer(response, answer(url, headers, now()), findFault(url));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** The archive of one hour: gzip of one JSON object a line. */
export function buildArchive(start: Date): Buffer {
  const lines = Array.from(
    { length: eventsPerHour },
    (_, at) => `${JSON.stringify(buildEvent(start, at))}\n`,
  );
  return gzipSync(lines.join(''));
}

/** The newest events but some, newest first, among those that the archives hold once their hours have ended. */
export function latestEvents(now: Date, count: number, skipped = 0): readonly object[] {
  const newest = Math.floor(now.getTime() / msPerEvent) - skipped;
  return Array.from({ length: count }, (_, back) => {
    const event = newest - back;
    const at = event % eventsPerHour;
    return buildEvent(new Date((event - at) * msPerEvent), at);
  });
}

function answer(path: string, headers: IncomingHttpHeaders, now: Date): SourceAnswer {
  if (path === '/events' || path.startsWith('/events?')) return answerEvents(path, headers, now);
  const body = findBody(path, now);
  return { status: body === undefined ? 404 : 200, headers: {}, body: body ?? Buffer.alloc(0) };
}

function findBody(path: string, now: Date): Buffer | undefined {
  if (path === '/health') return Buffer.from('ok\n');
  const start = parseHour(path);
  if (start === undefined || start.getUTCFullYear() < firstYear) return undefined;
  return start.getTime() + msPerHour <= now.getTime() ? buildArchive(start) : undefined;
}

function answerEvents(path: string, headers: IncomingHttpHeaders, now: Date): SourceAnswer {
  const query = new URLSearchParams(path.slice('/events'.length));
  const size = Math.min(readCount(query.get('per_page')) ?? defaultPageSize, largestPageSize);
  const page = readCount(query.get('page')) ?? 1;
  if (page * size > shownEvents) return { status: 422, headers: {}, body: Buffer.from('{}') };
  const body = Buffer.from(JSON.stringify(latestEvents(now, size, (page - 1) * size)));
  const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`;
  const common = { etag, 'x-poll-interval': pollIntervalSeconds };
  if (headers['if-none-match'] === etag) return { status: 304, headers: common, body: Buffer.alloc(0) };
  return { status: 200, headers: { ...common, 'content-type': 'application/json; charset=utf-8' }, body };
}

function readCount(text: string | null): number | undefined {
  return /^[1-9]\d{0,3}$/.test(text ?? '') ? Number(text) : undefined;
}

/** The hour that a path names; no leading zero, no day that the calendar does not have. */
function parseHour(path: string): Date | undefined {
  const match = /^\/(\d{4}-\d{2}-\d{2})-(\d|1\d|2[0-3])\.json\.gz$/.exec(path);
  if (match === null) return undefined;
  const [, date = '', hour = ''] = match;
  const start = new Date(`${date}T${hour.padStart(2, '0')}:00:00Z`);
  return Number.isNaN(start.getTime()) || !start.toISOString().startsWith(date) ? undefined : start;
}

function buildEvent(start: Date, at: number) {
  const draw = drawFrom(`${start.toISOString()} ${at}`);
  const type = draw(types);
  const actor = draw(people);
  const owner = draw(people);
  const repository = draw(repositories);
  const created = new Date(start.getTime() + at * msPerEvent);
  return {
    id: String(20_000_000_000 + (start.getTime() / msPerHour) * eventsPerHour + at),
    type,
    actor: { id: 1000 + people.indexOf(actor), login: actor, url: `https://api.github.com/users/${actor}` },
    repo: {
      id: 5000 + people.indexOf(owner) * repositories.length + repositories.indexOf(repository),
      name: `${owner}/${repository}`,
      url: `https://api.github.com/repos/${owner}/${repository}`,
    },
    payload: buildPayload(type, draw),
    public: true,
    created_at: created.toISOString().replace('.000Z', 'Z'),
  };
}

function buildPayload(type: (typeof types)[number], draw: Draw): object {
  switch (type) {
    case 'PushEvent':
      return { ref: 'refs/heads/main', size: draw([1, 2, 3]), distinct_size: 1 };
    case 'WatchEvent':
      return { action: 'started' };
    case 'PullRequestEvent':
      return { action: draw(['opened', 'closed']), number: draw([7, 42, 108]) };
    case 'IssuesEvent':
      return { action: draw(['opened', 'closed', 'reopened']), issue: { number: draw([3, 9, 27]) } };
    case 'ForkEvent':
      return { forkee: { private: false, fork: true } };
    case 'CreateEvent':
      return { ref: draw(['main', 'v1.0', 'feature/water']), ref_type: draw(['branch', 'tag']) };
  }
}

type Draw = <T>(choices: readonly [T, ...T[]]) => T;

/** Draws that depend on the seed alone. */
function drawFrom(seed: string): Draw {
  const bytes = createHash('sha256').update(seed).digest();
  let next = 0;
  return choices => {
    const byte = bytes[next] ?? 0;
    next = (next + 1) % bytes.length;
    return choices[byte % choices.length] ?? choices[0];
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const server = await startSourceServer(Number(process.argv[2]));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.close();
      server.closeAllConnections();
    });
  }
}
