import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { z } from 'zod';
import { cleanEnvironment } from '../../../scripts/edge/environment.ts';
import { describeResult, hasSucceeded, runProcess } from '../../../scripts/edge/process.ts';
import { renderTemplate } from '../../../scripts/edge/templates.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const venvBin = join(root, '.venv/bin');
const hostile = 'é "q" \'s\' \\ ${x} $${y} %{if z} {{ j }} {% k %} # ! yes\n\t<&> 日本 😀';
const wild = (name: string) => `${name} ${hostile}`;

const config = {
  account: {
    region: wild('region'),
    id: wild('id'),
    business: wild('business'),
    forceDestroy: true,
    deletionProtection: false,
    serviceUser: true,
  },
  network: { vpcCidr: wild('cidr'), zoneCount: 3, interfaceEndpoints: [wild('service'), 'sts'] },
  storage: { forceDestroy: false, deletionProtection: true, queryScanLimitGib: 7 },
  access: {
    lakeFormation: true,
    administrators: [wild('administrator')],
    engineers: [wild('engineer')],
    analysts: [],
  },
  ingest: {
    schedule: wild('schedule'),
    eventsSchedule: wild('events schedule'),
    lagHours: 2,
    windowHours: 48,
    missingAfterHours: 12,
    tokenSecret: { arn: wild('secret'), key: wild('secret key') },
    alarmAfterHours: 3,
    reservedConcurrency: null,
  },
  jobs: {
    schedule: wild('jobs schedule'),
    jdbc: { url: wild('jdbc'), user: wild('user'), cidr: wild('db') },
  },
  monitoring: { shipLogs: true, logRetentionDays: 90, alarmEmail: wild('email') },
  compute: { operatingSystem: wild('os'), instanceType: wild('type'), callerCidr: wild('caller') },
  worker: { nodeVersion: 'yes', csvDelimiter: wild('delimiter'), passThrough: [wild('ending')] },
};
const names = {
  environment: wild('env'),
  prefix: wild('prefix'),
  stateBucket: wild('state'),
  lockTable: wild('lock'),
  keyAlias: wild('key'),
  layerBuckets: { raw: wild('raw'), [hostile]: 'hostile key' },
  platformBuckets: {
    scripts: wild('scripts'),
    codebase: wild('codebase'),
    configuration: wild('configuration'),
  },
  helperBucket: wild('helper'),
  workerBucket: wild('worker'),
  boundaryPolicy: wild('boundary'),
  lakeKeyAlias: wild('lake key'),
  databases: { raw: wild('raw database') },
  alarmTopic: wild('alarms'),
};
const encryption = {
  mode: wild('mode'),
  keyArn: null,
  rawKey: wild('raw key'),
  workerKey: wild('worker key'),
};
const catalogReaders = [wild('plan role')];
const github = { repository: wild('repository'), owner_id: wild('owner') };
const facts = { archiveUrl: wild('archive'), eventsUrl: wild('events'), publicKey: wild('public key') };
const network = {
  vpc_id: wild('vpc'),
  public_subnet_ids: [wild('public'), 'second'],
  private_subnet_ids: [wild('private')],
  private_subnet_zones: [wild('zone')],
  glue_security_group_id: wild('sg'),
};
const datalake = { databases: { raw: wild('database') }, kms_key_arn: null };
const sources = { address: 'output x of stack ec2', hostKeys: 'its console', identity: 'your agent' };
const host = {
  name: wild('host').replaceAll('\n', ' '),
  nodeArch: 'no',
  bundleSha256: '012',
  nodeBuilds: { yes: { file: wild('/node'), sha256: '012', glibc_minimum: '2.28' } },
  logGroup: wild('group'),
  bundle: wild('/bundle'),
  workerBucket: wild('bucket'),
  workerOptions: { csvDelimiter: '|', passThrough: [wild('.ending')], budget: { files: 1 } },
  workerVariables: { AWS_REGION: wild('worker region'), [hostile]: '~' },
};
// What stands in a comment cannot be quoted; openWorkspace takes small letters and digits only.
const data = {
  environment: 'dev',
  config,
  names,
  facts,
  encryption,
  github,
  catalogReaders,
  network,
  datalake,
  host,
  private: true,
  subnetId: wild('subnet'),
  sources,
  stateKey: wild('state key'),
};

