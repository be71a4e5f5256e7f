import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { stackNames } from '../../../scripts/core/stacks.ts';
import { mirrorTerraform, readGaps, writeLocalBackend } from '../../../scripts/edge/terraform-tree.ts';

/** A project whose every stack has a main.tf, with one module and overrides for a stack and the module. */
const makeRoot = (t: Test) =>
  t.testdir({
    files: {},
    dist: {},
    terraform: {
      ...Object.fromEntries(stackNames.map(name => [name, { 'main.tf': `# ${name}` }])),
      mpp: {
        'main.tf': '# mpp',
        'jobs.tf': '# jobs',
        '.terraform.lock.hcl': '# lock',
        'README.md': 'not read by Terraform',
        'x.tfstate': 'not wanted',
        tests: { 'mpp.tftest.hcl': '' },
        '.terraform': { 'state.json': '{}' },
      },
      modules: { bucket: { 'bucket.tf': '# bucket' } },
      emulator: {
        'mpp.tf': '# gap: crawler - what a crawler finds\n',
        'bucket.tf': '# gap: replication - copies in another region\n',
        'README.md': '# gap: none - not read\n',
      },
    },
  });

const mirror = (root: string, withEmulatorOverrides = true) =>
  mirrorTerraform({ root, into: join(root, 'build/local'), withEmulatorOverrides });

t.test('links every file that Terraform reads, with files/ and dist/ at the same depth', async t => {
  const root = makeRoot(t);
  const target = mirror(root);
  t.equal(target, join(root, 'build/local/terraform'));
  t.strictSame(readdirSync(target).sort(), [...stackNames, 'modules'].sort());
  t.strictSame(readdirSync(join(target, 'mpp')).sort(), [
    '.terraform.lock.hcl',
    'emulator_override.tf',
    'jobs.tf',
    'main.tf',
  ]);
  t.equal(readlinkSync(join(target, 'mpp/jobs.tf')), join(root, 'terraform/mpp/jobs.tf'));
  t.equal(readFileSync(join(target, 'modules/bucket/bucket.tf'), 'utf8'), '# bucket');
  for (const name of ['files', 'dist']) {
    t.equal(readlinkSync(join(target, '..', name)), join(root, name));
  }
});

t.test('lays the override of a stack or a module in, and only on the local target', async t => {
  const root = makeRoot(t);
  const target = mirror(root);
  t.equal(readlinkSync(join(target, 'mpp/emulator_override.tf')), join(root, 'terraform/emulator/mpp.tf'));
  t.equal(
    readlinkSync(join(target, 'modules/bucket/emulator_override.tf')),
    join(root, 'terraform/emulator/bucket.tf'),
  );
  t.notOk(readdirSync(join(target, 'network')).includes('emulator_override.tf'));
  mirror(root, false);
  t.notOk(readdirSync(join(target, 'mpp')).includes('emulator_override.tf'), 'and takes it out again');
});

t.test("removes links to what is gone, and keeps Terraform's data and its own files", async t => {
  const root = makeRoot(t);
  const target = mirror(root);
  mkdirSync(join(target, 'mpp/.terraform-local'));
  writeFileSync(join(target, 'mpp/.terraform-local/terraform.tfstate'), '{}');
  writeFileSync(join(target, 'mpp/backend_override.tf'), '# ours');
  rmSync(join(root, 'terraform/mpp/jobs.tf'));
  rmSync(join(root, 'terraform/emulator/mpp.tf'));
  mirror(root);
  t.strictSame(readdirSync(join(target, 'mpp')).sort(), [
    '.terraform-local',
    '.terraform.lock.hcl',
    'backend_override.tf',
    'main.tf',
  ]);
  t.equal(readFileSync(join(target, 'mpp/.terraform-local/terraform.tfstate'), 'utf8'), '{}');
});

t.test('changes nothing the second time', async t => {
  const root = makeRoot(t);
  const link = join(mirror(root), 'mpp/main.tf');
  const before = lstatSync(link).ino;
  mirror(root);
  t.equal(lstatSync(link).ino, before);
});

t.test('writes a local backend whose path stays what it is', async t => {
  const dir = t.testdir();
  writeLocalBackend(dir, '/a "b"/${x}/%{y}/state');
  t.equal(
    readFileSync(join(dir, 'backend_override.tf'), 'utf8'),
    'terraform {\n  backend "local" {\n    path = "/a \\"b\\"/\\u0024{x}/\\u0025{y}/state"\n  }\n}\n',
  );
});

t.test('reads the gaps of every override file in the order of their names', async t => {
  const root = makeRoot(t);
  t.strictSame(readGaps(root), [
    { gap: 'replication', what: 'copies in another region' },
    { gap: 'crawler', what: 'what a crawler finds' },
  ]);
  rmSync(join(root, 'terraform/emulator'), { recursive: true });
  t.strictSame(readGaps(root), []);
});
