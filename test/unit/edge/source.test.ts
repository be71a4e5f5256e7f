import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { markSource } from '../../../scripts/edge/source.ts';

const tree = {
  terraform: { network: { 'main.tf': '# one\n' } },
  worker: { 'a.ts': 'a' },
  docs: { 'x.md': 'x' },
};

t.test('knows a tree again by its folders, without git', async t => {
  // A folder in the clone would be one of git's.
  const root = mkdtempSync(join(tmpdir(), 'millrace-source-'));
  t.teardown(() => rmSync(root, { recursive: true }));
  cpSync(t.testdir(tree), root, { recursive: true });
  const mark = await markSource(root);
  t.match(mark, { commit: null, isDirty: false });
  t.strictSame(await markSource(root), mark);
  writeFileSync(join(root, 'docs/x.md'), 'y');
  mkdirSync(join(root, 'terraform/network/.terraform-dev'));
  writeFileSync(join(root, 'terraform/network/.terraform-dev/modules.json'), '{}');
  t.strictSame(
    await markSource(root),
    mark,
    'what a deploy does not read, and what Terraform leaves, are none of it',
  );
});

t.test('names the folder in which a file was edited, added or renamed', async t => {
  const root = t.testdir(tree);
  const before = await markSource(root);
  const changedNow = async () => {
    const { files } = await markSource(root);
    return Object.keys(files).filter(name => files[name] !== before.files[name]);
  };
  writeFileSync(join(root, 'terraform/network/main.tf'), '# two\n');
  t.strictSame(await changedNow(), ['terraform']);
  writeFileSync(join(root, 'terraform/network/main.tf'), '# one\n');
  t.strictSame(await changedNow(), []);
  writeFileSync(join(root, 'worker/b.ts'), '');
  t.strictSame(await changedNow(), ['worker']);
  writeFileSync(join(root, 'package-lock.json'), '{}');
  t.strictSame(await changedNow(), ['package-lock.json', 'worker']);
});

t.test('gives the commit, and tells a clone that is not as committed', async t => {
  const root = t.testdir(tree);
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
  const git = (...args: readonly string[]) =>
    execFileSync('git', [...identity, ...args], { cwd: root, stdio: 'pipe' })
      .toString()
      .trim();
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message=one');
  t.match(await markSource(root), { commit: git('rev-parse', 'HEAD'), isDirty: false });
  writeFileSync(join(root, 'docs/x.md'), 'y');
  t.equal((await markSource(root)).isDirty, false, 'a deploy does not read it');
  writeFileSync(join(root, 'terraform/new.tf'), '');
  t.equal((await markSource(root)).isDirty, true);
});
