import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { configFailure, parseConfig } from '../../../scripts/core/config.ts';
import { Failure } from '../../../scripts/core/failure.ts';
import { schemaFiles } from '../../helpers/write-schemas.ts';

const shipped = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../../config/${name}`, import.meta.url)), 'utf8');
const local = shipped('local.yaml');
const aws = shipped('aws.example.yaml');

/** The text with one piece exchanged; a piece that is not there would make a test that cannot fail. */
function change(text: string, ...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`not in the shipped config: ${from}`);
    return changed.replace(from, to);
  }, text);
}

/** The lines of the failure's text, or none when the text is accepted. */
function faultsOf(text: string): readonly string[] {
  try {
    parseConfig(text, 'config/dev.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.message.split('\n').map(line => line.trim());
  }
}

t.test('accepts the shipped configs', async t => {
  t.match(parseConfig(local, 'config/local.yaml'), {
    target: 'local',
    account: { business: 'millrace', id: '000000000000', region: 'us-east-1' },
    ingest: { archiveUrl: 'local-source' },
  });
  t.match(parseConfig(aws, 'config/aws.example.yaml'), {
    target: 'aws',
    account: { id: '123456789012' },
    storage: { forceDestroy: false, deletionProtection: true },
  });
});

t.test('points editors at the committed schema', async t => {
  for (const text of [local, aws]) {
    t.match(text, /^# yaml-language-server: \$schema=\.\.\/scripts\/core\/schema\/config\.schema\.json\n/);
  }
});

t.test('has its schemas committed', async t => {
  for (const { path, text } of schemaFiles) {
    t.equal(
      readFileSync(path, 'utf8'),
      text,
      'what differs is mended by: npx tsx test/helpers/write-schemas.ts',
    );
  }
});

t.test('tells every fault at once, each with path, expectation and value', async t => {
  const text = change(
    local,
    ['target: local', 'target: azure'],
    ['business: millrace', 'business: Mill Race'],
    ['id: "000000000000"', 'id: 123456789012'],
    ['region: us-east-1', 'region: us-east'],
    ['zoneCount: 2', 'zoneCount: 1.5\n  cidr: 10.0.0.0/8'],
    ['forceDestroy: true', 'forceDestroy: yes please'],
    ['lagHours: 2', 'lagHours: "2"'],
    ['operatingSystem: amazon-linux-2023', 'operatingSystem: debian'],
    ['  user: admin', '  user: admin\n  privateKeyFile: 7'],
    ['nodeVersion: 22.23.3', 'nodeVersion: 22.0.0'],
    ['  keepFiles: true', 'retries: 3'],
  );
  const [head, ...faults] = faultsOf(text);
  t.equal(head, 'config/dev.yaml: 13 faults');
  t.strictSame(faults, [
    'target: expects one of local, aws (the emulator on this machine, or real AWS), got "azure"',
    'account.business: expects 2 to 20 small letters and digits, a letter first: the first part of every name, got "Mill Race"',
    'account.id: expects an AWS account id, 12 digits in quotes, got 123456789012',
    'account.region: expects an AWS region, like us-east-1, got "us-east"',
    'account.forceDestroy: expects true or false (whether destroy may remove the state bucket with the states in it), got "yes please"',
    'network.zoneCount: expects a whole number from 2 to 4 (availability zones), got 1.5',
    'network.cidr: expects no such key (known here: vpcCidr, zoneCount, reservedCidrs, interfaceEndpoints), got "10.0.0.0/8"',
    'ingest.lagHours: expects a whole number from 1 to 48 (how many hours back the newest hour lies that is fetched), got "2"',
    'compute.operatingSystem: expects one of amazon-linux-2, amazon-linux-2023 (the host\'s operating system), got "debian"',
    'ssh.privateKeyFile: expects the absolute path of the private half, ~/ for your home; without it the ssh agent is asked, got 7',
    'worker.nodeVersion: expects a Node.js version whose checksum is known: 22.23.3, 22.20.0, got "22.0.0"',
    "proof.keepFiles: expects true or false (whether the last proof's files stay in output/ and errors/), got nothing",
    'retries: expects no such key (known here: target, account, network, storage, access, ingest, jobs, monitoring, compute, ssh, worker, proof), got 3',
  ]);
});

t.test('checks what the worker is told, before it is told', async t => {
  const settings = [
    'concurrency: 300',
    'budget: { files: 0, gib: 1 }',
    'csvDelimiter: ";;"',
    'passThrough: [parquet]',
  ].join('\n  ');
  const text = change(local, ['nodeVersion: 22.23.3', `nodeVersion: 22.23.3\n  ${settings}`]);
  t.strictSame(faultsOf(text).slice(1), [
    'worker.concurrency: expects a whole number from 1 to 256 (files worked on at the same time; without it what cores and descriptors allow), got 300',
    'worker.budget.files: expects a whole number from 1 to 10000000 (files), got 0',
    'worker.budget.seconds: expects a whole number from 1 to 86400 (seconds after which no file is begun), got nothing',
    'worker.csvDelimiter: expects one ASCII character other than a quote, CR, LF or NUL, got ";;"',
    'worker.passThrough.0: expects an ending in small letters such as .parquet, or *, got "parquet"',
  ]);
});

t.test('names a group that is missing and one that is no group', async t => {
  const text = change(local, ['worker:\n  nodeVersion: 22.23.3\n\nproof:', 'worker: 22.23.3\n\nevidence:']);
  t.strictSame(
    faultsOf(text)
      .slice(1)
      .map(fault => fault.replace(/\(known.*\)/, '(known)')),
    [
      'worker: expects a group of settings (the cron worker), got "22.23.3"',
      'proof: expects a group of settings (the proof at the end of deploy), got nothing',
      'evidence: expects no such key (known), got {"needsIngested":true,"keepFiles":true}',
    ],
  );
});

t.test('refuses an empty file in words of its own', async t => {
  for (const [text, value] of [
    ['', 'null'],
    ['- local', '["local"]'],
  ] as const) {
    t.strictSame(faultsOf(text), [
      'config/dev.yaml: one fault',
      `the file: expects a group of settings (one environment), got ${value}`,
    ]);
  }
});

for (const { title, text, what } of [
  {
    title: 'an open bracket',
    text: 'target: [',
    what: /^config\/dev\.yaml: is not YAML: .*line 1, column 10/,
  },
  { title: 'a key twice', text: 'a: 1\na: 2\n', what: /^config\/dev\.yaml: is not YAML: .*unique.*line 2/ },
  { title: 'an alias of nothing', text: 'target: *none\n', what: /^config\/dev\.yaml: is not YAML: .*none/ },
]) {
  t.test(`refuses ${title} in one line, before any key is looked at`, async t => {
    const faults = faultsOf(text);
    t.equal(faults.length, 1);
    t.match(faults[0], what);
  });
}

t.test('refuses what no key shows by itself', async t => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@example';
  for (const { text, faults } of [
    {
      text: aws.replace(/^ {2}publicKey: .*\n/m, ''),
      faults: ['ssh.publicKey: expects an OpenSSH public key on target aws, got nothing'],
    },
    {
      text: change(aws, ['https://data.gharchive.org', 'local-source']),
      faults: ['ingest.archiveUrl: expects an https address on target aws, got "local-source"'],
    },
    {
      text: change(
        local,
        ['  user: admin', `  user: admin\n  publicKey: ${key}`],
        ['local-source', 'https://data.example'],
        ['deletionProtection: false', 'deletionProtection: true'],
        ['10.20.0.0/16', '10.256.0.0/16'],
        ['127.0.0.1/32', '127.0.0.999/32'],
      ),
      faults: [
        'ssh.publicKey: expects nothing on target local, which makes a pair of its own, got a key',
        'ingest.archiveUrl: expects local-source on target local, which reaches nothing outside, got "https://data.example"',
        'account.forceDestroy: expects false while account.deletionProtection is true, got true',
        'network.vpcCidr: expects four numbers of 0 to 255 before the slash, got "10.256.0.0/16"',
        'compute.callerCidr: expects four numbers of 0 to 255 before the slash, got "127.0.0.999/32"',
      ],
    },
  ]) {
    t.strictSame(faultsOf(text).slice(1), faults);
  }
});

t.test('knows what each transport needs, and refuses what it does not', async t => {
  const services = '[glue, kms, logs, monitoring, secretsmanager, sts]';
  const ssm = change(aws, ['transport: public-ssh', 'transport: ssm']).replace(/^ {2}callerCidr: .*\n/m, '');
  t.strictSame(faultsOf(ssm).slice(1), [
    'network.interfaceEndpoints: expects ssm and ssmmessages while ssh.transport is ssm, or no session reaches the host, got ["glue","kms","logs","monitoring","secretsmanager","sts"]',
  ]);
  const reached = change(ssm, [services, services.replace('sts', 'ssm, ssmmessages, sts')]);
  t.match(parseConfig(reached, 'x'), { ssh: { transport: 'ssm' }, compute: { callerCidr: null } });
  t.strictSame(
    faultsOf(
      change(reached, ['instanceType: t3.micro', 'instanceType: t3.micro\n  callerCidr: 203.0.113.7/32']),
    ).slice(1),
    [
      'compute.callerCidr: expects nothing while ssh.transport is ssm, which opens no port, got "203.0.113.7/32"',
    ],
  );
  t.strictSame(faultsOf(aws.replace(/^ {2}callerCidr: .*\n/m, '')).slice(1), [
    'compute.callerCidr: expects the range that may reach the host while ssh.transport is public-ssh, got nothing',
  ]);
});

t.test('says which range was meant', async t => {
  const text = aws.replace('10.30.0.0/16', '10.30.77.1/20').replace('203.0.113.7/32', '203.0.113.7/24');
  t.strictSame(faultsOf(text).slice(1), [
    'network.vpcCidr: expects the first address of the range, 10.30.64.0/20, got "10.30.77.1/20"',
    'compute.callerCidr: expects the first address of the range, 203.0.113.0/24, got "203.0.113.7/24"',
  ]);
  t.strictSame(
    parseConfig(text.replace('10.30.77.1', '10.30.64.0').replace('203.0.113.7', '203.0.113.0'), 'x').network
      .vpcCidr,
    '10.30.64.0/20',
  );
});

t.test('refuses a VPC that overlaps what it must stay clear of', async t => {
  const overlapping = [
    ['10.30.0.0/16', '10.0.0.0/8'],
    ['10.0.0.0/16', '10.0.128.0/20'],
    ['10.30.0.0/16', '10.30.0.0/16'],
  ] as const;
  for (const [vpc, reserved] of overlapping) {
    const text = change(
      aws,
      ['vpcCidr: 10.30.0.0/16', `vpcCidr: ${vpc}`],
      ['[10.0.0.0/16]', `[${reserved}]`],
    );
    t.strictSame(faultsOf(text).slice(1), [
      `network.vpcCidr: expects a range clear of ${reserved} (network.reservedCidrs), got "${vpc}"`,
    ]);
  }
  t.strictSame(faultsOf(change(aws, ['[10.0.0.0/16]', '[10.31.0.0/16, 10.29.255.0/24]'])), []);
});

t.test(
  'takes hosts of both processors on target aws, and those that the emulator knows on target local',
  async t => {
    for (const type of ['t4g.micro', 'c6gd.large', 'm7i-flex.large'])
      t.strictSame(faultsOf(change(aws, ['instanceType: t3.micro', `instanceType: ${type}`])), [], type);
    t.strictSame(faultsOf(change(local, ['instanceType: t3.micro', 'instanceType: t4g.micro'])).slice(1), [
      'compute.instanceType: expects an x86_64 type on target local, whose emulator knows no other (its host has this machine\'s processor), got "t4g.micro"',
    ]);
  },
);

t.test('refuses a KMS key that the lake cannot use, and principals of other accounts', async t => {
  const key = (region: string, id: string) =>
    `arn:aws:kms:${region}:${id}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  const faultsWith = (arn: string) =>
    faultsOf(change(aws, ['encryption: kms', `encryption: ${arn}`])).slice(1);
  for (const arn of [key('us-east-1', '123456789012'), key('eu-west-1', '999999999999')]) {
    t.strictSame(faultsWith(arn), [
      `storage.encryption: expects a key of account 123456789012 in eu-west-1, got "${arn}"`,
    ]);
  }
  t.strictSame(faultsWith(key('eu-west-1', '123456789012')), []);
  const stranger = 'arn:aws:iam::999999999999:role/analyst';
  t.strictSame(faultsOf(change(aws, ['arn:aws:iam::123456789012:role/lake-analyst', stranger])).slice(1), [
    `access.analysts.0: expects a principal of account 123456789012, got "${stranger}"`,
  ]);
  t.strictSame(faultsOf(aws.replace(/administrators:\n( +- .*\n)+/, 'administrators: []\n')).slice(1), [
    'access.administrators: expects at least one ARN while access.lakeFormation is true, or nobody could grant anything, got []',
  ]);
});

