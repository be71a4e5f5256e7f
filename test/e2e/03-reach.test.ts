import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { z } from 'zod';
import { requireFittingHost } from '../../scripts/core/host-check.ts';
import { fingerprintsOf } from '../../scripts/core/host-keys.ts';
import { cleanEnvironment } from '../../scripts/edge/environment.ts';
import { reachHost } from '../../scripts/edge/reach-host.ts';
import { copyRoot, ended, runInCopy } from '../helpers/clean-copy.ts';
import { inHost } from '../helpers/deployed-host.ts';
import { hostileConfig, hostileVariables } from '../helpers/host/hostile-settings.ts';
import { findUncheckedHostKeys } from '../helpers/host-key-checking.ts';
import { bridgeSshd, readHostKey, readSshSettings, sshConfig } from '../helpers/sshd-bridge.ts';

const build = join(copyRoot, 'build/local');
const inventory = join(build, 'inventory.yml');
const workerBucket = readFileSync(join(build, 'group_vars/worker.yml'), 'utf8').match(
  /^worker_bucket: "(.+)"/m,
)?.[1];

// Nothing is changed here that another test looks at.
t.jobs = 2;

/** Runs a program of the virtual environment, or of the system, in `/` with PATH alone. */
async function runBare(argv: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const line = 'exec env -i PATH="$VENV:/usr/bin:/bin" "$@"';
  const env = { VENV: join(copyRoot, '.venv/bin') };
  const given = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return ended(await runInCopy(['bash', '-c', line, 'bash', ...given, ...argv], { cwd: '/', env }));
}

