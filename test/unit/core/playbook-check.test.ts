import t from 'tap';
import { checkLogText, parsePlaybookCheck } from '../../../scripts/core/playbook-check.ts';

const lines = (...events: readonly (object | string)[]) =>
  events.map(event => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n');
const changed = (task: string, diff = '') => ({ event: 'changed', host: 'h', task, diff });
const end = (hosts: object = { h: { ok: 9, changed: 2, failures: 0, unreachable: 0 } }) => ({
  event: 'end',
  hosts,
});

t.test('gives the tasks that would change something, in order, with their diffs', async t => {
  const text = lines('[WARNING]: something', changed('a', '--- before\n+++ after\n'), changed('b'), end());
  t.strictSame(parsePlaybookCheck(text), {
    kind: 'checked',
    changes: [
      { host: 'h', task: 'a', diff: '--- before\n+++ after\n' },
      { host: 'h', task: 'b' },
    ],
  });
});

t.test('leaves out where Ansible renders a template to: it is elsewhere in each run', async t => {
  const diff =
    '--- before: /etc/x.json\n+++ after: /tmp/ansible/ansible-local-2q_2y/tmp_4q/x.json.j2\n@@ -1 +1 @@\n';
  const check = parsePlaybookCheck(lines(changed('a', diff), end()));
  t.match(check, { changes: [{ diff: '--- before: /etc/x.json\n+++ after\n@@ -1 +1 @@\n' }] });
});

t.test('tells a host that does not answer from one on which a task failed', async t => {
  const unreachable = {
    event: 'unreachable',
    host: 'h',
    task: 'Find Python',
    message: 'no route\r\nto host\n',
  };
  const nobody = end({ h: { ok: 0, changed: 0, failures: 0, unreachable: 1 } });
  t.strictSame(parsePlaybookCheck(lines(unreachable, nobody)), {
    kind: 'unreachable',
    message: 'no route to host',
  });
  const failed = { event: 'failed', host: 'h', task: 'Require a C library', message: 'glibc is too old' };
  t.strictSame(parsePlaybookCheck(lines(changed('a'), failed, end())), {
    kind: 'failed',
    task: 'Require a C library',
    message: 'glibc is too old',
  });
});

t.test('takes a run without an end, or without a host, for none', async t => {
  t.equal(parsePlaybookCheck(lines(changed('a'))), undefined);
  t.equal(parsePlaybookCheck(lines(end({}))), undefined);
  t.equal(parsePlaybookCheck(''), undefined);
});

t.test('keeps no diff in the log', async t => {
  t.equal(
    checkLogText(lines(changed('Write the settings', 'password: x'))),
    'h: would change: Write the settings',
  );
  t.equal(checkLogText('[WARNING]: something'), '[WARNING]: something');
});
