/** What a poll remembers for the next one. Losing it costs duplicates, never an event. */
export interface PollState {
  /** Of the last answer that held events, as the API gave it. */
  readonly etag: string | null;
  /** Ids of the events in that answer. */
  readonly ids: readonly string[];
  /** ISO time before which the API asked not to be polled. */
  readonly notBefore: string | null;
}

/** Beside the events: readers of the lake leave out names that begin with an underscore. */
export const stateKey = 'github/events/_state.json';

const nothing: PollState = { etag: null, ids: [], notBefore: null };

/** The state in a text, or an empty one when there is none that can be read. */
export function parseState(text: string | undefined): PollState {
  const value = parseJson(text ?? '');
  if (typeof value !== 'object' || value === null) return nothing;
  const { etag, ids, notBefore } = value as { etag?: unknown; ids?: unknown; notBefore?: unknown };
  return {
    etag: typeof etag === 'string' ? etag : null,
    ids: Array.isArray(ids) ? ids.filter(id => typeof id === 'string') : [],
    notBefore: typeof notBefore === 'string' && !Number.isNaN(Date.parse(notBefore)) ? notBefore : null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a damaged state is as good as none
  }
}
