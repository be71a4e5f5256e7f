import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readText, removeTree, writeFile, writeLink } from '../../../scripts/edge/files.ts';
import { hasSucceeded, runProcess } from '../../../scripts/edge/process.ts';

const isRoot = process.getuid?.() === 0;

/** Runs mount or umount and tells whether this user may. */
async function canRun(file: 'mount' | 'umount', args: readonly string[]): Promise<boolean> {
  return hasSucceeded(await runProcess({ file, args, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } }));
}

t.test('writes a file with its folders and mode, and leaves nothing beside it', async t => {
  const dir = t.testdir();
  const path = join(dir, 'a/b/x.yml');
  t.equal(writeFile(path, 'é "1"\n', 0o600), true);
  t.equal(readText(path), 'é "1"\n');
  t.equal(statSync(path).mode & 0o777, 0o600);
  t.strictSame(readdirSync(join(dir, 'a/b')), ['x.yml']);
});

t.test('leaves a file untouched that has the content already', async t => {
  const path = join(t.testdir({ x: 'same' }), 'x');
  const before = new Date('2026-01-01T00:00:00Z');
  utimesSync(path, before, before);
  t.equal(writeFile(path, 'same'), false);
  t.strictSame(statSync(path).mtime, before);
  t.equal(writeFile(path, 'other'), true);
  t.equal(readText(path), 'other');
});

t.test('replaces a file in one step, so that an open reader keeps the old one whole', async t => {
  const path = join(t.testdir({ x: 'old' }), 'x');
  const before = statSync(path).ino;
  writeFile(path, 'new');
  t.not(statSync(path).ino, before);
});

t.test('tells a missing file from an empty one', async t => {
  const dir = t.testdir({ empty: '' });
  t.equal(readText(join(dir, 'empty')), '');
  t.equal(readText(join(dir, 'missing')), undefined);
});

t.test('refuses a folder that this user may not write, with what to do', async t => {
  const dir = t.testdir({ locked: { x: 'old' } });
  const locked = join(dir, 'locked');
  chmodSync(locked, 0o555);
  // Modes do not hold root back, so it becomes another user for the moment.
  if (isRoot) process.seteuid?.(65_534);
  try {
    t.throws(() => writeFile(join(locked, 'y'), 'new'), {
      name: 'Failure',
      message: `${join(locked, 'y')}: cannot be written, got EACCES`,
      hint: 'Make the folder writable for this user, then run the command again.',
    });
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(locked, 0o755);
  }
  t.strictSame(readdirSync(locked), ['x']);
});

t.test('refuses a file that stands where a folder is needed', async t => {
  const path = join(t.testdir({ x: 'a file' }), 'x/y');
  t.throws(() => writeFile(path, 'new'), { name: 'Failure', where: path });
});

const small = join(t.testdir({ small: {} }), 'small');
const isMounted = isRoot && (await canRun('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]));
const skip = isMounted ? false : 'needs a full disk, and this user may not mount a small one';

t.test('keeps the old file whole on a full disk, and says that it is full', { skip }, async t => {
  try {
    const path = join(small, 'x.tfvars');
    writeFile(path, 'old');
    t.throws(() => writeFile(path, 'x'.repeat(200_000)), {
      name: 'Failure',
      message: `${path}: cannot be written, got ENOSPC`,
      hint: /^The disk is full: free some room/,
    });
    t.equal(readFileSync(path, 'utf8'), 'old');
    t.strictSame(readdirSync(small), ['x.tfvars']);
  } finally {
    await canRun('umount', [small]);
  }
});

t.test('makes a link, leaves the same one alone and replaces any other thing', async t => {
  const dir = t.testdir({ file: 'text', folder: { inner: 'text' } });
  const link = join(dir, 'deep/link');
  writeLink(link, '../one');
  t.equal(readlinkSync(link), '../one');
  const before = lstatSync(link).ino;
  writeLink(link, '../one');
  t.equal(lstatSync(link).ino, before);
  writeLink(link, '../two');
  t.equal(readlinkSync(link), '../two');
  for (const name of ['file', 'folder']) {
    writeLink(join(dir, name), 'elsewhere');
    t.equal(readlinkSync(join(dir, name)), 'elsewhere');
  }
});

t.test('does not follow the link that it replaces', async t => {
  const dir = t.testdir({ kept: { x: 'text' }, at: {} });
  writeLink(join(dir, 'at/link'), join(dir, 'kept'));
  writeLink(join(dir, 'at/link'), join(dir, 'other'));
  t.equal(readText(join(dir, 'kept/x')), 'text');
});

t.test('refuses a link that cannot be made', async t => {
  const path = join(t.testdir({ x: 'a file' }), 'x/link');
  t.throws(() => writeLink(path, 'target'), { name: 'Failure', where: path });
});

t.test('removes a folder with what is in it, or names what is in the way', async t => {
  const folder = t.testdir({ full: { a: { b: 'c' } } });
  removeTree(join(folder, 'full'));
  removeTree(join(folder, 'full'));
  t.notOk(existsSync(join(folder, 'full')));
  t.throws(() => removeTree('/proc/version'), {
    name: 'Failure',
    message: /^\/proc\/version: cannot be removed, got E\w+$/,
    hint: /then run the command again/,
  });
});
