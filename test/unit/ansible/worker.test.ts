import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { renderYaml } from '../../../scripts/core/quote.ts';
import { runPlaybook } from '../../helpers/ansible.ts';

const role = fileURLToPath(new URL('../../../ansible/roles/worker', import.meta.url));

/** Only the implicit localhost, which runs modules with Ansible's own Python. */
const noInventory = ['-i', '/dev/null'];

/** Renders the role's templates on this machine, without a host. */
async function renderTemplates(folder: string, variables: object): Promise<(name: string) => string> {
  const templates = ['worker.json', 'cron', 'logrotate'];
  const task = (name: string) => ({
    'ansible.builtin.template': {
      src: `${role}/templates/${name}.j2`,
      dest: join(folder, name),
      mode: '0600',
    },
  });
  const play = {
    hosts: 'localhost',
    connection: 'local',
    gather_facts: false,
    vars_files: [`${role}/defaults/main.yml`, `${role}/vars/main.yml`],
    tasks: templates.map(task),
  };
  const playbook = t.testdir({ 'play.yml': renderYaml([play]), 'vars.yml': renderYaml(variables) });
  const run = await runPlaybook([...noInventory, '-e', `@${playbook}/vars.yml`, `${playbook}/play.yml`]);
  if (run.exitCode !== 0) throw new Error(run.output);
  return name => readFileSync(join(folder, name), 'utf8');
}

t.test('renders the files of the worker', async t => {
  const read = await renderTemplates(t.testdir(), {
    worker_bucket: 'lake-files',
    worker_region: 'eu-west-1',
    worker_options: {
      concurrency: 4,
      budget: { files: 1, bytes: 2, seconds: 3 },
      csvDelimiter: '|',
      passThrough: ['*'],
    },
    worker_environment: { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' },
  });
  t.strictSame(JSON.parse(read('worker.json')), {
    bucket: 'lake-files',
    region: 'eu-west-1',
    workDir: '/var/lib/millrace',
    concurrency: 4,
    budget: { files: 1, bytes: 2, seconds: 3 },
    csvDelimiter: '|',
    passThrough: ['*'],
  });
  t.equal(
    read('cron'),
    `# Written by Ansible, role worker: the next run undoes changes made here.
SHELL=/bin/sh
PATH=/usr/sbin:/usr/bin:/sbin:/bin
MAILTO=""
AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED="true"
AWS_ENDPOINT_URL="http://127.0.0.1:4566"
AWS_REGION="eu-west-1"
* * * * * millrace /usr/bin/flock -n /var/lib/millrace/lock /usr/local/bin/node /opt/millrace/current/worker.cjs /etc/millrace/worker.json >>/var/log/millrace/worker.log 2>&1
`,
  );
  t.match(read('logrotate'), /^\/var\/log\/millrace\/worker\.log \{\n {4}su millrace millrace\n/m);
  t.notMatch(read('cron'), /%/, 'cron turns a percent sign into a new line');
});

t.test('keeps hostile values intact', async t => {
  const bucket = 'a "b" \\ \n ${c} %{d} {{ e }} {% f %} é yes';
  const read = await renderTemplates(t.testdir(), {
    worker_bucket: bucket,
    worker_region: 'yes',
    worker_environment: { NOTE: "it's $(id) `id` {{ x }} # 100%" },
  });
  t.match(JSON.parse(read('worker.json')), { bucket, region: 'yes' });
  t.match(read('cron'), '\nNOTE="it\'s $(id) `id` {{ x }} # 100%"\n');
});

t.test('refuses variables that a crontab cannot hold', async t => {
  const preflight = {
    hosts: 'localhost',
    connection: 'local',
    gather_subset: ['!all', '!min', 'distribution'],
    tasks: [{ 'ansible.builtin.include_role': { name: role, tasks_from: 'preflight' } }],
  };
  const worker_environment = {
    QUOTED: 'say "x"',
    LINES: 'two\nlines',
    'not a name': 'x',
    COUNT: 3,
    GOOD: 'x',
  };
  const variables = {
    worker_bundle: '/b',
    worker_bundle_sha256: '0'.repeat(64),
    worker_bucket: 'b',
    worker_region: 'r',
    worker_environment,
  };
  const folder = t.testdir({ 'play.yml': renderYaml([preflight]), 'vars.yml': renderYaml(variables) });
  const run = await runPlaybook([...noInventory, '-e', `@${folder}/vars.yml`, `${folder}/play.yml`]);
  t.equal(run.exitCode, 2);
  const refused = run.output.match(/(?<=worker_environment\.)[^:]+(?=: expected a name in capitals)/g);
  t.strictSame(refused, ['QUOTED', 'LINES', 'not a name', 'COUNT']);
});
