import { type Answer, isRateLimited, nextPollTime, retryTime } from './answer.ts';
import { buildBatches, type GithubEvent, parseEvents, selectNew } from './events.ts';
import type { RealtimeSettings } from './settings.ts';
import { type PollState, parseState, stateKey } from './state.ts';

/** Asks for the newest events; with the ETag of an answer, for nothing if they are still the same. */
export type AskEvents = (input: { readonly url: URL; readonly etag: string | null }) => Promise<Answer>;

/** The raw bucket, as far as the function needs it. */
export interface RawStore {
  /** The text of an object, or nothing when there is none. */
  readonly read: (key: string) => Promise<string | undefined>;
  /** Writes one object whole or not at all. */
  readonly write: (object: { key: string; body: Uint8Array; contentType: string }) => Promise<void>;
}

export type PollResult =
  | { readonly outcome: 'written'; readonly events: number; readonly keys: readonly string[] }
  /** Nothing new. */
  | { readonly outcome: 'unchanged' }
  /** The API asked for more time: it was not asked, or refused to answer. */
  | { readonly outcome: 'waiting' | 'refused'; readonly until: string };

const pageSize = '100';

/**
 * Brings the events that are new since the last poll into the raw bucket, at least once each: they are written
 * before the state that makes them known, so that a poll that is cut off is done again.
 * @throws Error naming the address, when the API does not answer, or answers anything but events
 */
export async function pollEvents(input: {
  readonly settings: RealtimeSettings;
  readonly now: Date;
  readonly ask: AskEvents;
  readonly store: RawStore;
}): Promise<PollResult> {
  const { now, ask, store } = input;
  const state = parseState(await store.read(stateKey));
  if (state.notBefore !== null && now < new Date(state.notBefore))
    return { outcome: 'waiting', until: state.notBefore };

  const url = new URL(input.settings.eventsUrl);
  url.searchParams.set('per_page', pageSize);
  const answer = await ask({ url, etag: state.etag }).catch(fault => throwNamed(url, fault));
  const remember = (next: PollState) => writeState(store, next);
  if (isRateLimited(answer)) {
    const until = retryTime(answer, now).toISOString();
    await remember({ ...state, notBefore: until });
    return { outcome: 'refused', until };
  }
  const notBefore = nextPollTime(answer, now)?.toISOString() ?? null;
  if (answer.status === 304) {
    if (notBefore !== null) await remember({ ...state, notBefore });
    return { outcome: 'unchanged' };
  }
  const events = readEvents(url, answer);
  const batches = buildBatches(selectNew(events, state.ids));
  for (const { key, body } of batches) await store.write({ key, body, contentType: 'application/gzip' });
  await remember({ etag: answer.header('etag'), ids: events.map(({ id }) => id), notBefore });
  if (batches.length === 0) return { outcome: 'unchanged' };
  return {
    outcome: 'written',
    events: batches.reduce((sum, { count }) => sum + count, 0),
    keys: batches.map(({ key }) => key),
  };
}

function readEvents(url: URL, answer: Answer): readonly GithubEvent[] {
  if (answer.status !== 200) throw new Error(`${url.href}: expected HTTP 200 or 304, got ${answer.status}`);
  try {
    return parseEvents(answer.body);
  } catch (fault) {
    return throwNamed(url, fault);
  }
}

/** A fetch says why it failed in its cause alone. */
function throwNamed(url: URL, fault: unknown): never {
  const reason = fault instanceof Error && fault.cause instanceof Error ? fault.cause : fault;
  const text = reason instanceof Error ? reason.message : String(reason);
  throw new Error(`${url.href}: ${text}`, { cause: fault });
}

async function writeState(store: RawStore, state: PollState): Promise<void> {
  const body = Buffer.from(`${JSON.stringify(state)}\n`);
  await store.write({ key: stateKey, body, contentType: 'application/json' });
}
