import { buildMetrics, type MetricName } from '../metrics.ts';
import type { BatchResult } from './batch.ts';

/**
 * The last line of a call, with its metrics. Only schedules count late and missing hours: they look at the same window
 * each time, so the count goes back to zero by itself.
 */
export function reportBatch(input: {
  readonly functionName: string;
  readonly now: Date;
  readonly seconds: number;
  readonly result: BatchResult;
  readonly error: string | undefined;
}): object {
  const { functionName, now, seconds, result, error } = input;
  const { brought, late, missing, failed, left, events, bytes, kind } = result;
  const gaps: Partial<Record<MetricName, number>> =
    kind === 'scheduled' ? { LateHours: late.length, MissingHours: missing.length } : {};
  return buildMetrics({
    functionName,
    now,
    properties: {
      event: 'batch',
      kind,
      late,
      missing,
      left: left.length,
      ...(error === undefined ? {} : { error }),
    },
    metrics: {
      Succeeded: error === undefined ? 1 : 0,
      Seconds: seconds,
      HoursBrought: brought.length,
      FailedHours: failed.length,
      Events: events,
      Bytes: bytes,
      ...gaps,
    },
  });
}
