import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { stackNames } from '../../scripts/core/stacks.ts';
import { copyRoot, ended, runInCopy } from '../helpers/clean-copy.ts';

const build = join(copyRoot, 'build/local');

t.test('after sourcing env.sh the playbook runs by hand from any folder, and changes nothing', async t => {
  const line = '. "$BUILD/env.sh" && ansible-playbook -i "$BUILD/inventory.yml" "$ROOT/ansible/playbook.yml"';
  const result = ended(
    await runInCopy(['bash', '-c', line], { cwd: tmpdir(), env: { BUILD: build, ROOT: copyRoot } }),
  );
  t.equal(result.exitCode, 0, result.stdout);
  t.match(result.stdout, /changed=0 +unreachable=0 +failed=0/);
});

// From here on nothing is changed, so one may go beside the other.
t.jobs = 2;

t.test(
  'the inventory needs neither settings nor variables: PATH alone will do',
  { buffered: true },
  async t => {
    const venv = join(copyRoot, '.venv/bin');
    const line =
      'exec env -i PATH="$VENV:/usr/bin:/bin" LC_ALL=C.UTF-8 HOME=/nonexistent ansible-playbook -i "$BUILD/inventory.yml" "$ROOT/ansible/playbook.yml" --check';
    const env = { BUILD: build, ROOT: copyRoot, VENV: venv };
    const result = ended(await runInCopy(['bash', '-c', line], { cwd: '/', env }));
    t.equal(result.exitCode, 0, `${result.stdout}\n${result.stderr}`);
    t.match(result.stdout, /changed=0 +unreachable=0 +failed=0/);
  },
);

t.test(
  'plain terraform plan works in each stack folder with the rendered files',
  { buffered: true },
  async t => {
    const inStack = '. "$BUILD/env.sh" && cd "$BUILD/terraform/$STACK"';
    const line = `${inStack} && terraform plan -input=false -no-color -detailed-exitcode -var-file="../../$STACK.tfvars" -out="$PLAN"`;
    const plan = join(t.testdir(), 'plan');
    for (const stack of stackNames) {
      const env = { BUILD: build, STACK: stack, PLAN: plan };
      const result = ended(await runInCopy(['bash', '-c', line], { env }));
      t.equal(result.exitCode, 0, `${stack}: ${result.stdout}\n${result.stderr}`);
    }
    const env = { BUILD: build, STACK: 'ec2', PLAN: plan };
    const shown = ended(
      await runInCopy(['bash', '-c', `${inStack} && terraform show -json "$PLAN"`], { env }),
    );
    const pair = join(build, 'ssh/id_ed25519');
    const [, publicKey = 'none'] = readFileSync(`${pair}.pub`, 'utf8').split(' ');
    t.ok(shown.stdout.includes(publicKey), 'plan and state hold the public half of the key pair');
    const secret = readFileSync(pair, 'utf8')
      .split('\n')
      .filter(part => part.length > 40 && !part.startsWith('-----'));
    t.ok(
      secret.length > 2 && secret.every(part => !shown.stdout.includes(part)),
      'and nothing of the private one',
    );
  },
);