t.test('the inventory stands alone: PATH is all that Ansible needs', { buffered: true }, async t => {
  const listed = await runBare(['ansible-inventory', '-i', inventory, '--list']);
  t.equal(listed.exitCode, 0, listed.stderr);
  const hosts = z.object({
    _meta: z.object({ hostvars: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  });
  const [variables] = Object.values(hosts.parse(JSON.parse(listed.stdout))._meta.hostvars);
  t.match(variables, { worker_bucket: workerBucket, ansible_ssh_private_key_file: /^\// });
  t.match(variables?.['ansible_ssh_common_args'], /UserKnownHostsFile="?\/.+ProxyCommand=/);
  const pinged = await runBare(['ansible', '-i', inventory, 'worker', '-m', 'ansible.builtin.ping']);
  t.equal(pinged.exitCode, 0, `${pinged.stdout}\n${pinged.stderr}`);
  t.match(pinged.stdout, /"ping": "pong"/);
});

t.test("no setting of a caller's own lets Ansible take a changed host key", { buffered: true }, async t => {
  const dir = t.testdir({ 'hostile.cfg': hostileConfig });
  const stranger = join(dir, 'stranger');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
  const known = readSshSettings().get('userknownhostsfile') ?? '';
  const [name] = readFileSync(known, 'utf8').split(' ');
  const [type, key] = readFileSync(`${stranger}.pub`, 'utf8').split(' ');
  writeFileSync(join(dir, 'known_hosts'), `${name} ${type} ${key}\n`);
  const changed = join(dir, 'inventory.yml');
  const text = readFileSync(inventory, 'utf8');
  t.ok(text.includes(known));
  writeFileSync(changed, text.replaceAll(known, join(dir, 'known_hosts')));
  // A home of its own, or a connection that another run has left open would be taken; short, for the path of a socket.
  const home = mkdtempSync(join(tmpdir(), 'home-'));
  t.teardown(() => rmSync(home, { recursive: true, force: true }));
  for (const variables of [{}, hostileVariables, { ANSIBLE_CONFIG: join(dir, 'hostile.cfg') }]) {
    const given = { ...variables, HOME: home };
    const pinged = await runBare(['ansible', '-i', changed, 'worker', '-m', 'ansible.builtin.ping'], given);
    t.match(pinged.stdout, /UNREACHABLE.*Host key verification failed/s, JSON.stringify(variables));
  }
});

t.test(
  'the ssh_config stands alone too, and nothing rendered takes any host key',
  { buffered: true },
  async t => {
    const result = await runBare(['ssh', '-F', sshConfig, 'worker', 'id -un']);
    t.strictSame([result.exitCode, result.stdout], [0, 'admin\n'], result.stderr);
    for (const file of ['inventory.yml', 'ssh_config', 'env.sh', 'group_vars/worker.yml'])
      t.strictSame(findUncheckedHostKeys(readFileSync(join(build, file), 'utf8')), [], file);
  },
);

t.test('a real sshd shows how far a connection gets', { buffered: true }, async t => {
  const dir = t.testdir({ unknown: '' });
  const keys = ['stranger', 'mute', 'broken'].map(name => {
    const file = join(dir, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', file]);
    return { file, line: readFileSync(`${file}.pub`, 'utf8').trim() };
  });
  const [stranger, mute, broken] = keys;
  // A login whose keys lead to no shell, and to a python3 that does not run.
  const script = `useradd --create-home --shell /bin/sh reach && usermod --password '*' reach && cd ~reach && mkdir bin .ssh
    printf '#!/bin/sh\\necho no such library >&2; exit 127\\n' >bin/python3 && chmod 755 bin/python3
    printf '%s\\n' "$@" >.ssh/authorized_keys && chown -R reach .ssh`;
  const forced = [
    `command="echo no shell for you; false" ${mute?.line}`,
    `command="PATH=~/bin:$PATH; eval \\"$SSH_ORIGINAL_COMMAND\\"" ${broken?.line}`,
  ];
  const made = ended(await inHost(['sh', '-ec', script, 'sh', ...forced]));
  t.equal(made.exitCode, 0, made.stderr);
  t.teardown(() => inHost(['userdel', '--remove', 'reach']));

  const port = await bridgeSshd(t);
  const host = `[127.0.0.1]:${port}`;
  const known = `${host} ${readHostKey()}\n`;
  const knownHostsFile = join(dir, 'known_hosts');
  const reach = (user: string, identityFile = '', knownHosts = known) => {
    writeFileSync(knownHostsFile, knownHosts);
    const connection = { host: '127.0.0.1', user, knownHostsFile, identityFile };
    return reachHost({ connection, env: cleanEnvironment(), limitMs: 0, options: ['-p', String(port)] });
  };
  const admin = readSshSettings().get('identityfile');

  const reached = await reach('admin', admin);
  t.match(reached, { kind: 'reached', python: /^3\.\d+\.\d+$/, workerBucket });
  if (reached.kind === 'reached') {
    const other = { name: 'admin', workerBucket: 'acme-prod-worker', ansible: '2.16.0' };
    t.throws(() => requireFittingHost(reached, other), { message: /belongs to another environment/ });
  }
  const shownFingerprint = fingerprintsOf(known).get('ssh-ed25519');
  t.match(await reach('admin', admin, `${host} ${stranger?.line}\n`), {
    stage: 'host key',
    shownFingerprint,
  });
  t.match(await reach('admin', admin, ''), { stage: 'host key', shownFingerprint });
  t.match(await reach('admin', stranger?.file), { stage: 'login', detail: /Permission denied/ });
  t.match(await reach('nobody', admin), { stage: 'login', detail: /Permission denied/ });
  t.match(await reach('reach', mute?.file), { stage: 'command', detail: 'no shell for you' });
  t.match(await reach('reach', broken?.file), { stage: 'python', detail: 'no such library' });
});

t.test('no secret lies on the host: the metadata service hands out a role', { buffered: true }, async t => {
  const places = ['/etc', '/home', '/opt', '/root', '/var/lib/millrace', '/var/log/millrace'];
  const secrets = [
    '(AKIA|ASIA)[0-9A-Z]{16}',
    '(AWS_SECRET_ACCESS_KEY|aws_secret_access_key|AWS_SESSION_TOKEN|aws_session_token)["\']? *[=:] *[^ ]',
    'BEGIN [A-Z ]*PRIVATE KEY',
  ];
  const patterns = secrets.flatMap(secret => ['-e', secret]);
  const found = ended(await inHost(['grep', '-rlIE', ...patterns, ...places]));
  t.strictSame(
    found.stdout.split('\n').filter(name => name !== '' && !/^\/etc\/ssh\/|\/worker\.cjs$/.test(name)),
    [],
    "beside the host's own keys, and the program, which names the variables",
  );
  const cron = ended(await inHost(['cat', '/etc/cron.d/millrace'])).stdout;
  const endpoint = cron.match(/^AWS_EC2_METADATA_SERVICE_ENDPOINT="(.+)"$/m)?.[1] ?? '';
  const ask = [
    'import json, sys, urllib.request as u',
    'def get(path, method="GET", headers={}): return u.urlopen(u.Request(sys.argv[1] + "/latest/" + path, method=method, headers=headers)).read().decode()',
    'token = {"X-aws-ec2-metadata-token": get("api/token", "PUT", {"X-aws-ec2-metadata-token-ttl-seconds": "60"})}',
    'path = "meta-data/iam/security-credentials/"',
    'role = get(path, headers=token).strip()',
    'print(json.dumps(sorted(json.loads(get(path + role, headers=token)))))',
  ].join('\n');
  const handed = ended(await inHost(['python3', '-c', ask, endpoint]));
  t.equal(handed.exitCode, 0, handed.stderr);
  t.match(JSON.parse(handed.stdout), ['AccessKeyId', 'Code', 'Expiration']);
});
