/** An answer of the events API. */
export interface Answer {
  readonly status: number;
  /** Null for a header that is not there. */
  readonly header: (name: string) => string | null;
  readonly body: string;
}

const shortestScheduleMs = 60_000;

/** Whether the API refuses to answer for a while (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
export function isRateLimited({ status, header }: Answer): boolean {
  const hasLimit = header('retry-after') !== null || header('x-ratelimit-remaining') === '0';
  return status === 429 || (status === 403 && hasLimit);
}

/** When the API may be asked again after it refused: a minute from now, unless it says when. */
export function retryTime({ header }: Answer, now: Date): Date {
  const seconds = readNumber(header('retry-after'));
  if (seconds !== undefined) return new Date(now.getTime() + seconds * 1000);
  const reset = readNumber(header('x-ratelimit-reset'));
  return reset === undefined ? new Date(now.getTime() + shortestScheduleMs) : new Date(reset * 1000);
}

/** When the API may be polled again, where it asks for more than the minute that every schedule leaves it. */
export function nextPollTime({ header }: Answer, now: Date): Date | undefined {
  const intervalMs = (readNumber(header('x-poll-interval')) ?? 0) * 1000;
  return intervalMs > shortestScheduleMs ? new Date(now.getTime() + intervalMs) : undefined;
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