const account = {
  region: config.account.region,
  account_id: config.account.id,
  business: config.account.business,
};
const named = {
  ...account,
  environment: names.environment,
  name_prefix: names.prefix,
  permissions_boundary: names.boundaryPolicy,
  log_retention_days: 90,
  deletion_protection: true,
};

/** What Terraform must read from each rendered file. */
const expected: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'bootstrap.tfvars': {
    ...account,
    state_bucket: names.stateBucket,
    lock_table: names.lockTable,
    key_alias: names.keyAlias,
    permissions_boundary: names.boundaryPolicy,
    github,
    service_user: true,
    force_destroy: true,
    deletion_protection: false,
  },
  'network.tfvars': {
    ...named,
    vpc_cidr: config.network.vpcCidr,
    zone_count: 3,
    interface_endpoints: config.network.interfaceEndpoints,
  },
  'datalake.tfvars': {
    ...named,
    layer_buckets: names.layerBuckets,
    platform_buckets: names.platformBuckets,
    helper_bucket: names.helperBucket,
    databases: names.databases,
    encryption: encryption.mode,
    kms_key_arn: null,
    key_alias: names.lakeKeyAlias,
    force_destroy: false,
    query_scan_limit_gib: 7,
    lake_formation: true,
    administrators: config.access.administrators,
    engineers: config.access.engineers,
    analysts: [],
    catalog_readers: catalogReaders,
  },
  'mpp.tfvars': {
    ...named,
    layer_buckets: names.layerBuckets,
    helper_bucket: names.helperBucket,
    scripts_bucket: names.platformBuckets.scripts,
    codebase_bucket: names.platformBuckets.codebase,
    configuration_bucket: names.platformBuckets.configuration,
    worker_bucket: names.workerBucket,
    worker_key: encryption.workerKey,
    csv_delimiter: config.worker.csvDelimiter,
    pass_through: config.worker.passThrough,
    schedule_expression: config.jobs.schedule,
    jdbc: config.jobs.jdbc,
    lake_formation: true,
    databases: datalake.databases,
    lake_kms_key_arn: null,
    private_subnet_id: network.private_subnet_ids[0],
    private_subnet_zone: network.private_subnet_zones[0],
    glue_security_group_id: network.glue_security_group_id,
  },
  'ingest.tfvars': {
    ...named,
    raw_bucket: names.layerBuckets.raw,
    raw_key: encryption.rawKey,
    archive_url: facts.archiveUrl,
    schedule_expression: config.ingest.schedule,
    lag_hours: 2,
    window_hours: 48,
    missing_after_hours: 12,
    token_secret: config.ingest.tokenSecret,
    alarm_after_hours: 3,
    events_url: facts.eventsUrl,
    events_schedule_expression: config.ingest.eventsSchedule,
    reserved_concurrency: null,
    alarm_topic: names.alarmTopic,
    alarm_email: config.monitoring.alarmEmail,
  },
  'ec2.tfvars': {
    ...named,
    worker_bucket: names.workerBucket,
    encryption: encryption.mode,
    kms_key_arn: null,
    operating_system: config.compute.operatingSystem,
    instance_type: config.compute.instanceType,
    public_key: facts.publicKey,
    private: true,
    caller_cidr: config.compute.callerCidr,
    alarm_topic: names.alarmTopic,
    force_destroy: false,
    vpc_id: network.vpc_id,
    subnet_id: data.subnetId,
  },
  'stack.tfbackend': {
    bucket: names.stateBucket,
    key: data.stateKey,
    region: config.account.region,
    dynamodb_table: names.lockTable,
    use_lockfile: true,
  },
};

async function outputOf(
  file: string,
  args: readonly string[],
  more: { cwd: string; input?: string; env?: object },
) {
  const env = { ...cleanEnvironment(), LC_ALL: 'C.UTF-8', CHECKPOINT_DISABLE: '1', ...more.env };
  const result = await runProcess({ file, args, timeoutMs: 120_000, ...more, env });
  if (!hasSucceeded(result)) {
    throw new Error(`${file}: ${describeResult(result)}\n${'stderr' in result ? result.stderr : ''}`);
  }
  return result.stdout;
}

