import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import {
  describeResult,
  hasSucceeded,
  type ProcessSpec,
  runProcess,
  spawnDetached,
} from '../../../scripts/edge/process.ts';
import { interruptProcesses, killProcessGroups } from '../../../scripts/edge/process-group.ts';

const node = process.execPath;
const door = fileURLToPath(new URL('../../../scripts/edge/process.ts', import.meta.url));

/** Runs a piece of JavaScript in a child of its own. */
const runScript = (script: string, more: Partial<ProcessSpec> = {}) =>
  runProcess({
    file: node,
    env: {},
    timeoutMs: 60_000,
    ...more,
    args: ['-e', script, '--', ...(more.args ?? [])],
  });

/** Waits until the file holds the text. */
async function waitForText(path: string, pattern: RegExp): Promise<string> {
  for (let attempt = 0; attempt < 1_200; attempt += 1) {
    const text = tryRead(path);
    if (pattern.test(text)) return text;
    await sleep(25);
  }
  throw new Error(`${path}: never held ${pattern}, got ${tryRead(path)}`);
}

function tryRead(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not written yet
  }
}

t.test('passes hostile arguments on verbatim', async t => {
  const args = [
    '$(touch x)',
    '`id`',
    '${HOME}',
    '"',
    "'",
    `'"'"'`,
    'a b',
    ' ',
    '',
    'a\nb',
    '\r\n\t',
    '-rf',
    '--',
    '--help',
    '*',
    '~',
    '; exit 1',
    '| cat',
    '> x',
    '&&',
    '\\',
    '\\n',
    '%s',
    '!!',
    'é e\u0301 日本 😀 \ufeff',
    'x'.repeat(100_000),
  ];
  const result = await runScript('process.stdout.write(JSON.stringify(process.argv.slice(1)))', {
    args,
    env: { HOME: '/nowhere' },
  });
  t.ok(hasSucceeded(result));
  t.strictSame('stdout' in result && JSON.parse(result.stdout), args);
});

t.test('gives the child the named environment and nothing else', async t => {
  const env = { A: '$(id) "x"\n', EMPTY: '', 'odd-name': '1' };
  const result = await runScript('process.stdout.write(JSON.stringify(process.env))', { env });
  const found: Record<string, string> = 'stdout' in result ? JSON.parse(result.stdout) : {};
  // tap follows the processes of a test by variables that it lays into each child's environment.
  const ours = Object.entries(found).filter(([name]) => !/^(_TAPJS_.*|NODE_OPTIONS)$/.test(name));
  t.strictSame(Object.fromEntries(ours), env);
});

t.test('runs in the given folder', async t => {
  const cwd = t.testdir({ 'a b$(x)': {} });
  const result = await runScript('process.stdout.write(process.cwd())', { cwd: join(cwd, 'a b$(x)') });
  t.equal('stdout' in result && result.stdout, join(cwd, 'a b$(x)'));
});

