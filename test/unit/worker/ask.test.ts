import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import t from 'tap';
import { startSourceServer } from '../../../scripts/edge/source-server.ts';
import { askOverHttp } from '../../../worker/lambda/realtime/ask.ts';
import { keepToken } from '../../../worker/lambda/realtime/token.ts';

const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme-github-token-AbCdEf';
const value = 'github_pat_notoneatall';

function urlOf(server: Server): URL {
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return new URL(
    `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/events`,
  );
}

/** A source that answers with this status, and what it was asked with. */
async function startApi(status: () => number): Promise<{ url: URL; asked: IncomingHttpHeaders[] }> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer(({ headers }, answer) => {
    asked.push(headers);
    answer.writeHead(status(), { etag: '"a"' });
    answer.end('[]');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return { url: urlOf(server), asked };
}

t.test('asks as GitHub wants it, without a token as anybody', async t => {
  const { url, asked } = await startApi(() => 200);
  const answer = await askOverHttp(undefined)({ url, etag: '"old"' });
  t.match(
    [answer.status, answer.header('etag'), answer.header('x-none'), answer.body],
    [200, '"a"', null, '[]'],
  );
  t.match(asked, [
    {
      accept: 'application/vnd.github+json',
      'user-agent': 'millrace',
      'x-github-api-version': '2022-11-28',
      'if-none-match': '"old"',
    },
  ]);
  t.notOk(asked[0]?.authorization);
});

t.test('reads the token once, and anew when GitHub does not take it', async t => {
  let status = 200;
  const { url, asked } = await startApi(() => status);
  let reads = 0;
  const token = keepToken(arn, async asked => {
    t.equal(asked, arn);
    reads += 1;
    return `${value}${reads}\n`;
  });
  const ask = askOverHttp(token, arn);
  await ask({ url, etag: null });
  await ask({ url, etag: null });
  t.equal(reads, 1);
  status = 401;
  const refused = ask({ url, etag: null });
  await t.rejects(refused, {
    message: `got 401: GitHub does not take the token of secret ${arn} (any more)`,
  });
  await refused.catch((fault: Error) => t.notMatch(String(fault.stack), value, 'which it does not show'));
  status = 200;
  await ask({ url, etag: null });
  t.same(
    asked.map(({ authorization }) => authorization),
    [1, 1, 1, 2].map(number => `Bearer ${value}${number}`),
  );
});

t.test('refuses a secret that is no plain token without showing it', async t => {
  for (const [held, got] of [
    ['{"token":"ghp_hidden"}', 'something else'],
    ['two words', 'something else'],
    ['', 'nothing'],
    [undefined, 'nothing'],
  ] as const) {
    await t.rejects(keepToken(arn, async () => held).get(), {
      message: `secret ${arn}: expected a token as plain text, got ${got}; write it with: aws secretsmanager put-secret-value --secret-id ${arn} --secret-string <token>`,
    });
  }
});

t.test('follows no redirect and waits for no answer for ever', async t => {
  const faults = {
    '/events?redirect': { kind: 'answer', status: 302, headers: { location: 'http://127.0.0.1:9/' } },
    '/events?stalled': { kind: 'stalled' },
  } as const;
  const base = urlOf(
    await startSourceServer(0, {
      findFault: path => Object.entries(faults).find(([at]) => at === path)?.[1],
    }),
  );
  const ask = askOverHttp(undefined, undefined, 200);
  await t.rejects(ask({ url: new URL('?redirect', base), etag: null }), {
    message: 'fetch failed',
    cause: { message: 'unexpected redirect' },
  });
  await t.rejects(ask({ url: new URL('?stalled', base), etag: null }), { name: 'TimeoutError' });
  const right = await ask({ url: base, etag: null });
  t.equal(right.status, 200);
  t.equal((await ask({ url: base, etag: right.header('etag') })).status, 304);
});
