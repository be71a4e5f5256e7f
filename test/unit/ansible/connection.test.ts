import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { z } from 'zod';
import { renderYaml } from '../../../scripts/core/quote.ts';
import { ansibleConnection } from '../../../scripts/core/ssh.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { hostileConfig, hostileVariables } from '../../helpers/host/hostile-settings.ts';

const venvBin = join(projectRoot, '.venv/bin');
const connection = { host: '203.0.113.7', user: 'ec2-user', knownHostsFile: '/a b/known_hosts' };
const identityFile = '/a b/id_ed25519';

/** Settings of a caller's that change what is waited for or how bytes are carried, not whom they come from. */
const harmless = [
  'control_path_dir',
  'pipelining',
  'pkcs11_provider',
  'reconnection_retries',
  'scp_if_ssh',
  'sftp_batch_mode',
  'ssh_transfer_method',
  'sshpass_prompt',
  'timeout',
  'use_tty',
];

t.test('every setting that Ansible reads of an ssh connection is given, or known to do no harm', async t => {
  const dir = t.testdir();
  const named = z.array(z.object({ name: z.string() })).default([]);
  const option = z.object({ env: named, ini: z.array(z.unknown()).default([]), vars: named });
  const shape = z.object({ ssh: z.object({ doc: z.object({ options: z.record(z.string(), option) }) }) });
  const stdout = execFileSync(join(venvBin, 'ansible-doc'), ['-t', 'connection', 'ssh', '--json'], {
    cwd: dir,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', HOME: dir },
  });
  const { options } = shape.parse(JSON.parse(stdout.toString())).ssh.doc;
  const given = Object.keys(ansibleConnection({ ...connection, identityFile }));
  const open = Object.entries(options)
    .filter(([, { env, ini }]) => env.length + ini.length > 0)
    .filter(([, { vars }]) => !vars.some(({ name }) => given.includes(name)))
    .map(([name]) => name);
  t.strictSame(open.sort(), harmless);
});

t.test("ssh is told the same under a caller's own settings of Ansible as under none", async t => {
  const dir = t.testdir({
    bin: { ssh: '#!/bin/sh\nprintf "%s\\n" "$@" >"$TOLD"\n' },
    'hostile.cfg': hostileConfig,
    'inventory.yml': renderYaml({
      worker: { hosts: { host: ansibleConnection({ ...connection, identityFile }) } },
    }),
  });
  chmodSync(join(dir, 'bin/ssh'), 0o755);
  /** What ssh makes of the arguments that Ansible gives it. */
  const settingsUnder = (variables: Readonly<Record<string, string>>) => {
    const told = join(dir, 'told');
    writeFileSync(told, '');
    const args = ['-i', join(dir, 'inventory.yml'), 'worker', '-m', 'ansible.builtin.raw', '-a', 'true'];
    const path = `${join(dir, 'bin')}:${venvBin}:/usr/bin:/bin`;
    const env = { PATH: path, LC_ALL: 'C.UTF-8', HOME: dir, TOLD: told };
    execFileSync('ansible', args, { cwd: dir, env: { ...env, ...variables }, stdio: 'pipe' });
    const words = readFileSync(told, 'utf8').split('\n').slice(0, -1);
    return execFileSync('/usr/bin/ssh', ['-G', ...words], { encoding: 'utf8' }).split('\n');
  };
  const settings = settingsUnder({});
  for (const line of [
    'stricthostkeychecking true',
    'userknownhostsfile /a b/known_hosts',
    'controlmaster auto',
    'controlpersist 60',
  ])
    t.ok(settings.includes(line), line);
  t.strictSame(settingsUnder(hostileVariables), settings, 'by variables');
  t.strictSame(settingsUnder({ ANSIBLE_CONFIG: join(dir, 'hostile.cfg') }), settings, 'by an ansible.cfg');
});
