import { gzipSync } from 'node:zlib';

/** An event as the API gave it, with what its place in the lake depends on. */
export interface GithubEvent {
  /** Digits. */
  readonly id: string;
  readonly createdAt: Date;
  readonly value: unknown;
}

/** One object to be written. */
export interface Batch {
  readonly key: string;
  /** gzip of one JSON object a line. */
  readonly body: Buffer;
  readonly count: number;
}

/**
 * Reads the body of an answer: a JSON array of events.
 * @throws Error naming the first entry that is no event
 */
export function parseEvents(body: string): readonly GithubEvent[] {
  const list: unknown = JSON.parse(body);
  if (!Array.isArray(list)) throw new Error(`expected a list of events, got ${quoteStart(list)}`);
  return list.map((value: unknown, at) => {
    const fault = (what: string) => new Error(`event ${at + 1}: expected ${what}, got ${quoteStart(value)}`);
    if (typeof value !== 'object' || value === null) throw fault('a JSON object');
    const { id, created_at: created } = value as { id?: unknown; created_at?: unknown };
    if (typeof id !== 'string' || !/^\d+$/.test(id)) throw fault('an id of digits');
    const createdAt = new Date(typeof created === 'string' ? created : Number.NaN);
    if (Number.isNaN(createdAt.getTime())) throw fault('a time in created_at');
    return { id, createdAt, value };
  });
}

/** The events that are not known yet, each once. */
export function selectNew(
  events: readonly GithubEvent[],
  knownIds: Iterable<string>,
): readonly GithubEvent[] {
  const seen = new Set(knownIds);
  return events.filter(({ id }) => {
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

/** One batch for each hour that events were made in. The same events give the same keys and bytes. */
export function buildBatches(events: readonly GithubEvent[]): readonly Batch[] {
  const byHour = new Map<string, GithubEvent[]>();
  for (const event of [...events].sort(compareIds)) {
    const folder = hourFolder(event.createdAt);
    byHour.set(folder, [...(byHour.get(folder) ?? []), event]);
  }
  return [...byHour].map(([folder, inOrder]) => ({
    key: `github/events/${folder}/${inOrder[0]?.id}-${inOrder.at(-1)?.id}.json.gz`,
    body: gzipSync(inOrder.map(({ value }) => `${JSON.stringify(value)}\n`).join('')),
    count: inOrder.length,
  }));
}

function hourFolder(time: Date): string {
  const iso = time.toISOString();
  return `dt=${iso.slice(0, 10)}/hour=${iso.slice(11, 13)}`;
}

/** By value: ids are numbers too large for a number to be relied on. */
function compareIds({ id: a }: GithubEvent, { id: b }: GithubEvent): number {
  return a.length - b.length || (a < b ? -1 : 1);
}

function quoteStart(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
