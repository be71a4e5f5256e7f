import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { copyTerraform, terraformFolders, terraformTestEnv } from '../../helpers/terraform.ts';

const env = terraformTestEnv();
const copy = copyTerraform(t.testdir());

/** Runs terraform in a folder of the copy; a failure is a value, for the test to show. */
async function runTerraform(folder: string, argv: readonly string[]) {
  const { exitCode, all } = await execa('terraform', argv, {
    cwd: join(copy, folder),
    env,
    extendEnv: false,
    all: true,
    reject: false,
  });
  return { exitCode, output: all };
}

t.jobs = 2;
for (const folder of terraformFolders()) {
  t.test(`terraform test passes in ${folder}`, { buffered: true }, async t => {
    const init = await runTerraform(folder, ['init', '-backend=false', '-input=false', '-no-color']);
    t.equal(init.exitCode, 0, 'init ends well', { output: init.output });
    const test = await runTerraform(folder, ['test', '-no-color']);
    t.equal(test.exitCode, 0, 'test ends well', { output: test.output });
    t.match(test.output, /^Success! [1-9]\d* passed, 0 failed\.$/m, 'with at least one run');
  });
}
