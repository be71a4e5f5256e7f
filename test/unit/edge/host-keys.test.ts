import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ensureKnownHosts } from '../../../scripts/edge/host-keys.ts';

const consoleWith = (key: string) =>
  `boot\r\n-----BEGIN SSH HOST KEY KEYS-----\r\nssh-ed25519 ${key} root@ip\r\n-----END SSH HOST KEY KEYS-----\r\n`;
const patience = { limitMs: 60_000, pauseMs: 1 };

/** A known_hosts file, and what the consoles of instances say, one answer after another. */
function bed(file: string, consoles: Readonly<Record<string, readonly string[]>>, limits = patience) {
  const asked: string[] = [];
  const ensure = (instanceId: string, address: string) =>
    ensureKnownHosts(
      {
        instanceId,
        address,
        knownHostsFile: file,
        again: 'npx zx scripts/deploy.mjs --env dev',
        readConsole: async id => {
          asked.push(id);
          const answers = consoles[id] ?? [];
          return answers[asked.filter(one => one === id).length - 1] ?? answers.at(-1) ?? '';
        },
      },
      limits,
    );
  return { asked, ensure, text: () => readFileSync(file, 'utf8') };
}

t.test('waits for the console, writes its keys, and asks no more', async t => {
  const { asked, ensure, text } = bed(join(t.testdir(), 'ssh/known_hosts'), {
    'i-1': ['', 'boot\r\n', consoleWith('AAAAone')],
  });
  t.equal(await ensure('i-1', '203.0.113.7'), undefined);
  t.equal(text(), '# i-1\n203.0.113.7 ssh-ed25519 AAAAone\n');
  t.strictSame(asked, ['i-1', 'i-1', 'i-1']);
  t.equal(await ensure('i-1', '203.0.113.7'), undefined);
  t.equal(asked.length, 3);
});

t.test('picks up another address of the same instance without its console', async t => {
  const { asked, ensure, text } = bed(join(t.testdir(), 'known_hosts'), {
    'i-1': [consoleWith('AAAAone'), ''],
  });
  await ensure('i-1', '203.0.113.7');
  t.equal(await ensure('i-1', 'i-1'), undefined, 'the transport has changed, the machine has not');
  t.equal(text(), '# i-1\ni-1 ssh-ed25519 AAAAone\n');
  t.equal(asked.length, 1);
});

t.test('picks up a new instance at the old address, and tells both keys and why', async t => {
  const { ensure, text } = bed(join(t.testdir(), 'known_hosts'), {
    'i-1': [consoleWith('AAAAone')],
    'i-2': [consoleWith('AAAAtwo')],
  });
  await ensure('i-1', '203.0.113.7');
  const told = await ensure('i-2', '203.0.113.7');
  t.match(told, /^The host's keys have changed: instance i-1 was replaced by i-2/);
  t.match(told, /before: SHA256:\S{43} \(ssh-ed25519\)\n {2}now: {4}SHA256:\S{43} \(ssh-ed25519\)$/);
  t.equal(text(), '# i-2\n203.0.113.7 ssh-ed25519 AAAAtwo\n');
});

t.test('gives up after its time, once, with the command to try again', async t => {
  const { ensure, asked } = bed(join(t.testdir(), 'known_hosts'), {}, { limitMs: 40, pauseMs: 10 });
  await t.rejects(ensure('i-1', '203.0.113.7'), {
    message: /^host i-1: its console has not shown its host keys within/,
    hint: /In a few minutes: npx zx scripts\/deploy\.mjs --env dev\n[\s\S]*restarted/,
  });
  t.ok(asked.length >= 1 && asked.length <= 5, `${asked.length} questions`);
});
