/** An answer of the events API. */
export interface Answer {
  readonly status: number;
  /** Null for a header that is not there. */
  readonly header: (name: string) => string | null;
  readonly body: string;
}

/** What every schedule leaves between two polls, and what GitHub asks for where it names no time. */
const leastMs = 60_000;
/** No limit of GitHub's lasts longer than an hour. */
const longestBackoffMs = 3_600_000;
/** A header that asks for more is wrong, and must not end the polls for good. */
const longestWaitMs = 24 * 3_600_000;

/**
 * Whether the API refuses to answer for a while: docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api.
 * A secondary limit need not have a header.
 */
export function isRateLimited({ status, header, body }: Answer): boolean {
  if (status === 429) return true;
  const hasLimit = header('retry-after') !== null || header('x-ratelimit-remaining') === '0';
  return status === 403 && (hasLimit || /rate limit/i.test(body));
}

/**
 * When the API may be asked again after it refused. Where it names no time that is a minute from now, and twice as
 * long after each further refusal.
 * @param refusals how often in a row it had refused before
 */
export function retryTime(answer: Answer, now: Date, refusals: number): Date {
  const seconds = readNumber(answer.header('retry-after'));
  if (seconds !== undefined) return later(now, seconds * 1000);
  const reset = resetTime(answer);
  if (reset !== undefined) return later(now, reset - now.getTime());
  return later(now, Math.min(longestBackoffMs, leastMs * 2 ** refusals));
}

/** When the API may be polled again, where that is later than a minute from now. */
export function nextPollTime(answer: Answer | undefined, now: Date): Date | undefined {
  if (answer === undefined) return undefined;
  const intervalMs = (readNumber(answer.header('x-poll-interval')) ?? 0) * 1000;
  const resetMs = (resetTime(answer) ?? 0) - now.getTime();
  const ms = Math.max(intervalMs, resetMs);
  return ms > leastMs ? later(now, ms) : undefined;
}

/** When the hour's requests begin anew, where none is left of this one. */
function resetTime({ header }: Answer): number | undefined {
  const reset = readNumber(header('x-ratelimit-reset'));
  return header('x-ratelimit-remaining') === '0' && reset !== undefined ? reset * 1000 : undefined;
}

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + Math.min(longestWaitMs, Math.max(0, ms)));
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
