import t from 'tap';
import { parsePlaybookRun } from '../../../scripts/core/playbook.ts';

const recap = `
PLAY RECAP *********************************************************************
one                        : ok=32   changed=3    unreachable=0    failed=0    skipped=8    rescued=0    ignored=0
two                        : ok=1    changed=2    unreachable=1    failed=4    skipped=8    rescued=0    ignored=0
`;

t.test('adds the recap up over all hosts', async t => {
  t.strictSame(parsePlaybookRun(recap), {
    changed: 5,
    unreachable: 1,
    failed: 4,
    fault: undefined,
    warnings: [],
  });
});

t.test('gives zeros for a run without a recap', async t => {
  t.strictSame(parsePlaybookRun('ERROR! the playbook: nowhere.yml could not be found\n'), {
    changed: 0,
    unreachable: 0,
    failed: 0,
    fault: undefined,
    warnings: [],
  });
});

t.test('names the task that failed first, with its message in one line', async t => {
  const output = `
PLAY [all] *********************************************************************

TASK [node : Find Node] ********************************************************
ok: [one]

TASK [node : Refuse [old] ones] ************************************************
fatal: [one]: FAILED! => {"changed": false, "msg": "expected \\"22\\"\\ngot 18"}

TASK [worker : Never reached] **************************************************
fatal: [two]: FAILED! => {"changed": false, "msg": "second"}
${recap}`;
  t.equal(parsePlaybookRun(output).fault, 'node : Refuse [old] ones: expected "22" got 18');
});

t.test('names a host that cannot be reached, and a handler', async t => {
  const unreachable = `TASK [Gathering Facts] ***
fatal: [one]: UNREACHABLE! => {"changed": false, "msg": "ssh: Connection refused\\r\\n", "unreachable": true}
`;
  t.equal(parsePlaybookRun(unreachable).fault, 'Gathering Facts: ssh: Connection refused');
  const handler = `TASK [worker : Write the settings] ***
changed: [one]

RUNNING HANDLER [worker : Start cron] ***
fatal: [one]: FAILED! => {"changed": false, "msg": "no cron"}
`;
  t.equal(parsePlaybookRun(handler).fault, 'worker : Start cron: no cron');
});

t.test('shows the line itself when it carries no message', async t => {
  t.equal(
    parsePlaybookRun('fatal: [one]: FAILED! => no JSON\n\n').fault,
    'start: fatal: [one]: FAILED! => no JSON',
  );
});

t.test('names the item of a loop that failed', async t => {
  const output = `TASK [worker : Require variables] ***
ok: [one] => (item={'key': 'A', 'value': 'x'})
failed: [one] (item={'key': 'B', 'value': 3}) => {"ansible_loop_var": "item", "msg": "B: expected a text, got 3"}
`;
  t.equal(parsePlaybookRun(output).fault, 'worker : Require variables: B: expected a text, got 3');
});

t.test('hands on what the roles warn of, once', async t => {
  const warning = (host: string) => `ok: [${host}] => {
    "msg": "warning: Amazon Linux 2 has had no security updates since 2026-06-30"
}
`;
  t.strictSame(parsePlaybookRun(`TASK [system : Warn] ***\n${warning('one')}${warning('two')}`).warnings, [
    'Amazon Linux 2 has had no security updates since 2026-06-30',
  ]);
});
