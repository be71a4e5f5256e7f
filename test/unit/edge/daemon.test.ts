import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import {
  answers,
  type Daemon,
  daemonState,
  findFreePort,
  forgetDaemon,
  requireFreePort,
  startDaemon,
  stopDaemon,
  waitUntilReady,
} from '../../../scripts/edge/daemon.ts';

/** Starts a node process that answers SIGTERM in the given way; it is gone when the test ends. */
async function start(t: Test, onTerm: string) {
  const dir = t.testdir();
  const daemon: Daemon = { name: 'emulator', pidFile: join(dir, 'emulator.pid'), mark: dir };
  const logFile = join(dir, 'emulator.log');
  const script = `process.on('SIGTERM', () => { ${onTerm} }); setInterval(() => {}, 1000); console.log('ready');`;
  const before = Date.now();
  startDaemon(daemon, { file: process.execPath, args: ['-e', script, '--', dir], env: {}, logFile });
  const pid = Number(readFileSync(daemon.pidFile, 'utf8'));
  t.teardown(() => kill(pid));
  while (!readFileSync(logFile, 'utf8').includes('ready')) {
    if (Date.now() > before + 20_000) throw new Error('the child did not start');
    await sleep(20);
  }
  return { daemon, pid, logFile };
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended already
  }
}

async function listen(t: Test, status = 200): Promise<number> {
  const server = createServer((_request, response) => response.writeHead(status).end());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

t.test('runs until it is stopped, and is then forgotten', async t => {
  const { daemon } = await start(t, 'process.exit()');
  t.equal(daemonState(daemon), 'running');
  t.equal(await stopDaemon(daemon, 10_000), true);
  t.equal(daemonState(daemon), 'stopped');
  t.equal(await stopDaemon(daemon, 0), true, 'a second stop finds nothing to do');
});

t.test('has died when it ended unasked, until it is forgotten', async t => {
  const { daemon, pid } = await start(t, '');
  process.kill(pid, 'SIGKILL');
  while (daemonState(daemon) === 'running') await sleep(10);
  t.equal(daemonState(daemon), 'died');
  t.equal(await stopDaemon(daemon, 1_000), false);
  t.equal(daemonState(daemon), 'died');
  forgetDaemon(daemon);
  t.equal(daemonState(daemon), 'stopped');
});

t.test('kills what does not end in time, and counts it as died', async t => {
  const { daemon } = await start(t, '/* deaf */');
  t.equal(await stopDaemon(daemon, 300), false);
  while (daemonState(daemon) === 'running') await sleep(10);
  t.equal(daemonState(daemon), 'died');
});

t.test('ends what a daemon that died has left in its folder', async t => {
  const dir = t.testdir();
  const daemon: Daemon = { name: 'emulator', pidFile: join(dir, 'emulator.pid'), mark: 'the-parent' };
  const logFile = join(dir, 'emulator.log');
  const script = `const child = require('node:child_process').spawn(process.execPath,
    ['-e', 'setInterval(() => {}, 1000)', '--', ${JSON.stringify(join(dir, 'function'))}]);
    console.log('child', child.pid); setInterval(() => {}, 1000);`;
  startDaemon(daemon, {
    file: process.execPath,
    args: ['-e', script, '--', 'the-parent'],
    env: {},
    logFile,
  });
  const parent = Number(readFileSync(daemon.pidFile, 'utf8'));
  const childOf = () => Number(readFileSync(logFile, 'utf8').match(/child (\d+)/)?.[1]);
  while (Number.isNaN(childOf())) await sleep(20);
  const child = childOf();
  t.teardown(() => [parent, child].map(kill));
  const lives = (pid: number) =>
    existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  process.kill(parent, 'SIGKILL');
  while (daemonState(daemon) === 'running') await sleep(10);
  t.ok(lives(child), 'the child outlives it');
  forgetDaemon(daemon);
  for (const end = Date.now() + 10_000; lives(child) && Date.now() < end; ) await sleep(20);
  t.notOk(lives(child));
});

t.test('never takes another process for its own, though it has the same id', async t => {
  const pidFile = join(t.testdir(), 'emulator.pid');
  writeFileSync(pidFile, `${process.pid}\n`);
  const daemon: Daemon = { name: 'emulator', pidFile, mark: '/nowhere/emulator' };
  t.equal(daemonState(daemon), 'died');
  t.equal(await stopDaemon(daemon, 1_000), false);
});

t.test('takes a note without an id for none', async t => {
  for (const text of ['', 'x', '-1', '1 2']) {
    const pidFile = join(t.testdir(), 'emulator.pid');
    writeFileSync(pidFile, text);
    t.equal(daemonState({ name: 'emulator', pidFile, mark: 'x' }), 'stopped', text);
  }
});

t.test('waits until the address answers', async t => {
  const { daemon, logFile } = await start(t, 'process.exit()');
  await waitUntilReady(daemon, `http://127.0.0.1:${await listen(t)}/`, 5_000, logFile);
  t.equal(daemonState(daemon), 'running');
});

t.test('tells when it ends at its start, and when it does not answer', async t => {
  const { daemon, pid, logFile } = await start(t, 'process.exit()');
  const url = `http://127.0.0.1:${await findFreePort()}/health`;
  await t.rejects(waitUntilReady(daemon, url, 200, logFile), {
    name: 'Failure',
    message: `emulator: does not answer at ${url} within 0.2 s`,
    hint: `Its output: ${logFile}`,
  });
  process.kill(pid, 'SIGKILL');
  await t.rejects(waitUntilReady(daemon, url, 20_000, logFile), {
    name: 'Failure',
    message: 'emulator: ended at its start',
    hint: `Its output: ${logFile}`,
  });
});

t.test('takes only a success for an answer', async t => {
  t.equal(await answers(`http://127.0.0.1:${await listen(t)}/`), true);
  t.equal(await answers(`http://127.0.0.1:${await listen(t, 500)}/`), false);
  t.equal(await answers(`http://127.0.0.1:${await findFreePort()}/`), false);
});

t.test('refuses a port in use, by its number, and accepts a free one and its own', async t => {
  const { daemon, pid } = await start(t, '');
  const port = await listen(t);
  await t.resolves(requireFreePort(daemon, port), 'which the running daemon itself holds');
  process.kill(pid, 'SIGKILL');
  while (daemonState(daemon) === 'running') await sleep(10);
  await t.rejects(requireFreePort(daemon, port, ' Or else.'), {
    name: 'Failure',
    message: `emulator, port ${port}: is in use by another program, got EADDRINUSE on 127.0.0.1:${port}`,
    hint: new RegExp(`sport = :${port}' names it. Or else.`),
  });
  await t.resolves(requireFreePort(daemon, await findFreePort()));
});
