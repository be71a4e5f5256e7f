import { execFileSync } from 'node:child_process';
import t from 'tap';
import { ansibleConnection, buildProxyCommand, sshArgv, tunnelOptions } from '../../../scripts/core/ssh.ts';

const connection = {
  host: 'millrace-local-0a1b2c3d',
  user: 'admin',
  identityFile: '/a b/100%/id_ed25519',
  knownHostsFile: '/a b/100%/known_hosts',
  proxyCommand: buildProxyCommand(['podman', '--root', '/a b/100%/storage', 'exec']),
};

t.test('takes nothing from the own settings of the user', async t => {
  t.strictSame(
    sshArgv({ connection: { host: '203.0.113.7', user: 'ec2-user', knownHostsFile: '/k/known_hosts' } }),
    [
      ...['-F', 'none'],
      ...['-o', 'StrictHostKeyChecking=yes'],
      ...['-o', 'UserKnownHostsFile=/k/known_hosts'],
      ...['-o', 'GlobalKnownHostsFile=none'],
      ...['-o', 'BatchMode=yes'],
      ...['-l', 'ec2-user', '--', '203.0.113.7'],
    ],
  );
});

t.test('is understood by ssh as it was meant, blanks and percent signs too', async t => {
  const parsed = execFileSync('ssh', ['-G', ...sshArgv({ connection })], {
    encoding: 'utf8',
    stdio: 'pipe',
  }).split('\n');
  for (const line of [
    'hostname millrace-local-0a1b2c3d',
    'user admin',
    'identitiesonly yes',
    'stricthostkeychecking true',
    "proxycommand podman --root '/a b/100%%/storage' exec",
    'userknownhostsfile /a b/100%/known_hosts',
  ]) {
    t.ok(parsed.includes(line), line);
  }
  t.match(
    parsed.find(line => line.startsWith('identityfile')),
    /^identityfile \/a b\/100%%?\/id_ed25519$/,
  );
});

t.test('puts options before the host and the command after it', async t => {
  const args = sshArgv({ connection, options: tunnelOptions(4566), command: ['true'] });
  t.strictSame(args.slice(-3), ['--', connection.host, 'true']);
  t.strictSame(args.slice(-5, -3), ['-R', '127.0.0.1:4566:127.0.0.1:4566']);
  t.ok(args.includes('ExitOnForwardFailure=yes'));
});

t.test('gives Ansible arguments that split back into the same words', async t => {
  const variables = ansibleConnection(connection);
  const program = 'import json, shlex, sys; print(json.dumps(shlex.split(sys.argv[1])))';
  const words: unknown = JSON.parse(
    execFileSync('python3', ['-c', program, variables.ansible_ssh_common_args], { encoding: 'utf8' }),
  );
  const own = sshArgv({ connection });
  t.strictSame(words, own.slice(0, own.indexOf('IdentityFile="/a b/100%%/id_ed25519"') - 1));
  t.equal(variables.ansible_host, connection.host);
  t.equal(variables.ansible_ssh_private_key_file, '/a b/100%%/id_ed25519');
});

t.test('asks the agent where no key file is given', async t => {
  const { identityFile: _, ...agent } = connection;
  t.notOk(sshArgv({ connection: agent }).some(word => /^Identit/.test(word)));
  t.notHas(ansibleConnection(agent), { ansible_ssh_private_key_file: String });
});
