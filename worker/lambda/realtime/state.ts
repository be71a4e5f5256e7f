/** What a poll remembers for the next one. Losing it costs duplicates, never an event. */
export interface PollState {
  /** Of the last answer that held events, as the API gave it. */
  readonly etag: string | null;
  /** Ids of the events that were written last, the newest first. */
  readonly ids: readonly string[];
  /** ISO time before which the API asked not to be polled. */
  readonly notBefore: string | null;
  /** How often in a row the API has refused. */
  readonly refusals: number;
}

/** Beside the events: readers of the lake leave out names that begin with an underscore. */
export const stateKey = 'github/events/_state.json';

/** More than the API shows: an event may come into view again. */
const mostIds = 1000;
const nothing: PollState = { etag: null, ids: [], notBefore: null, refusals: 0 };

/** The ids to remember: those of a poll before those known already. */
export function rememberIds(seen: readonly string[], known: readonly string[]): readonly string[] {
  return [...new Set([...seen, ...known])].slice(0, mostIds);
}

/** The state in a text, or an empty one when there is none that can be read. */
export function parseState(text: string | undefined): PollState {
  const value = parseJson(text ?? '');
  if (typeof value !== 'object' || value === null) return nothing;
  const { etag, ids, notBefore, refusals } = value as Partial<Record<keyof PollState, unknown>>;
  return {
    etag: typeof etag === 'string' ? etag : null,
    ids: Array.isArray(ids) ? ids.filter(id => typeof id === 'string') : [],
    notBefore: typeof notBefore === 'string' && !Number.isNaN(Date.parse(notBefore)) ? notBefore : null,
    refusals: typeof refusals === 'number' && refusals > 0 ? refusals : 0,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a damaged state is as good as none
  }
}
