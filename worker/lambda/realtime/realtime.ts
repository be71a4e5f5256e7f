import { nextPollTime } from './answer.ts';
import { buildBatches, selectNew } from './events.ts';
import { type AskEvents, type Pages, readPages } from './pages.ts';
import type { RealtimeSettings } from './settings.ts';
import { type PollState, parseState, rememberIds, stateKey } from './state.ts';

/** The raw bucket, as far as the function needs it. */
export interface RawStore {
  /** The text of an object, or nothing when there is none. */
  readonly read: (key: string) => Promise<string | undefined>;
  /** Writes one object whole or not at all. */
  readonly write: (object: { key: string; body: Uint8Array; contentType: string }) => Promise<void>;
}

export interface PollResult {
  /**
   * `waiting`: the API was not asked, as it asked for more time. `refused`: it did not answer, or not every page;
   * what it gave before is written.
   */
  readonly outcome: 'written' | 'unchanged' | 'waiting' | 'refused';
  readonly events: number;
  readonly keys: readonly string[];
  /** ISO time before which the API is not asked again. */
  readonly until: string | null;
}

/**
 * Brings the events that are new since the last poll into the raw bucket, at least once each: they are written
 * before the state that makes them known, so that a poll that is cut off is done again.
 * @throws Error naming the address, when a page is not answered, or by anything but events; the pages before it are
 * written then
 */
export async function pollEvents(input: {
  readonly settings: RealtimeSettings;
  readonly now: Date;
  readonly ask: AskEvents;
  readonly store: RawStore;
}): Promise<PollResult> {
  const { settings, now, ask, store } = input;
  const state = parseState(await store.read(stateKey));
  if (state.notBefore !== null && now < new Date(state.notBefore))
    return { outcome: 'waiting', events: 0, keys: [], until: state.notBefore };

  const known = new Set(state.ids);
  const { eventsUrl } = settings;
  const pages = await readPages({ eventsUrl, etag: state.etag, isKnown: id => known.has(id), ask });
  const batches = buildBatches(selectNew(pages.events, known));
  for (const { key, body } of batches) await store.write({ key, body, contentType: 'application/gzip' });
  const next = nextState(state, pages, now);
  if (next !== undefined) {
    const body = Buffer.from(`${JSON.stringify(next)}\n`);
    await store.write({ key: stateKey, body, contentType: 'application/json' });
  }
  if (pages.end.kind === 'failed') throw pages.end.fault;
  return {
    outcome: pages.end.kind === 'refused' ? 'refused' : batches.length > 0 ? 'written' : 'unchanged',
    events: batches.reduce((sum, { count }) => sum + count, 0),
    keys: batches.map(({ key }) => key),
    until: next?.notBefore ?? null,
  };
}

/**
 * What is to be remembered, or nothing where that is what is remembered already. The events of a poll that did not get
 * to its end are not among it: known, they would end the next poll before what lies behind them.
 */
function nextState(state: PollState, { events, answers, end }: Pages, now: Date): PollState | undefined {
  const refusals = end.kind === 'refused' ? state.refusals : undefined;
  const until = nextPollTime({ answers, now, refusals });
  const next = { ...state, notBefore: until?.toISOString() ?? null };
  switch (end.kind) {
    case 'whole': {
      const ids = rememberIds(
        events.map(({ id }) => id),
        state.ids,
      );
      return { ...next, etag: answers[0]?.header('etag') ?? null, ids, refusals: 0 };
    }
    case 'unchanged':
      return until === undefined && state.refusals === 0 ? undefined : { ...next, refusals: 0 };
    case 'refused':
      return { ...next, refusals: state.refusals + 1 };
    case 'failed':
      return until === undefined ? undefined : next;
  }
}
