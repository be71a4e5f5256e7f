import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { findTerraform } from '../../../../scripts/edge/toolchain/terraform-binary.ts';

const hint = /^Install Terraform >= 1\.11, < 2 /;

/** A folder for PATH with a terraform that runs these lines of shell. */
function fakeTerraform(t: Test, script: string): string {
  const dir = t.testdir({ terraform: `#!/bin/sh\n${script}\n` });
  chmodSync(join(dir, 'terraform'), 0o755);
  return dir;
}
const withVersion = (version: string) => `echo '{"terraform_version":"${version}","outdated":false}'`;

t.test('finds a supported version and asks it in words for machines', async t => {
  const dir = fakeTerraform(t, `[ "$*" = 'version -json' ] && ${withVersion('1.11.4')}`);
  t.strictSame(await findTerraform(dir), { file: join(dir, 'terraform'), version: '1.11.4' });
});

t.test('says that it is missing', async t => {
  await t.rejects(findTerraform(t.testdir({})), {
    name: 'Failure',
    message: 'terraform: is not on PATH',
    hint,
  });
});

for (const version of ['1.5.7', '1.10.5', '2.0.0']) {
  t.test(`refuses version ${version}`, async t => {
    const dir = fakeTerraform(t, withVersion(version));
    await t.rejects(findTerraform(dir), {
      name: 'Failure',
      message: `${join(dir, 'terraform')}: expects version >= 1.11, < 2, got ${version}`,
      hint,
    });
  });
}

for (const { title, script, what } of [
  { title: 'fails', script: 'exit 3', what: /does not tell its version: exit code 3/ },
  { title: 'is killed', script: 'kill -9 $$', what: /does not tell its version: ended by SIGKILL/ },
  { title: 'answers with other words', script: 'echo hello', what: /does not tell its version/ },
  { title: 'answers with other JSON', script: "echo '{}'", what: /does not tell its version/ },
]) {
  t.test(`refuses a terraform that ${title}`, async t => {
    const dir = fakeTerraform(t, script);
    await t.rejects(findTerraform(dir), {
      name: 'Failure',
      where: join(dir, 'terraform'),
      message: what,
      hint,
    });
  });
}
