import { faultText } from '../../shared/fault-text.ts';
import { type Answer, isRateLimited, isSpent } from './answer.ts';
import { type GithubEvent, parseEvents } from './events.ts';

/** Asks for a page of the newest events; with the ETag of an answer, for nothing if it is still the same. */
export type AskEvents = (input: { readonly url: URL; readonly etag: string | null }) => Promise<Answer>;

/** What the pages gave, newest first, and what ended the reading of them. */
export interface Pages {
  readonly events: readonly GithubEvent[];
  /** In the order of the pages. */
  readonly answers: readonly Answer[];
  /** `refused`: also where the API would refuse the next page, by its own count. */
  readonly end:
    | { readonly kind: 'whole' | 'unchanged' | 'refused' }
    | { readonly kind: 'failed'; readonly fault: Error };
}

const pageSize = 100;
/** The API shows three hundred events: docs.github.com/rest/activity/events. */
const mostPages = 3;

/**
 * Reads pages until one holds an event that is known, or is the last one. What came before a page that fails is kept:
 * the next poll might not see it any more.
 */
export async function readPages(input: {
  readonly eventsUrl: URL;
  readonly etag: string | null;
  readonly isKnown: (id: string) => boolean;
  readonly ask: AskEvents;
}): Promise<Pages> {
  const { eventsUrl, etag, isKnown, ask } = input;
  const events: GithubEvent[] = [];
  const answers: Answer[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    if (answers.some(isSpent)) return { events, answers, end: { kind: 'refused' } };
    const url = pageUrl(eventsUrl, page);
    try {
      const answer = await ask({ url, etag: page === 1 ? etag : null });
      answers.push(answer);
      if (isRateLimited(answer)) return { events, answers, end: { kind: 'refused' } };
      if (answer.status === 304) return { events, answers, end: { kind: 'unchanged' } };
      if (answer.status !== 200) throw new Error(`expected HTTP 200 or 304, got ${answer.status}`);
      const shown = parseEvents(answer.body);
      events.push(...shown);
      if (shown.length < pageSize || shown.some(({ id }) => isKnown(id))) break;
    } catch (fault) {
      return { events, answers, end: { kind: 'failed', fault: named(url, fault) } };
    }
  }
  return { events, answers, end: { kind: 'whole' } };
}

function pageUrl(eventsUrl: URL, page: number): URL {
  const url = new URL(eventsUrl);
  url.searchParams.set('per_page', String(pageSize));
  if (page > 1) url.searchParams.set('page', String(page));
  return url;
}

/** A fetch says why it failed in its cause alone. */
function named(url: URL, fault: unknown): Error {
  const reason = fault instanceof Error && fault.cause instanceof Error ? fault.cause : fault;
  return new Error(`${url.href}: ${faultText(reason)}`, { cause: fault });
}
