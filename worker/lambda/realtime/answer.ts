/** An answer of the events API. */
export interface Answer {
  readonly status: number;
  /** Null for a header that is not there. */
  readonly header: (name: string) => string | null;
  readonly body: string;
}

/** How long the first refusal is waited out where GitHub names no time. */
const leastBackoffMs = 60_000;
/** No limit of GitHub's lasts longer than an hour. */
const longestBackoffMs = 3_600_000;
/** A header that asks for more is wrong, and must not end the polls for good. */
const longestWaitMs = 24 * 3_600_000;
/** A schedule as long as GitHub's interval may fire a little early, and is to poll all the same. */
const earlyMs = 5_000;

/**
 * Whether the API refuses to answer for a while: docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api.
 * A secondary limit need not have a header.
 */
export function isRateLimited(answer: Answer): boolean {
  const { status, header, body } = answer;
  if (status === 429) return true;
  const isTimed = header('retry-after') !== null;
  return (
    (status === 503 && isTimed) ||
    (status === 403 && (isTimed || isSpent(answer) || /rate limit/i.test(body)))
  );
}

/** Whether none is left of the hour's requests. */
export function isSpent({ header }: Answer): boolean {
  return header('x-ratelimit-remaining') === '0';
}

/**
 * When the API may be polled again: the latest time that one of a poll's answers names, nothing where none does. A
 * refusal that names none is waited out for a minute, and twice as long after each further one.
 * @param input.refusals how often in a row the API had refused before, where it refused now
 */
export function nextPollTime(input: {
  readonly answers: readonly Answer[];
  readonly now: Date;
  readonly refusals: number | undefined;
}): Date | undefined {
  const { answers, refusals } = input;
  const now = input.now.getTime();
  const isAhead = (ms: number) => ms > now;
  const limits = answers.flatMap(answer => limitTimes(answer, now)).filter(isAhead);
  const backoff =
    refusals === undefined || limits.length > 0
      ? []
      : [now + Math.min(longestBackoffMs, leastBackoffMs * 2 ** refusals)];
  const times = [...limits, ...backoff, ...answers.map(answer => intervalTime(answer, now)).filter(isAhead)];
  return times.length === 0 ? undefined : new Date(Math.min(now + longestWaitMs, Math.max(...times)));
}

/** When a limit ends: `retry-after` in seconds or as a date, and the next hour where nothing is left of this one. */
function limitTimes(answer: Answer, now: number): readonly number[] {
  const after = answer.header('retry-after');
  const seconds = readNumber(after);
  const date = seconds === undefined && after?.endsWith(' GMT') ? Date.parse(after) : Number.NaN;
  const reset = isSpent(answer) ? readNumber(answer.header('x-ratelimit-reset')) : undefined;
  return [
    ...(seconds === undefined ? [] : [now + seconds * 1000]),
    ...(Number.isNaN(date) ? [] : [date]),
    ...(reset === undefined ? [] : [reset * 1000]),
  ];
}

function intervalTime({ header }: Answer, now: number): number {
  return now + (readNumber(header('x-poll-interval')) ?? 0) * 1000 - earlyMs;
}

function readNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
