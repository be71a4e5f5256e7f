import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import t from 'tap';
import type { SourceFault } from '../../scripts/edge/source-faults.ts';
import { prepareIngest } from '../helpers/ingest/ingest-bed.ts';

const { s3, bucket, ask, createFunction, invoke, startSource, urlOf, read, keys } = await prepareIngest(t);
const stateKey = 'github/events/_state.json';

/** As if the interval that the API asks for were over. */
async function passInterval(): Promise<void> {
  const state: object = JSON.parse((await read(stateKey)).toString());
  const Body = JSON.stringify({ ...state, notBefore: null });
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: stateKey, Body }));
}

t.test('polls with the token that a secret holds', { timeout: 60_000 }, async t => {
  const asked: unknown[] = [];
  let status = 200;
  const server = createServer(({ headers }, answer) => {
    asked.push(headers.authorization);
    answer.writeHead(status, { etag: '"a"' });
    answer.end('[]');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { ARN } = await ask('secretsmanager', 'CreateSecret', { Name: 'github', SecretString: 'ghp_not1' });
  const variables = { EVENTS_URL: `${urlOf(server)}/events`, TOKEN_SECRET_ARN: String(ARN) };
  await createFunction('ingest-realtime', 'with-token', variables);
  t.match(await invoke('with-token'), { outcome: 'unchanged' });
  await ask('secretsmanager', 'PutSecretValue', { SecretId: ARN, SecretString: 'ghp_not2' });
  status = 401;
  const { errorMessage } = await invoke('with-token');
  t.match(errorMessage, `got 401: GitHub does not take the token of secret ${ARN} (any more)`);
  status = 200;
  t.match(await invoke('with-token'), { outcome: 'unchanged' });
  t.same(asked, ['Bearer ghp_not1', 'Bearer ghp_not1', 'Bearer ghp_not2'], 'the new one without a deploy');
});

t.test('polls, remembers, waits as it is told, and goes on', { timeout: 60_000 }, async t => {
  let fault: SourceFault | undefined;
  const source = await startSource(() => fault);
  await createFunction('ingest-realtime', 'events', { EVENTS_URL: `${source}/events` });
  t.match(await invoke('events'), { outcome: 'written', events: 300 }, 'all that the API shows');
  const objects = (await keys()).filter(key => key !== stateKey);
  const lines = await Promise.all(
    objects.map(async key =>
      gunzipSync(await read(key))
        .toString()
        .trimEnd()
        .split('\n'),
    ),
  );
  const ids = lines.flat().map(line => JSON.parse(line).id);
  t.equal(new Set(ids).size, 300);
  t.match(await invoke('events'), { outcome: 'waiting' }, 'the interval that the API asked for');
  await passInterval();
  t.match(await invoke('events'), { events: /^[01]$/ }, 'nothing but what has come since');
  await passInterval();

  fault = { kind: 'answer', status: 500 };
  t.match(await invoke('events'), { errorMessage: /expected HTTP 200 or 304, got 500$/ });
  fault = { kind: 'answer', status: 302, headers: { location: `${source}/events` } };
  t.match(await invoke('events'), { errorMessage: /unexpected redirect$/ });
  fault = { kind: 'answer', status: 403, headers: { 'retry-after': '3600' } };
  const before = await keys();
  t.match(await invoke('events'), { outcome: 'refused', events: 0 });
  fault = undefined;
  t.match(await invoke('events'), { outcome: 'waiting' });
  t.same(await keys(), before);
});
