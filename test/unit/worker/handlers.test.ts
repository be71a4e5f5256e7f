import t from 'tap';
import { handler as ingestBatch } from '../../../worker/lambda/batch/handler.ts';
import { handler as ingestRealtime } from '../../../worker/lambda/realtime/handler.ts';

for (const [functionName, handler, event, source] of [
  ['acme-ingest-batch', ingestBatch, 'batch', 'ARCHIVE_URL'],
  ['acme-ingest-realtime', ingestRealtime, 'poll', 'EVENTS_URL'],
] as const) {
  t.test(`${functionName} reports wrong settings as it does any failure`, async t => {
    t.intercept(process, 'env', { value: { RAW_BUCKET: '', [source]: 'ftp://x' } });
    const context = { functionName, getRemainingTimeInMillis: () => 300_000 };
    const lines = t.capture(process.stdout, 'write');
    const fault: unknown = await handler({}, context).catch(fault => fault);
    lines.restore();
    const error = new RegExp(`^${source}: .*ftp.*; RAW_BUCKET: expected the name of a bucket, got nothing$`);
    t.match(fault, { message: error });
    const written = lines().map(({ args: [line] }) => JSON.parse(String(line)));
    t.equal(written.length, 1);
    t.match(written[0], {
      _aws: { CloudWatchMetrics: [{ Namespace: 'Millrace/Ingest', Metrics: [{ Name: 'Succeeded' }] }] },
      FunctionName: functionName,
      event,
      error,
      Succeeded: 0,
    });
  });
}
