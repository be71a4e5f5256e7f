import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { buildProxyCommand } from '../../../scripts/core/ssh.ts';
import { findFreePort } from '../../../scripts/edge/daemon.ts';
import { cleanEnvironment } from '../../../scripts/edge/environment.ts';
import { reachHost } from '../../../scripts/edge/reach-host.ts';

/** A server on loopback that does this with whoever connects. Gives its port. */
async function listen(t: Test, answer: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer(socket => {
    socket.on('error', () => undefined);
    answer(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** One attempt, which ssh gives one second to come to a banner. */
function reach(t: Test, to: { host?: string; port?: number; proxy?: readonly string[]; limitMs?: number }) {
  const { host = '127.0.0.1', port, proxy, limitMs = 0 } = to;
  const connection = {
    host,
    user: 'nobody',
    knownHostsFile: join(t.testdir({ known_hosts: '' }), 'known_hosts'),
    ...(proxy === undefined ? {} : { proxyCommand: buildProxyCommand(proxy) }),
  };
  const options = port === undefined ? [] : ['-p', String(port)];
  return reachHost({
    connection,
    env: { ...cleanEnvironment(), LC_ALL: 'C.UTF-8' },
    limitMs,
    options,
    bannerSeconds: 1,
  });
}

t.test('tells a name that nobody knows', async t => {
  t.match(await reach(t, { host: 'nowhere.invalid' }), { kind: 'failed', stage: 'name' });
});

t.test('tells a port that nobody listens on', async t => {
  t.match(await reach(t, { port: await findFreePort() }), {
    kind: 'failed',
    stage: 'tcp',
    detail: /Connection refused/,
  });
});

for (const { what, answer, detail } of [
  { what: 'says nothing', answer: () => undefined, detail: /timed out during banner exchange/ },
  { what: 'hangs up', answer: (socket: Socket) => socket.destroy(), detail: /closed|reset/ },
  {
    what: 'speaks HTTP',
    answer: (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    detail: /HTTP\/1\.1 400/,
  },
] as const) {
  t.test(`tells a server that ${what}`, async t => {
    t.match(await reach(t, { port: await listen(t, answer) }), { kind: 'failed', stage: 'banner', detail });
  });
}

t.test('tells an SSH server that ends before keys are agreed on', async t => {
  const port = await listen(t, socket => {
    socket.write('SSH-2.0-Fake\r\n');
    socket.once('data', () => socket.end());
  });
  t.match(await reach(t, { port }), { kind: 'failed', stage: 'key exchange', detail: /closed|reset/ });
});

t.test('tells the words of a ProxyCommand that fails, or is not there', async t => {
  const words = 'An error occurred (TargetNotConnected): i-0abc is not connected.';
  t.match(await reach(t, { host: 'i-0abc', proxy: ['sh', '-c', `echo '${words}' >&2; exit 254`] }), {
    stage: 'proxy',
    detail: words,
  });
  t.match(await reach(t, { host: 'i-0abc', proxy: ['/nonexistent/aws', 'ssm'] }), {
    stage: 'proxy',
    detail: /\/nonexistent\/aws/,
  });
  t.match(await reach(t, { host: 'i-0abc', proxy: ['sleep', '5'] }), {
    stage: 'banner',
    detail: /timed out/,
  });
});

t.test('tries again while the host may still be starting', async t => {
  let attempts = 0;
  const port = await listen(t, socket => {
    attempts += 1;
    socket.destroy();
  });
  t.match(await reach(t, { port, limitMs: 600 }), { stage: 'banner' });
  t.ok(attempts > 1, `${attempts} attempts`);
});
