import { buildMetrics } from '../metrics.ts';
import type { PollResult } from './realtime.ts';

/** The line of a call, with its metrics. */
export function reportPoll(input: {
  readonly functionName: string;
  readonly now: Date;
  readonly seconds: number;
  readonly result: PollResult;
}): object {
  const { functionName, now, seconds, result } = input;
  const { outcome, events, keys, until } = result;
  return buildMetrics({
    functionName,
    now,
    properties: { event: 'poll', outcome, keys, until },
    metrics: {
      Succeeded: outcome === 'written' || outcome === 'unchanged' ? 1 : 0,
      Seconds: seconds,
      Polled: outcome === 'waiting' ? 0 : 1,
      NewEvents: events,
      Refused: outcome === 'refused' ? 1 : 0,
    },
  });
}
