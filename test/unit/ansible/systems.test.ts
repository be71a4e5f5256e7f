import { createHash } from 'node:crypto';
import t from 'tap';
import { renderRoles } from '../../helpers/host/rendered-roles.ts';

const bundle = '0123456789abcdef'.repeat(4);
const rendered = await renderRoles(t.testdir({}), {
  node_version: '22.20.0',
  node_arch: 'arm64',
  node_builds: { '22.20.0': { file: '/n', sha256: 'ab', glibc_minimum: '2.17' } },
  worker_bundle: '/w',
  worker_bundle_sha256: bundle,
  worker_bucket: 'lake-files',
  worker_region: 'eu-west-1',
  logs_enabled: true,
  logs_group: '/millrace/lake/worker',
  logs_region: 'eu-west-1',
});
const amazon = {
  system_cron_packages: ['cronie', 'logrotate', 'util-linux'],
  system_cron_programs: ['/usr/sbin/crond', '/usr/sbin/logrotate', '/usr/bin/flock'],
  system_cron_service: 'crond',
  system_nologin: '/sbin/nologin',
  system_agent_package: 'amazon-cloudwatch-agent',
};
const debian = {
  system_name: 'Debian or Ubuntu',
  system_cron_packages: ['cron', 'logrotate', 'util-linux'],
  system_cron_programs: ['/usr/sbin/cron', '/usr/sbin/logrotate', '/usr/bin/flock'],
  system_cron_service: 'cron',
  system_nologin: '/usr/sbin/nologin',
  system_agent_package: '',
};

t.test('knows the packages, services, programs and paths of each system', async t => {
  t.strictSame(rendered['amazon-linux-2']?.system, {
    ...amazon,
    system_name: 'Amazon Linux 2',
    system_end_of_support: '2026-06-30',
    system_successor: 'Amazon Linux 2023',
  });
  t.strictSame(rendered['amazon-linux-2023']?.system, { ...amazon, system_name: 'Amazon Linux 2023' });
  t.strictSame(rendered['debian']?.system, debian);
  t.strictSame(rendered['ubuntu']?.system, debian);
});

t.test('keeps the same places on every system, and the account and services of each', async t => {
  const all = Object.entries(rendered);
  t.equal(all.length, 4);
  for (const [name, { entries }] of all) {
    t.strictSame(
      entries['node']?.map(({ path }) => path),
      ['/opt/node-22.20.0', '/opt/node-22.20.0/bin', '/opt/node-22.20.0/bin/node', '/usr/local/bin/node'],
    );
    const isAmazon = name.startsWith('amazon');
    t.strictSame(
      entries['worker']?.map(({ kind, path }) => `${kind} ${path}`),
      [
        'folder /opt/millrace',
        'folder /opt/millrace/releases',
        'folder /opt/millrace/releases/0123456789ab',
        'folder /etc/millrace',
        'folder /var/lib/millrace',
        'folder /var/lib/millrace/downloads',
        'folder /var/lib/millrace/processed',
        'folder /var/log/millrace',
        'file /var/lib/millrace/lock',
        'file /var/log/millrace/worker.log',
        'file /opt/millrace/releases/0123456789ab/worker.cjs',
        'file /etc/millrace/worker.json',
        'file /etc/logrotate.d/millrace',
        'file /etc/cron.d/millrace',
        'file /etc/millrace/facts.json',
        'link /opt/millrace/current',
        'account millrace',
        `service ${isAmazon ? 'crond' : 'cron'}`,
      ],
    );
    const account = entries['worker']?.find(({ kind }) => kind === 'account');
    t.equal(account?.['shell'], isAmazon ? '/sbin/nologin' : '/usr/sbin/nologin');
    t.strictSame(
      entries['logs']?.map(({ path }) => path),
      [
        '/opt/aws/amazon-cloudwatch-agent/etc/millrace.json',
        '/opt/aws/amazon-cloudwatch-agent/etc/millrace.taken',
        'amazon-cloudwatch-agent',
      ],
    );
  }
});

t.test('writes the same files on every system', async t => {
  const { files = {} } = rendered['amazon-linux-2023'] ?? {};
  for (const { files: others } of Object.values(rendered)) t.strictSame(others, files);
  t.strictSame(Object.keys(files).sort(), ['agent.json', 'cron', 'facts.json', 'logrotate', 'worker.json']);
});

t.test('lets the agent ship the log to its group and nothing else', async t => {
  t.strictSame(JSON.parse(rendered['amazon-linux-2023']?.files['agent.json'] ?? ''), {
    agent: { region: 'eu-west-1', run_as_user: 'root' },
    logs: {
      logs_collected: {
        files: {
          collect_list: [
            {
              file_path: '/var/log/millrace/worker.log',
              log_group_name: '/millrace/lake/worker',
              log_stream_name: '{instance_id}',
              timezone: 'UTC',
            },
          ],
        },
      },
    },
  });
});

t.test('tells of the host what it is, with the digest of its settings', async t => {
  const { files = {} } = rendered['amazon-linux-2023'] ?? {};
  t.strictSame(JSON.parse(files['facts.json'] ?? ''), {
    bucket: 'lake-files',
    release: bundle.slice(0, 12),
    nodeVersion: '22.20.0',
    configDigest: createHash('sha256')
      .update(files['worker.json'] ?? '')
      .digest('hex'),
  });
});