t.test('tells each way to end apart', async t => {
  const exited = await runScript('console.log("out"); console.error("err"); process.exitCode = 3');
  t.strictSame(exited, { kind: 'exited', exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  t.equal(hasSucceeded(exited), false);
  t.equal(describeResult(exited), 'exit code 3');

  const killed = await runScript('process.stdout.write("half"); process.kill(process.pid, "SIGKILL")');
  t.match(killed, { kind: 'killed', signal: 'SIGKILL', stdout: 'half' });
  t.equal(describeResult(killed), 'ended by SIGKILL');

  const late = await runProcess({
    file: '/bin/sh',
    args: ['-c', 'echo begun; exec sleep 60'],
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: 1_500,
  });
  t.strictSame(late, { kind: 'timed-out', timeoutMs: 1_500, stdout: 'begun\n', stderr: '' });
  t.equal(describeResult(late), 'no answer within 1.5 s');

  const began = Date.now();
  const wrapper = await runProcess({
    file: '/bin/sh',
    args: ['-c', 'echo begun; sleep 60; true'],
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: 1_500,
  });
  t.match(wrapper, { kind: 'timed-out', stdout: 'begun\n' });
  t.ok(Date.now() - began < 30_000, 'and its own child, which holds its streams, has ended with it');

  const missing = await runProcess({ file: '/nowhere/tool', args: [], env: {} });
  t.equal(missing.kind, 'spawn-failed');
  t.match(describeResult(missing), /\/nowhere\/tool.*ENOENT/s);
});

t.test('tells a folder that is missing and a file that is no program', async t => {
  const dir = t.testdir({ 'plain.txt': 'text' });
  t.equal((await runScript('0', { cwd: join(dir, 'nowhere') })).kind, 'spawn-failed');
  t.equal((await runProcess({ file: join(dir, 'plain.txt'), args: [], env: {} })).kind, 'spawn-failed');
});

t.test('gives the child the input, and an end of file when there is none', async t => {
  const echo = 'process.stdin.pipe(process.stdout)';
  const input = 'a\n"$(x)" é😀';
  t.match(await runScript(echo, { input }), { kind: 'exited', exitCode: 0, stdout: input });
  t.match(await runScript(echo), { kind: 'exited', exitCode: 0, stdout: '' });
});

t.test('appends both streams to the log, without secrets, for this user only', async t => {
  const logFile = join(t.testdir(), 'logs/x.log');
  const secrets = ['s3cr3t-value'];
  const script = 'console.log("out s3cr3t-value."); console.error("err s3cr3t-value.")';
  const result = await runScript(script, { logFile, secrets });
  await runScript('process.stdout.write("no newline at the end")', { logFile });
  t.strictSame(readFileSync(logFile, 'utf8').trimEnd().split('\n').sort(), [
    'err [redacted].',
    'no newline at the end',
    'out [redacted].',
  ]);
  t.equal(statSync(logFile).mode & 0o777, 0o600);
  t.match(result, { stdout: 'out [redacted].\n', stderr: 'err [redacted].\n' });
});

t.test('keeps a secret of several lines out of the log', async t => {
  const logFile = join(t.testdir(), 'x.log');
  const secret = '-----BEGIN KEY-----\nabcdefgh\n-----END KEY-----';
  await runScript('console.log(process.argv[1])', { logFile, secrets: [secret], args: [secret] });
  t.notMatch(readFileSync(logFile, 'utf8'), /abcdefgh/);
});

t.test('keeps what has the form of a secret out of the log, whoever knows of it', async t => {
  const logFile = join(t.testdir(), 'x.log');
  await runScript(`console.log("db_password = hunter2hunter2"); console.error("ghp_${'a1'.repeat(18)}")`, {
    logFile,
  });
  t.strictSame(readFileSync(logFile, 'utf8').trimEnd().split('\n').sort(), [
    '[redacted]',
    'db_password = [redacted]',
  ]);
});

t.test('hands out lines as they come, and lets the caller choose what the log keeps', async t => {
  const logFile = join(t.testdir(), 'x.log');
  const lines: string[] = [];
  await runScript('console.log("a\\nb\\n\\nc")', {
    logFile,
    onStdoutLine: line => lines.push(line),
    logLine: line => (line === 'b' ? undefined : `<${line}>`),
  });
  t.strictSame(lines, ['a', 'b', '', 'c']);
  t.equal(readFileSync(logFile, 'utf8'), '<a>\n<>\n<c>\n');
});

t.test('takes 20 MB of output whole', async t => {
  const result = await runScript('process.stdout.write((("x".repeat(99) + "\\n").repeat(200_000)))');
  t.equal('stdout' in result && result.stdout.length, 20_000_000);
  t.equal('stdout' in result && result.stdout.slice(-2), 'x\n');
});

t.test('interrupts every running child once, in a process group of its own', async t => {
  const dir = t.testdir();
  const script = `
    const { appendFileSync } = require('node:fs');
    const file = process.argv[1];
    process.on('SIGINT', () => { appendFileSync(file, 'INT '); setTimeout(() => process.exit(130), 300); });
    setInterval(() => {}, 1000);
    const group = require('node:fs').readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ')[2];
    appendFileSync(file, 'group ' + (Number(group) === process.pid ? 'own ' : 'shared '));
  `;
  const files = ['a', 'b'].map(name => join(dir, name));
  const children = files.map(file => runScript(script, { args: [file] }));
  await Promise.all(files.map(file => waitForText(file, /group/)));
  t.equal(interruptProcesses(), 2);
  const results = await Promise.all(children);
  t.strictSame(
    results.map(result => result.kind === 'exited' && result.exitCode),
    [130, 130],
  );
  for (const file of files) t.equal(readFileSync(file, 'utf8'), 'group own INT ');
  t.equal(interruptProcesses(), 0, 'and forgets them when they have ended');
});

t.test('ends every child with all that it has started', async t => {
  const file = join(t.testdir(), 'grandchild');
  const script = `const { spawn } = require('node:child_process');
    process.on('SIGINT', () => {});
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    require('node:fs').writeFileSync(process.argv[1], 'is ' + child.pid); setInterval(() => {}, 1000);`;
  const running = runScript(script, { args: [file] });
  const grandchild = Number((await waitForText(file, /is \d+/)).slice(3));
  killProcessGroups();
  t.match(await running, { kind: 'killed', signal: 'SIGKILL' });
  const lives = () => /\) [^Z]/.test(tryRead(`/proc/${grandchild}/stat`));
  for (const end = Date.now() + 10_000; lives() && Date.now() < end; ) await sleep(20);
  t.notOk(lives());
  t.doesNotThrow(killProcessGroups, 'with nobody there');
});

t.test('starts a process that outlives the one that started it', async t => {
  const dir = t.testdir({
    'child.cjs': `
      const names = Object.keys(process.env).filter(name => !/^(_TAPJS_|NODE_OPTIONS)/.test(name));
      console.log(process.argv[2], names.join());
      console.error('on standard error');
      setInterval(() => {
        if (process.ppid === Number(process.argv[3])) return;
        console.log('outlived it');
        process.exit();
      }, 20);
    `,
    'parent.ts': `
      import { spawnDetached } from ${JSON.stringify(door)};
      const [child = '', logFile = ''] = process.argv.slice(2);
      const args = [child, 'a $(b)', String(process.pid)];
      const pid = spawnDetached({ file: process.execPath, args, env: { ONLY: '1' }, logFile });
      process.stdout.write(String(pid));
    `,
  });
  const logFile = join(dir, 'logs/daemon.log');
  const tsx = fileURLToPath(import.meta.resolve('tsx'));
  const parent = await runProcess({
    file: node,
    args: ['--import', tsx, join(dir, 'parent.ts'), join(dir, 'child.cjs'), logFile],
    env: {},
    timeoutMs: 60_000,
  });
  t.match(parent, { kind: 'exited', exitCode: 0, stdout: /^\d+$/ });
  t.equal(await waitForText(logFile, /outlived/), 'a $(b) ONLY\non standard error\noutlived it\n');
});

t.test('refuses to start what is not there, at once', async t => {
  const logFile = join(t.testdir(), 'x.log');
  t.throws(
    () => spawnDetached({ file: '/nowhere/tool', args: [], env: {}, logFile }),
    new Error('cannot start /nowhere/tool'),
  );
});

t.test('tells a log that cannot be written, once the child has ended', async t => {
  const spec = {
    file: process.execPath,
    args: ['-e', 'console.log("x".repeat(100))'],
    env: {},
    logFile: '/dev/full',
  };
  await t.rejects(runProcess(spec), { name: 'Failure', message: '/dev/full: cannot be written, got ENOSPC' });
});

t.test('interrupts a whole group where one is asked for, waits for it, and leaves nobody', async t => {
  const dir = t.testdir();
  // The child ends at once; of what it has started one says its last words, and one does not listen.
  const words = `process.on('SIGINT', () => setTimeout(() => { fs.writeFileSync('told', 'told'); process.exit(); }, 500));`;
  const script = `
    const { spawn } = require('node:child_process');
    const wait = "setInterval(() => {}, 1000); fs.writeFileSync(name, String(process.pid));";
    const start = (name, code) => spawn(process.execPath, ['-e', 'const name = ' + JSON.stringify(name) + ';' + code + wait], { stdio: 'inherit' });
    start('listens', ${JSON.stringify(words)});
    start('deaf', "process.on('SIGINT', () => {});");
    process.on('SIGINT', () => process.exit(7));`;
  const run = runScript(script, { cwd: dir, isGroup: true, env: { PATH: '/usr/bin:/bin' } });
  const pids = [];
  for (const name of ['listens', 'deaf']) pids.push(Number(await waitForText(join(dir, name), /^\d+$/)));
  interruptProcesses();
  t.match(await run, { kind: 'exited', exitCode: 7 });
  t.equal(readFileSync(join(dir, 'told'), 'utf8'), 'told');
  for (const pid of pids)
    t.notOk(tryRead(`/proc/${pid}/status`).match(/State:\s+[^Z]/), 'gone, or about to be');
});
