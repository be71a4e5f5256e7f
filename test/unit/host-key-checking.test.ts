import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { projectRoot } from '../../scripts/edge/entry.ts';
import { findUncheckedHostKeys } from '../helpers/host-key-checking.ts';

t.test('knows every way to take whatever host key comes', async t => {
  for (const text of [
    'ssh -o StrictHostKeyChecking=no host',
    'StrictHostKeyChecking accept-new',
    '  stricthostkeychecking "off"',
    'UserKnownHostsFile=/dev/null',
    'ANSIBLE_HOST_KEY_CHECKING: "False"',
    'host_key_checking = false',
    'ansible_host_key_checking: no',
    'ssh-keyscan host >>known_hosts',
  ]) {
    t.strictSame(findUncheckedHostKeys(`a line\n${text}\n`), [`2: ${text.trim()}`], text);
  }
  t.strictSame(findUncheckedHostKeys('StrictHostKeyChecking=yes\nUserKnownHostsFile=/k/known_hosts\n'), []);
});

t.test('no file of the project turns the check of host keys off', async t => {
  const own = [
    'test/unit/host-key-checking.test.ts',
    'test/helpers/host-key-checking.ts',
    'test/helpers/host/hostile-settings.ts',
  ];
  const listed = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', listed, { cwd: projectRoot, encoding: 'utf8' }).split('\0');
  const looked = files.filter(
    name => name !== '' && !own.includes(name) && existsSync(join(projectRoot, name)),
  );
  t.ok(looked.includes('scripts/core/ssh.ts') && looked.includes('ansible/ansible.cfg'));
  const found = looked.flatMap(name =>
    findUncheckedHostKeys(readFileSync(join(projectRoot, name), 'latin1')).map(line => `${name}:${line}`),
  );
  t.strictSame(found, []);
});
