/** Metrics of the functions, and the alarms on them in terraform/ingest/alarms.tf. */

const namespace = 'Millrace/Ingest';
const units = {
  Succeeded: 'Count',
  Seconds: 'Seconds',
  HoursBrought: 'Count',
  LateHours: 'Count',
  MissingHours: 'Count',
  FailedHours: 'Count',
  Events: 'Count',
  Bytes: 'Bytes',
  Polled: 'Count',
  NewEvents: 'Count',
  Refused: 'Count',
} as const;

export type MetricName = keyof typeof units;

/**
 * A line of the log that CloudWatch makes metrics of: docs.aws.amazon.com/AmazonCloudWatch, "Embedded metric format
 * specification". What is no metric stands beside them, to be searched for.
 */
export function buildMetrics(input: {
  readonly functionName: string;
  readonly now: Date;
  readonly metrics: Readonly<Partial<Record<MetricName, number>>>;
  readonly properties: Readonly<Record<string, unknown>>;
}): object {
  const { functionName, now, metrics, properties } = input;
  const Metrics = Object.keys(metrics).map(Name => ({ Name, Unit: units[Name as MetricName] }));
  return {
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [['FunctionName']], Metrics }],
    },
    FunctionName: functionName,
    ...properties,
    ...metrics,
  };
}
