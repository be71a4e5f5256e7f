import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { cleanEnvironment } from '../../../scripts/edge/environment.ts';
import { requireLoginKey } from '../../../scripts/edge/login-key.ts';

const dir = t.testdir({});
const make = (name: string, passphrase = '') => {
  const file = join(dir, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', file]);
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
};
const [own, other, guarded] = [make('own'), make('other'), make('guarded', 'secret words')];
const env = { ...cleanEnvironment(), LC_ALL: 'C.UTF-8' };

t.test('takes the private half of the public key, whatever its comment, with a passphrase too', async t => {
  const publicKey = own.publicKey.replace(/ own$/, ' somebody@else');
  await t.resolves(requireLoginKey({ publicKey, privateKeyFile: own.file }, env));
  await t.resolves(requireLoginKey({ publicKey: guarded.publicKey, privateKeyFile: guarded.file }, env));
});

t.test('refuses a file that is not there, another key, and one that others can read', async t => {
  await t.rejects(requireLoginKey({ publicKey: own.publicKey, privateKeyFile: '/nonexistent/key' }, env), {
    message: 'ssh.privateKeyFile: expects a file, got none at /nonexistent/key',
  });
  await t.rejects(requireLoginKey({ publicKey: own.publicKey, privateKeyFile: other.file }, env), {
    message: `ssh.privateKeyFile: expects the private half of ssh.publicKey, got that of ${other.publicKey}`,
  });
  chmodSync(other.file, 0o644);
  await t.rejects(requireLoginKey({ publicKey: other.publicKey, privateKeyFile: other.file }, env), {
    message: `ssh.privateKeyFile: expects a file that only you can read, got ${other.file}`,
    hint: `Run: chmod 600 '${other.file}'`,
  });
});

t.test('asks the agent where no file is named', async t => {
  const socket = join(dir, 'agent');
  const agent = execFileSync('ssh-agent', ['-a', socket], { encoding: 'utf8' });
  const pid = Number(agent.match(/SSH_AGENT_PID=(\d+)/)?.[1]);
  t.teardown(() => process.kill(pid));
  const withAgent = { ...env, SSH_AUTH_SOCK: socket };
  execFileSync('ssh-add', ['-q', own.file], { env: withAgent, stdio: 'pipe' });
  const key = (publicKey: string) => ({ publicKey, privateKeyFile: undefined });
  await t.resolves(requireLoginKey(key(own.publicKey), withAgent));
  const missing = { message: /^ssh\.publicKey: expects its private half in the ssh agent/ };
  await t.rejects(requireLoginKey(key(guarded.publicKey), withAgent), missing);
  await t.rejects(requireLoginKey(key(own.publicKey), env), missing, 'no agent at all');
});
