import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { buildArchive } from '../../scripts/edge/source-server.ts';
import { prepareIngest } from '../helpers/ingest/ingest-bed.ts';

const { call, ask, createFunction, invoke, runZip, startSource, read, keys, pending } =
  await prepareIngest(t);
const msPerHour = 3_600_000;
const keyOf = (ms: number) => {
  const [date, hour] = new Date(ms).toISOString().slice(0, 13).split('T');
  return `github/archive/dt=${date}/hour=${hour}/archive.json.gz`;
};
const inWindow = { LAG_HOURS: '2', MISSING_AFTER_HOURS: '2', WINDOW_HOURS: '2' };

t.test(
  'a call that fails for good lies in the dead-letter queue, and can be sent again',
  { timeout: 60_000 },
  async t => {
    let isDown = true;
    const source = await startSource(path =>
      isDown && path === '/2026-01-01-5.json.gz' ? { kind: 'truncated' } : undefined,
    );
    const { QueueUrl } = await ask('sqs', 'CreateQueue', { QueueName: 'dead-letters' });
    await createFunction('ingest-batch', 'backfill', { ARCHIVE_URL: source });
    await call({
      method: 'PUT',
      path: '/2019-09-25/functions/backfill/event-invoke-config',
      service: 'lambda',
      body: {
        DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:eu-west-1:000000000000:dead-letters' } },
      },
    });
    const event = { from: '2026-01-01T04', to: '2026-01-01T06' };
    await invoke('backfill', event, true);
    const receive = async (): Promise<Record<string, unknown> | undefined> => {
      const { Messages = [] } = await ask('sqs', 'ReceiveMessage', { QueueUrl });
      return Array.isArray(Messages) ? Messages[0] : undefined;
    };
    let message = await receive();
    for (let tries = 0; message === undefined && tries < 50; tries += 1) {
      await sleep(500);
      message = await receive();
    }
    const { requestPayload, responsePayload } = JSON.parse(String(message?.['Body']));
    t.same(requestPayload, event, 'the event itself');
    t.match(responsePayload, {
      errorMessage:
        /^1 of 1 hours failed: 2026-01-01T05: http.*\/2026-01-01-5\.json\.gz: unexpected end of file$/,
    });
    const [four, five, six] = [4, 5, 6].map(hour => keyOf(Date.UTC(2026, 0, 1, hour)));
    t.same(await keys(), [four, six], 'the last of its tries had but one hour to bring');
    t.same(await pending(), [], 'no parts are left behind');

    isDown = false;
    t.match(await invoke('backfill', requestPayload), { brought: ['2026-01-01T05'] });
    t.same(await keys(), [four, five, six]);
    await ask('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle: message?.['ReceiptHandle'] });
  },
);

t.test('an hour of 100 MB goes through in little memory', { timeout: 120_000 }, async t => {
  const source = await startSource(() => ({ kind: 'large', bytes: 100_000_000 }));
  const began = Date.now();
  const { result, peakMib } = await runZip('ingest-batch', { ...inWindow, ARCHIVE_URL: source });
  t.comment(`${Math.round(Date.now() - began)} ms, ${Math.round(peakMib)} MiB`);
  t.match(result, { failed: [], brought: [String] });
  const [key = ''] = (await keys()).filter(one => one === keyOf(Date.now() - 2 * msPerHour));
  t.ok((await read(key)).length >= 100_000_000);
  t.ok(peakMib < 256, `${peakMib} MiB`);
});

t.test('is fired by a schedule and writes the hour two hours ago', { timeout: 120_000 }, async t => {
  const started = Date.now();
  const before = await keys();
  const ARCHIVE_URL = await startSource();
  const window = { LAG_HOURS: '3', MISSING_AFTER_HOURS: '3', WINDOW_HOURS: '3' };
  const functionArn = await createFunction('ingest-batch', 'scheduled', { ...window, ARCHIVE_URL });
  await call({
    path: '/schedules/each-minute',
    service: 'scheduler',
    body: {
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: functionArn, RoleArn: 'arn:aws:iam::000000000000:role/none' },
    },
  });
  const findNew = async () => (await keys()).find(key => !before.includes(key));
  let key = await findNew();
  while (key === undefined && Date.now() - started < 100_000) {
    await sleep(1000);
    key = await findNew();
  }
  const hour = started - 3 * msPerHour;
  t.ok([hour, hour + msPerHour].map(keyOf).includes(key ?? ''), `got ${key}`);
  const [, date, at] = /dt=(.+)\/hour=(\d\d)\//.exec(key ?? '') ?? [];
  const first = await read(key ?? '');
  t.same(first, buildArchive(new Date(`${date}T${at}:00:00Z`)));
  t.match(await invoke('scheduled'), { events: 200, bytes: first.length }, 'the newest hour once more');
  t.same(await read(key ?? ''), first, 'a second time gives the same bytes');
});