t.test('refuses an administrator who is to read as well', async t => {
  const arn = 'arn:aws:iam::123456789012:role/lake-admin';
  t.strictSame(faultsOf(change(aws, ['arn:aws:iam::123456789012:role/lake-analyst', arn])).slice(1), [
    `access.administrators.0: expects nobody of access.engineers or access.analysts (administrators grant, others read), got "${arn}"`,
  ]);
});

t.test('refuses a database whose password no job could fetch', async t => {
  t.strictSame(faultsOf(change(aws, [', secretsmanager', ''])).slice(1), [
    'network.interfaceEndpoints: expects secretsmanager while jobs.jdbc is given, or jdbc-to-raw cannot get its password, got ["glue","kms","logs","monitoring","sts"]',
  ]);
});

t.test('refuses a Node.js that the C library of Amazon Linux 2 is too old for', async t => {
  const al2 = change(aws, ['operatingSystem: amazon-linux-2023', 'operatingSystem: amazon-linux-2']);
  t.strictSame(faultsOf(al2).slice(1), [
    'worker.nodeVersion: expects 22.20.0 on amazon-linux-2, whose glibc 2.26 is too old for others, got "22.23.3"',
  ]);
  t.strictSame(faultsOf(change(al2, ['nodeVersion: 22.23.3', 'nodeVersion: 22.20.0'])), []);
});

