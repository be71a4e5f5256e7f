import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import t from 'tap';
import { createLogReader } from '../../../scripts/edge/job-log.ts';

t.test('takes very many lines at once, and looks back a minute from the last of them', async t => {
  const client = new CloudWatchLogsClient({ region: 'eu-west-1' });
  const pageOf = (page: number) =>
    Array.from({ length: 10_000 }, (_, at) => page * 10_000 + at).map(at => ({
      eventId: `${at}`,
      timestamp: 100_000 + at,
      message: `line ${at}\n`,
    }));
  const starts: unknown[] = [];
  client.middlewareStack.add(() => async ({ input }) => {
    const page = 'nextToken' in input ? Number(input.nextToken) : 0;
    if (page === 0) starts.push('startTime' in input ? input.startTime : undefined);
    const more = page < 19 ? { nextToken: `${page + 1}` } : {};
    return { output: { $metadata: {}, events: pageOf(page), ...more }, response: {} };
  });
  const log = createLogReader({ client, group: 'g', streamPrefix: 'jr_1', since: 5 });
  const lines = await log.read();
  t.equal(lines.length, 200_000);
  t.strictSame([lines[0], lines.at(-1)], ['line 0', 'line 199999']);
  await log.read();
  t.strictSame(starts, [5, 100_000 + 199_999 - 60_000]);
});