// ssh_config is read back beside the lines that it holds, in core/ssh.test.ts.
t.test('reads every template back in this file', async t => {
  t.strictSame(
    readdirSync(join(root, 'templates'), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.hbs'))
      .map(name => name.replace(/\.hbs$/, ''))
      .sort(),
    [
      ...Object.keys(expected),
      'env.sh',
      'group_vars/worker.yml',
      'inventory.yml',
      'spark-defaults.conf',
      'ssh_config',
      'terraform.rc',
    ].sort(),
  );
});

for (const [template, values] of Object.entries(expected)) {
  t.test(`renders ${template} so that Terraform reads every value as it was`, async t => {
    const variables = Object.keys(values).map(name => `variable "${name}" {\n  type = any\n}\n`);
    const dir = t.testdir({ 'variables.tf': variables.join('') });
    writeFileSync(join(dir, 'x.tfvars'), renderTemplate(root, template, data));
    const all = Object.keys(values).map(name => `${name} = var.${name}`);
    const stdout = await outputOf('terraform', ['console', '-var-file=x.tfvars'], {
      cwd: dir,
      input: `base64encode(jsonencode({ ${all.join(', ')} }))\n`,
    });
    const json = Buffer.from(z.string().parse(JSON.parse(stdout)), 'base64').toString();
    t.strictSame(JSON.parse(json), values);
  });
}

t.test('renders terraform.rc so that Terraform finds the mirror whatever its path', async t => {
  const mirror = 'mirror é "q" \\ ${x} $${y} %{z} {{ j }}';
  const platform = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const dir = t.testdir({
    'main.tf': 'terraform {\n  required_providers {\n    fake = { source = "example/fake" }\n  }\n}\n',
  });
  const file = join(
    dir,
    mirror,
    'registry.terraform.io/example/fake/1.2.3',
    platform,
    'terraform-provider-fake_v1.2.3',
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  const rc = join(dir, 'terraform.rc');
  writeFileSync(rc, renderTemplate(root, 'terraform.rc', { providerMirror: join(dir, mirror) }));
  const stdout = await outputOf('terraform', ['init', '-no-color', '-input=false'], {
    cwd: dir,
    env: { TF_CLI_CONFIG_FILE: rc },
  });
  t.match(stdout, /Installed example\/fake v1\.2\.3/);
});

t.test('renders inventory and group_vars so that a YAML reader gets every value as it was', async t => {
  const connection = {
    ansible_host: wild('address'),
    ansible_user: 'no',
    ansible_ssh_common_args: wild('args'),
    ansible_ssh_host_key_checking: true,
    ansible_ssh_extra_args: '',
    ansible_port: 22,
  };
  const dir = t.testdir({
    'inventory.yml': renderTemplate(root, 'inventory.yml', { ...data, connection }),
    'worker.yml': renderTemplate(root, 'group_vars/worker.yml', data),
  });
  const script = [
    'import json, sys, yaml',
    "yaml.SafeLoader.add_constructor('!unsafe', lambda loader, node: loader.construct_scalar(node))",
    "json.dump([yaml.safe_load(open(name, encoding='utf-8')) for name in ('inventory.yml', 'worker.yml')], sys.stdout)",
  ].join('\n');
  const stdout = await outputOf(join(venvBin, 'python'), ['-c', script], { cwd: dir });
  t.strictSame(JSON.parse(stdout), [
    {
      worker: {
        hosts: {
          [host.name]: { ...connection, ansible_pipelining: true, ansible_python_interpreter: 'auto_silent' },
        },
      },
    },
    {
      node_version: 'yes',
      node_arch: 'no',
      node_builds: host.nodeBuilds,
      worker_bundle: host.bundle,
      worker_bundle_sha256: '012',
      worker_bucket: host.workerBucket,
      worker_region: config.account.region,
      worker_options: host.workerOptions,
      worker_environment: host.workerVariables,
      logs_enabled: true,
      logs_group: host.logGroup,
      logs_region: config.account.region,
    },
  ]);
});

t.test('says in the inventory which output each value comes from', async t => {
  const text = renderTemplate(root, 'inventory.yml', { ...data, connection: { ansible_host: 'h' } });
  const comments = text.split('\n').filter(line => line.startsWith('#   '));
  t.strictSame(comments, [
    '#   ansible_host: output x of stack ec2',
    '#   known_hosts, in ansible_ssh_common_args: its console',
    '#   private key: your agent',
    '#   worker_bucket, in group_vars/worker.yml: output worker_bucket of stack ec2',
    '#   the rest: config/dev.yaml',
  ]);
});

t.test('renders env.sh so that a shell exports every value as it was', async t => {
  const variables = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', ODD: hostile };
  const found = await sourceEnvironment(t, { isLocal: true, variables });
  t.match(found, { ...variables, PATH: '/a "b" $(c)/bin:/usr/bin:/bin' });
});

t.test('env.sh takes away what a shell was told about other targets', async t => {
  const variables = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
  const account = {
    AWS_PROFILE: 'production',
    AWS_ENDPOINT_URL_S3: 'https://s3.example',
    AWS_ACCESS_KEY_ID: 'x',
  };
  const terraform = { TF_VAR_region: 'x', TF_CLI_ARGS_plan: '-destroy', TF_WORKSPACE: 'other\nAWS_A=b' };
  const before = { ...account, ...terraform, TF_LOG: 'debug', EDITOR: 'vi' };
  const local = await sourceEnvironment(t, { isLocal: true, variables }, before);
  t.match(local, { ...variables, TF_LOG: 'debug', EDITOR: 'vi' });
  t.same(
    Object.keys({ ...account, ...terraform, millrace_name: 1 }).filter(name => name in local),
    [],
  );
  const aws = await sourceEnvironment(t, { isLocal: false, variables: {} }, before);
  t.match(aws, { ...account, EDITOR: 'vi' });
  t.same(
    Object.keys(terraform).filter(name => name in aws),
    [],
  );
});

/** What a shell holds after it has sourced env.sh. */
async function sourceEnvironment(
  t: Test,
  values: { readonly isLocal: boolean; readonly variables: Readonly<Record<string, string>> },
  before: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const text = renderTemplate(root, 'env.sh', { environment: 'dev', ...values, venvBin: '/a "b" $(c)/bin' });
  const dir = t.testdir({ 'env.sh': text });
  const stdout = await outputOf('/bin/sh', ['-euc', '. ./env.sh; env -0'], {
    cwd: dir,
    env: { PATH: '/usr/bin:/bin', ...before },
  });
  const entries = stdout.split('\0').map(entry => [entry.split('=')[0], entry.slice(entry.indexOf('=') + 1)]);
  return Object.fromEntries(entries);
}

t.test('renders spark-defaults.conf so that each setting has its value to the end of the line', async t => {
  const scratch = "/a b/é '$x' %s #1/scratch";
  const text = renderTemplate(root, 'spark-defaults.conf', {
    scratch,
    cores: 2,
    memoryMib: 2048,
    classPath: '/a b/x.jar:/y.jar',
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-west-1',
    accountId: '000000000000',
  });
  // Source: java.util.Properties, load: the key ends at the first space.
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
  const settings = new Map(lines.map(line => [line.replace(/ .*/, ''), line.replace(/^\S+ /, '')]));
  t.equal(settings.size, lines.length, 'none twice');
  t.match(Object.fromEntries(settings), {
    'spark.master': 'local[2]',
    'spark.driver.memory': '2048m',
    'spark.local.dir': scratch,
    'spark.driver.extraClassPath': '/a b/x.jar:/y.jar',
    'spark.hadoop.fs.s3a.endpoint': 'http://127.0.0.1:1',
    'spark.hadoop.fs.s3a.endpoint.region': 'eu-west-1',
  });
  t.match(settings.get('spark.driver.extraJavaOptions'), `"-Djava.io.tmpdir=${scratch}" `);
});
