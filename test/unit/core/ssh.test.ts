import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import {
  ansibleConnection,
  buildProxyCommand,
  type SshConnection,
  sessionProxyCommand,
  sshArgv,
  sshConfigLines,
  tunnelOptions,
} from '../../../scripts/core/ssh.ts';
import { renderTemplate } from '../../../scripts/edge/templates.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const sshSettings = (args: readonly string[]) =>
  execFileSync('ssh', ['-G', ...args], { encoding: 'utf8', stdio: 'pipe' })
    .split('\n')
    .sort();

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

const session: SshConnection = {
  host: 'i-0123456789abcdef0',
  user: 'ec2-user',
  knownHostsFile: '/k/known_hosts',
  proxyCommand: sessionProxyCommand('/opt/aws cli/100%/aws', 'eu-west-1'),
};

t.test('goes through a session of Systems Manager with what ssh fills in', async t => {
  t.equal(
    session.proxyCommand,
    "'/opt/aws cli/100%%/aws' ssm start-session --region eu-west-1 --target %h --document-name AWS-StartSSHSession --parameters portNumber=%p",
  );
  t.strictSame(
    sshSettings(sshArgv({ connection: session })).filter(line => /^(hostname|port|proxycommand) /.test(line)),
    ['hostname i-0123456789abcdef0', 'port 22', `proxycommand ${session.proxyCommand}`],
  );
});

t.test('renders an ssh_config that ssh reads as it reads the arguments', async t => {
  const file = join(t.testdir(), 'ssh config');
  for (const given of [connection, session]) {
    writeFileSync(file, renderTemplate(root, 'ssh_config', { sshConfig: sshConfigLines(given) }));
    // A person's ssh has another name for the host and may ask; the last is what Debian's ssh does in BatchMode.
    const own = (line: string) => !/^(host|batchmode|serveraliveinterval) /.test(line);
    t.strictSame(
      sshSettings(['-F', file, 'worker']).filter(own),
      sshSettings(sshArgv({ connection: given })).filter(own),
    );
  }
});
