/** The log lines of a run in CloudWatch, as they come in. */
import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';

export type LogReader = {
  /** Lines that were not given yet, in the order of their times. None where the group is not there yet. */
  readonly read: () => Promise<readonly string[]>;
};

/** Lines of several streams come in out of order: so far back a read looks again, in milliseconds. */
const overlapMs = 60_000;

/**
 * @param input.streamPrefix the run's id: Glue's streams are named for it
 * @param input.since milliseconds since 1970
 */
export function createLogReader(input: {
  readonly client: CloudWatchLogsClient;
  readonly group: string;
  readonly streamPrefix: string;
  readonly since: number;
}): LogReader {
  const given = new Map<string, number>();
  let from = input.since;

  const readEvents = async (): Promise<readonly FilteredLogEvent[]> => {
    const found: FilteredLogEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await input.client.send(
        new FilterLogEventsCommand({
          logGroupName: input.group,
          logStreamNamePrefix: input.streamPrefix,
          startTime: from,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      found.push(...(page.events ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  };

  const read: LogReader['read'] = async () => {
    const events = await readEvents().catch((error: unknown) => {
      if (error instanceof Error && error.name === 'ResourceNotFoundException') return [];
      throw error;
    });
    const fresh: FilteredLogEvent[] = [];
    for (const event of events) {
      const { eventId = '', timestamp = 0 } = event;
      if (given.has(eventId)) continue;
      given.set(eventId, timestamp);
      fresh.push(event);
    }
    for (const { timestamp = 0 } of fresh) from = Math.max(from, timestamp - overlapMs);
    for (const [id, time] of given) if (time < from) given.delete(id);
    return fresh
      .sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0))
      .map(({ message = '' }) => message.trimEnd());
  };
  return { read };
}