t.test('takes what may be left out for none', async t => {
  const text = aws
    .replace(/^ {2}github:\n( {4}.*\n)+/m, '')
    .replace(/^ {2}jdbc:\n( {4}.*\n)+/m, '')
    .replace(/^ {2}tokenSecret:\n( {4}.*\n)+/m, '')
    .replace(
      /^ {2}(alarmEmail|reservedConcurrency|windowHours|missingAfterHours|alarmAfterHours): .*\n/gm,
      '',
    );
  const config = parseConfig(text, 'x');
  t.strictSame(
    [
      config.account.github,
      config.jobs.jdbc,
      config.monitoring.alarmEmail,
      config.ingest.reservedConcurrency,
      config.ingest.tokenSecret,
    ],
    [null, null, null, null, null],
  );
  t.match(config.ingest, { windowHours: 48, missingAfterHours: 12, alarmAfterHours: 3 });
});

t.test('refuses values that only look right', async t => {
  for (const [from, to, path] of [
    ['vpcCidr: 10.30.0.0/16', 'vpcCidr: 10.30.0.0/15', 'network.vpcCidr'],
    ['callerCidr: 203.0.113.7/32', 'callerCidr: 0.0.0.0/0', 'compute.callerCidr'],
    ['https://data.gharchive.org', 'http://data.gharchive.org', 'ingest.archiveUrl'],
    ['https://data.gharchive.org', 'https://data.gharchive.org/', 'ingest.archiveUrl'],
    ['vpcCidr: 10.30.0.0/16', 'vpcCidr: 10.30.1.0/16', 'network.vpcCidr'],
    ['callerCidr: 203.0.113.7/32', 'callerCidr: 203.0.113.7/31', 'compute.callerCidr'],
    ['schedule: cron(15 * * * ? *)', 'schedule: "15 * * * *"', 'ingest.schedule'],
    ['schedule: cron(15 * * * ? *)', 'schedule: cron(15 * * * *)', 'ingest.schedule'],
    ['schedule: cron(15 * * * ? *)', 'schedule: rate(0 minutes)', 'ingest.schedule'],
    ['schedule: cron(15 * * * ? *)', 'schedule: rate(1 fortnight)', 'ingest.schedule'],
    ['eventsUrl: https', 'eventsUrl: http', 'ingest.eventsUrl'],
    ['windowHours: 48', 'windowHours: 169', 'ingest.windowHours'],
    ['windowHours: 48', 'windowHours: 11', 'ingest.windowHours'],
    ['missingAfterHours: 12', 'missingAfterHours: 1', 'ingest.missingAfterHours'],
    ['arn: arn:aws:secretsmanager:', 'arn: acme-github-token #', 'ingest.tokenSecret.arn'],
    ['secret:acme-github', 'secret:other-github', 'ingest.tokenSecret.arn'],
    ['secret:acme-github-token-AbCdEf', 'secret:acme-AbCdEf', 'ingest.tokenSecret.arn'],
    ['secretsmanager:eu-west-1:', 'secretsmanager:us-east-1:', 'ingest.tokenSecret.arn'],
    ['key: arn:aws:kms:eu-west-1', 'key: arn:aws:kms:us-east-1', 'ingest.tokenSecret.key'],
    ['key: arn:aws:kms:eu-west-1', 'key: alias/x #', 'ingest.tokenSecret.key'],
    ['alarmAfterHours: 3', 'alarmAfterHours: 25', 'ingest.alarmAfterHours'],
    ['eventsSchedule: rate(5 minutes)', 'eventsSchedule: rate(often)', 'ingest.eventsSchedule'],
    ['reservedConcurrency: 2', 'reservedConcurrency: 0', 'ingest.reservedConcurrency'],
    ['repository: acme/lake', 'repository: acme/*', 'account.github.repository'],
    ['repository: acme/lake', 'repository: acme', 'account.github.repository'],
    ['ownerId: "1000001"', 'ownerId: 1000001', 'account.github.ownerId'],
    ['environment: production', 'environment: "*"', 'account.github.environment'],
    ['createProvider: true', 'createProvider: 1', 'account.github.createProvider'],
    ['serviceUser: true', 'serviceUser: please', 'account.serviceUser'],
    ['[glue, kms,', '[glue, lambda,', 'network.interfaceEndpoints.1'],
    ['reservedCidrs: [10.0.0.0/16]', 'reservedCidrs: 10.0.0.0/16', 'network.reservedCidrs'],
    ['reservedCidrs: [10.0.0.0/16]', 'reservedCidrs: [10.0.0.1/16]', 'network.reservedCidrs.0'],
    ['encryption: kms', 'encryption: alias/lake', 'storage.encryption'],
    ['queryScanLimitGib: 100', 'queryScanLimitGib: 0.5', 'storage.queryScanLimitGib'],
    ['role/lake-engineer', '*', 'access.engineers.0'],
    ['schedule: cron(30 3 * * ? *)', 'schedule: rate(1 day)', 'jobs.schedule'],
    ['url: jdbc:postgresql://db.acme.example:5432/lake', 'url: postgres://db/lake', 'jobs.jdbc.url'],
    ['example:5432', 'example', 'jobs.jdbc.url'],
    ['user: lake_reader', 'user: "lake reader"', 'jobs.jdbc.user'],
    ['cidr: 10.40.1.0/24', 'cidr: 10.40.1.7/24', 'jobs.jdbc.cidr'],
    ['logRetentionDays: 90', 'logRetentionDays: 91', 'monitoring.logRetentionDays'],
    ['alarmEmail: data-team@acme.example', 'alarmEmail: data-team', 'monitoring.alarmEmail'],
    ['business: acme', 'business: a', 'account.business'],
    ['business: acme', 'business: 4cme', 'account.business'],
    ['id: "123456789012"', 'id: "12345678901"', 'account.id'],
    ['instanceType: t3.micro', 'instanceType: micro', 'compute.instanceType'],
    ['instanceType: t3.micro', 'instanceType: a1.medium', 'compute.instanceType'],
    ['instanceType: t3.micro', 'instanceType: mac2.metal', 'compute.instanceType'],
    ['user: ec2-user', 'user: "ec2 user"', 'ssh.user'],
    ['publicKey: ssh-ed25519', 'publicKey: ssh-dss', 'ssh.publicKey'],
    ['transport: public-ssh', 'transport: telnet', 'ssh.transport'],
    ['# privateKeyFile: ~/', 'privateKeyFile: keys/', 'ssh.privateKeyFile'],
  ] as const) {
    const faults = faultsOf(change(aws, [from, to]));
    t.equal(faults.length, 2, to);
    t.ok(faults[1]?.startsWith(`${path}: expects `), to);
  }
});

t.test('gives a config failure a hint that names the file and says that nothing was done', async t => {
  const failure = configFailure('config/dev.yaml', ['a: expects b, got c']);
  t.equal(failure.message, 'config/dev.yaml: one fault\n  a: expects b, got c');
  t.equal(failure.hint, 'Mend config/dev.yaml; nothing has been changed.');
});

t.test('tells what concerns several groups beside the faults of other groups', async t => {
  const text = change(local, ['target: local', 'target: aws'], ['zoneCount: 2', 'zoneCount: two']);
  t.throws(() => parseConfig(text, 'config/x.yaml', () => ['further: expects better, got this']), {
    message:
      /5 faults\n.*network\.zoneCount.*\n.*ssh\.publicKey.*\n.*ingest\.archiveUrl.*\n.*ingest\.eventsUrl.*\n.*further: expects better/,
  });
});
