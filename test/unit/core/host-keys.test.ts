import { execFileSync } from 'node:child_process';
import t from 'tap';
import { describeKeyChange, fingerprintsOf, parseConsoleHostKeys } from '../../../scripts/core/host-keys.ts';

const console = `[   14.2] cloud-init[1234]: ci-info: no authorized SSH keys fingerprints found for user ec2-user.\r
<14>Nov 21 09:08:07 cloud-init: -----BEGIN SSH HOST KEY FINGERPRINTS-----\r
<14>Nov 21 09:08:07 cloud-init: 256 SHA256:abc root@ip (ED25519)\r
<14>Nov 21 09:08:07 cloud-init: -----END SSH HOST KEY FINGERPRINTS-----\r
-----BEGIN SSH HOST KEY KEYS-----\r
ecdsa-sha2-nistp256 AAAAE2VjZHNh+/== root@ip-10-20-0-5\r
ssh-ed25519 AAAAC3NzaC1lZDI1 root@ip-10-20-0-5\r
-----END SSH HOST KEY KEYS-----\r
ssh-rsa AAAAoutside somebody@else\r
`;

t.test('takes the keys of the block and nothing around it', async t => {
  t.strictSame(parseConsoleHostKeys(console, '203.0.113.7'), [
    '203.0.113.7 ecdsa-sha2-nistp256 AAAAE2VjZHNh+/==',
    '203.0.113.7 ssh-ed25519 AAAAC3NzaC1lZDI1',
  ]);
});

t.test('gives none before the block is there, or is there whole', async t => {
  t.strictSame(parseConsoleHostKeys('', '203.0.113.7'), []);
  t.strictSame(parseConsoleHostKeys(console.split('-----END SSH HOST KEY KEYS')[0] ?? '', 'h'), []);
});

const known = (key: string, type = 'ssh-ed25519') => `# i-1\n203.0.113.7 ${type} ${key}\n`;

t.test('shows keys as ssh-keygen does', async t => {
  const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIKsjFfzyuOKfWAH7GUFZKxTDdv+lrQHpzZLgNtKSv4jW';
  const shown = execFileSync('ssh-keygen', ['-lf', '-'], {
    input: `ssh-ed25519 ${key} me\n`,
    encoding: 'utf8',
  });
  t.strictSame([...fingerprintsOf(known(key))], [['ssh-ed25519', shown.split(' ')[1]]]);
});

t.test('tells a key that has changed with both fingerprints, and is silent otherwise', async t => {
  t.match(
    describeKeyChange(known('AAAA'), known('BBBB'), 'it was made anew'),
    /^The host's keys have changed: it was made anew\.\n {2}before: SHA256:\S{43} \(ssh-ed25519\)\n {2}now: {4}SHA256:\S{43} /,
  );
  t.equal(describeKeyChange(undefined, known('BBBB'), 'why'), undefined, 'the first');
  t.equal(describeKeyChange(known('AAAA'), known('AAAA'), 'why'), undefined, 'the same');
  t.equal(describeKeyChange(known('AAAA'), `${known('AAAA')}h ssh-rsa CCCC\n`, 'why'), undefined, 'one more');
  t.match(
    describeKeyChange(known('AAAA'), known('CCCC', 'ssh-rsa'), 'why'),
    /before: \S+ \(ssh-ed25519\)\n {2}now: {4}\S+ \(ssh-rsa\)$/,
    'no type in common',
  );
});
