import t from 'tap';
import {
  applyArgv,
  initArgv,
  planArgv,
  refreshArgv,
  showArgv,
  statePushArgv,
} from '../../../scripts/core/terraform-argv.ts';

t.test('initialises without questions, colour or a changed lock file', async t => {
  const plain = ['init', '-input=false', '-no-color', '-lockfile=readonly'];
  t.strictSame(initArgv({ reconfigure: false }), plain);
  t.strictSame(initArgv({ reconfigure: true, backendFile: '/a b/x.tfbackend' }), [
    ...plain,
    '-reconfigure',
    '-backend-config=/a b/x.tfbackend',
  ]);
});

t.test('plans into a file, machine-readable, and for a destroy when asked', async t => {
  const head = ['plan', '-input=false', '-no-color', '-json', '-detailed-exitcode', '-lock-timeout=10s'];
  const files = { varFile: '/a b/x.tfvars', planFile: '/a b/x.tfplan' };
  const tail = ['-var-file=/a b/x.tfvars', '-out=/a b/x.tfplan'];
  t.strictSame(planArgv(files), [...head, ...tail]);
  t.strictSame(planArgv({ ...files, destroy: false }), [...head, ...tail]);
  t.strictSame(planArgv({ ...files, destroy: true }), [...head, '-destroy', ...tail]);
  t.strictSame(planArgv({ ...files, isReadOnly: true }), [...head.slice(0, -1), '-lock=false', ...tail]);
});

t.test('applies exactly the plan file', async t => {
  t.strictSame(applyArgv('/a b/x.tfplan'), [
    'apply',
    '-input=false',
    '-no-color',
    '-json',
    '-lock-timeout=10s',
    '/a b/x.tfplan',
  ]);
});

t.test('refreshes a state and nothing else', async t => {
  t.strictSame(refreshArgv('/a b/x.tfvars'), [
    'apply',
    '-refresh-only',
    '-auto-approve',
    '-input=false',
    '-no-color',
    '-json',
    '-lock-timeout=10s',
    '-var-file=/a b/x.tfvars',
  ]);
});

t.test('pushes a state with the same patience', async t => {
  t.strictSame(statePushArgv('/a b/x.tfstate'), [
    'state',
    'push',
    '-no-color',
    '-lock-timeout=10s',
    '/a b/x.tfstate',
  ]);
});

t.test('shows a plan file as JSON', async t => {
  t.strictSame(showArgv('/a b/x.tfplan'), ['show', '-no-color', '-json', '/a b/x.tfplan']);
});
