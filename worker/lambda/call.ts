import { faultText } from '../shared/fault-text.ts';
import { buildMetrics } from './metrics.ts';

/** What Lambda gives a handler, as far as the functions need it. */
export interface LambdaContext {
  readonly functionName: string;
  readonly getRemainingTimeInMillis: () => number;
}

/** Writes one line of the log, past Lambda's console, whose prefix would hide metrics from CloudWatch. */
export function writeLine(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The line of a call that came to no result. */
export function reportFailure(input: {
  readonly functionName: string;
  readonly now: Date;
  readonly event: 'batch' | 'poll';
  readonly fault: unknown;
}): object {
  const { functionName, now, event, fault } = input;
  const properties = { event, error: faultText(fault) };
  return buildMetrics({ functionName, now, properties, metrics: { Succeeded: 0 } });
}
