import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { renderYaml } from '../../../scripts/core/quote.ts';
import { bundlePrograms } from '../../../scripts/edge/bundle.ts';
import { runPlaybook } from '../../helpers/ansible.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const role = join(root, 'ansible/roles/worker');

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
    // Of role system.
    vars: { system_cron_programs: ['/usr/sbin/cron', '/usr/sbin/logrotate', '/usr/bin/flock'] },
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
# Hourly, because a busy day's log would be too long, and whatever the system's own timer does.
7 * * * * root /usr/sbin/logrotate /etc/logrotate.d/millrace
AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED="true"
AWS_ENDPOINT_URL="http://127.0.0.1:4566"
AWS_REGION="eu-west-1"
# Cron reads the account's numbers when it reads this file, and reads it anew when it has changed: none yet:none yet.
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
  const folder = t.testdir({ 'play.yml': renderYaml([preflight]) });
  const refused = async (worker_environment: object) => {
    const variables = {
      worker_bundle: '/b',
      worker_bundle_sha256: '0'.repeat(64),
      worker_bucket: 'b',
      worker_region: 'r',
      worker_environment: { GOOD: 'x', ...worker_environment },
    };
    writeFileSync(join(folder, 'vars.yml'), renderYaml(variables));
    const run = await runPlaybook([...noInventory, '-e', `@${folder}/vars.yml`, `${folder}/play.yml`]);
    t.equal(run.exitCode, 2);
    return run.faults.filter(fault => fault.startsWith('worker_environment.')).map(fault => fault.slice(19));
  };
  const bad = { QUOTED: 'say "x"', LINES: 'two\nlines', 'not a name': 'x', COUNT: 3 };
  t.match(
    await refused(bad),
    Object.keys(bad).map(name => `${name}: expected a name in capitals and a text in one line`),
  );
  const own = { PATH: '/tmp', LOGNAME: 'root', CRON_TZ: 'Asia/Tokyo' };
  t.match(
    await refused(own),
    Object.keys(own).map(
      name => new RegExp(`^${name}: expected none of SHELL, PATH, MAILTO, .+: leave it out$`),
    ),
  );
  const long = { FITS: 'x'.repeat(983), LONG: 'x'.repeat(984) };
  t.strictSame(await refused(long), [
    'LONG: expected at most 990 bytes with its name, as cron drops the whole file for a longer line, got 991',
  ]);
});

/** What the control machine says to these settings, without a host. */
async function askForSettings(variables: object, path?: string) {
  const ask = {
    hosts: 'localhost',
    connection: 'local',
    gather_facts: false,
    tasks: [{ 'ansible.builtin.include_role': { name: role, tasks_from: 'preflight_settings' } }],
  };
  const given = { worker_bucket: 'lake-files', worker_region: 'eu-west-1', ...variables };
  const folder = t.testdir({ 'play.yml': renderYaml([ask]), 'vars.yml': renderYaml(given) });
  const args = [...noInventory, '-e', `@${folder}/vars.yml`, `${folder}/play.yml`];
  return runPlaybook(args, root, path);
}

t.test('asks the bundle that is shipped whether it takes the settings', async t => {
  const outDir = t.testdir();
  const { worker } = await bundlePrograms({ root, outDir: join(outDir, 'the worker\'s "dist"') });
  const bundle = { worker_bundle: worker, worker_bundle_sha256: 'a'.repeat(64) };
  const notChecked = "The worker's settings were not checked";
  const worker_options = {
    concurrency: '8',
    csvDelimiter: "'$(id)\n{{ x }}",
    passThrough: ['parquet'],
    budget: { files: 0, bytes: -1, seconds: 1_000_000 },
  };
  const bad = { ...bundle, worker_region: true, worker_options };

  const refused = await askForSettings(bad);
  t.notMatch(refused.output, notChecked);
  t.strictSame(refused.faults, [
    [
      'worker_bucket, worker_region, worker_options: expected settings that the worker takes, got region: expected a region such as eu-west-1, got true',
      'concurrency: expected a whole number from 1 to 256, got "8"',
      `csvDelimiter: expected one ASCII character other than a quote, CR, LF or NUL, got "'$(id)\\n{{ x }}"`,
      'passThrough: expected a list of endings in small letters such as .parquet, or *, got ["parquet"]',
      'budget.files: expected a whole number from 1, got 0',
      'budget.bytes: expected a whole number from 1, got -1',
      'budget.seconds: expected a whole number from 1 to 86400, got 1000000',
    ].join('; '),
  ]);

  const taken = await askForSettings({ ...bundle, worker_options: { concurrency: 8, csvDelimiter: "'" } });
  t.equal(taken.exitCode, 0, 'taken', taken);
  t.notMatch(taken.output, notChecked);

  const older = await askForSettings({ ...bad, worker_release: 'b'.repeat(12) });
  t.equal(older.exitCode, 0, 'a release that only the host has is not asked', older);
  t.notMatch(older.output, notChecked);

  const noNode = await askForSettings(bad, t.testdir());
  t.equal(noNode.exitCode, 0, 'without Node.js on this machine the run goes on', noNode);
  t.match(noNode.output, new RegExp(`${notChecked}, .+ as .+node.+ got .*not found; exit 127`));
});
