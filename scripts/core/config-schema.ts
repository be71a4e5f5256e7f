/** What config/<env>.yaml may hold, group by group; each text says what is expected. */
import { z } from 'zod';
import { delimiterExpectation, isDelimiter, passThroughEnding } from '../../worker/shared/options.ts';
import { nodeVersions } from './node-release.ts';
import { regions } from './region.ts';

const text = (pattern: RegExp, expectation: string) =>
  z.string({ error: expectation }).regex(pattern, { error: expectation }).describe(expectation);
const whole = (min: number, max: number, what: string) => {
  const error = `a whole number from ${min} to ${max} (${what})`;
  return z.int({ error }).min(min, { error }).max(max, { error }).describe(error);
};
const flag = (what: string) => z.boolean({ error: `true or false (${what})` }).describe(what);
const choice = <const T extends readonly [string, ...string[]]>(values: T, what: string) =>
  z
    .enum(values, { error: values.length > 9 ? what : `one of ${values.join(', ')} (${what})` })
    .describe(what);
const group = <T extends z.ZodRawShape>(what: string, shape: T) =>
  z
    .strictObject(shape, {
      error: issue => (issue.code === 'invalid_type' ? `a group of settings (${what})` : undefined),
    })
    .describe(what);

const list = <T extends z.ZodType>(item: T, expectation: string) =>
  z.array(item, { error: expectation }).describe(expectation);
/** What may be left out: null then, so that templates and Terraform see one value for "none". */
const optional = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
const logRetentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
const interfaceServices = [
  'ec2messages',
  'glue',
  'kms',
  'logs',
  'monitoring',
  'secretsmanager',
  'ssm',
  'ssmmessages',
  'sts',
] as const;
/** Region and account stand in its groups. */
export const keyArn = /^arn:aws:kms:([a-z0-9-]+):(\d{12}):key\/[A-Za-z0-9-]+$/;
const glueCron = /^cron\([^\s()]+( [^\s()]+){5}\)$/;

const github = group('the GitHub repository whose workflows plan and apply', {
  repository: text(
    /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/,
    'OWNER/NAME of a GitHub repository, like acme/lake',
  ),
  ownerId: text(/^\d+$/, "the owner's id in quotes: gh api users/OWNER --jq .id"),
  repositoryId: text(/^\d+$/, "the repository's id in quotes: gh api repos/OWNER/NAME --jq .id"),
  branch: text(/^[A-Za-z0-9._/-]{1,100}$/, 'the branch whose workflows may plan, like main'),
  environment: text(
    /^[A-Za-z0-9._-]{1,100}$/,
    'the GitHub environment whose jobs may apply, like production: protect it with reviewers',
  ),
  createProvider: flag(
    'false where the account already trusts GitHub: it takes one identity provider an address',
  ),
});
const account = group('what belongs to the AWS account and not to one environment', {
  business: text(
    /^[a-z][a-z0-9]{1,19}$/,
    '2 to 20 small letters and digits, a letter first: the first part of every name',
  ),
  id: text(/^\d{12}$/, 'an AWS account id, 12 digits in quotes'),
  region: choice(regions, 'an AWS region, like us-east-1'),
  forceDestroy: flag('whether destroy may remove the state bucket with the states in it'),
  deletionProtection: flag('whether state bucket, lock table and key refuse to be destroyed'),
  github: optional(github),
  serviceUser: flag('whether there is an IAM user for a CI system that cannot use OIDC'),
});
const ipv4Range = /^(\d{1,3}\.){3}\d{1,3}\/([89]|[12]\d|3[0-2])$/;
const network = group('the VPC', {
  vpcCidr: text(
    /^(\d{1,3}\.){3}\d{1,3}\/(1[6-9]|2[0-2])$/,
    'an IPv4 range with a prefix of /16 to /22, like 10.20.0.0/16',
  ),
  zoneCount: whole(2, 4, 'availability zones'),
  reservedCidrs: list(
    text(ipv4Range, 'an IPv4 range, like 10.0.0.0/8'),
    'a list of IPv4 ranges that the VPC must stay clear of: offices, peered networks',
  ),
  interfaceEndpoints: list(
    choice(interfaceServices, 'an AWS service that private subnets reach through an endpoint'),
    'a list of AWS services; each costs by the hour and zone',
  ),
});
const storage = group('what keeps data', {
  forceDestroy: flag('whether destroy may remove buckets that still hold objects'),
  deletionProtection: flag('whether what holds data refuses to be destroyed'),
  encryption: text(
    new RegExp(`^sse-s3$|^kms$|${keyArn.source}`),
    "sse-s3, kms (a key of the environment's own), or the ARN of a KMS key",
  ),
  queryScanLimitGib: whole(1, 10_240, 'GiB that one Athena query may scan'),
});
const principal = text(
  /^arn:aws:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
  'the ARN of an IAM role or user, like arn:aws:iam::123456789012:role/analyst',
);
const access = group('who works with the lake', {
  lakeFormation: flag('whether Lake Formation decides who reads which table'),
  administrators: list(
    principal,
    'a list of ARNs: who administers Lake Formation, the deploying role included',
  ),
  engineers: list(principal, 'a list of ARNs: who reads every layer'),
  analysts: list(principal, 'a list of ARNs: who reads the analytics layer'),
});
const source = text(
  /^(https:\/\/[^\s"]+[^\s"/]|local-source)$/,
  "an https address without a slash at the end, or local-source for the local target's own server",
);
const schedule = text(
  /^(rate\([1-9]\d* (minute|hour|day)s?\)|cron\([^\s()]+( [^\s()]+){5}\))$/,
  'an EventBridge Scheduler expression, rate(1 hour) or cron() with six fields, like cron(15 * * * ? *)',
);
const ingest = group('the ingestion functions', {
  archiveUrl: source,
  schedule,
  lagHours: whole(1, 48, 'how many hours back the newest hour lies that is fetched'),
  windowHours: whole(1, 168, 'how many hours back the oldest hour lies that is still looked for').default(48),
  missingAfterHours: whole(
    1,
    168,
    'how many hours back an hour lies at least that counts as missing where the archive lacks it',
  ).default(12),
  eventsUrl: source,
  eventsSchedule: schedule,
  tokenSecret: optional(
    group('the secret in Secrets Manager that holds a token for the events API', {
      arn: text(
        /^arn:aws:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/,
        'the ARN of a secret that holds the token as plain text',
      ),
      key: optional(text(keyArn, "the ARN of the secret's KMS key, where it is not AWS's own")),
    }),
  ),
  alarmAfterHours: whole(1, 24, 'hours without a successful call after which an alarm stands').default(3),
  reservedConcurrency: optional(whole(1, 1000, 'runs of one function at a time that are kept for it')),
});
const jobs = group('the Glue jobs', {
  schedule: text(glueCron, 'a Glue schedule in UTC, cron() with six fields, like cron(30 3 * * ? *)'),
  jdbc: optional(
    group('the database that jdbc-to-raw reads', {
      url: text(
        /^jdbc:postgresql:\/\/[A-Za-z0-9.-]+:\d{1,5}\/[A-Za-z0-9_-]+$/,
        'a JDBC address, like jdbc:postgresql://db.example.com:5432/lake',
      ),
      user: text(
        /^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/,
        "the database user's name; its password lies in Secrets Manager",
      ),
      cidr: text(ipv4Range, 'the IPv4 range that the database lies in, like 10.1.2.0/24'),
    }),
  ),
});
const monitoring = group('logs and alarms', {
  shipLogs: flag("whether the host's CloudWatch agent ships the worker's log, which the alarms live on"),
  logRetentionDays: z
    .literal(logRetentionDays, { error: `one of ${logRetentionDays.join(', ')} (days that logs are kept)` })
    .describe('days that logs are kept'),
  alarmEmail: optional(
    text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'an address that alarms are mailed to, once it has confirmed'),
  ),
});
const compute = group('the EC2 host', {
  operatingSystem: choice(['amazon-linux-2', 'amazon-linux-2023'], "the host's operating system"),
  instanceType: text(
    /^(?!a1\.|mac)[a-z][a-z0-9-]*\.[a-z0-9-]+$/,
    'an EC2 instance type for Linux, x86_64 or arm64 (no a1), like t3.micro or t4g.micro',
  ),
  callerCidr: optional(
    text(
      /^(\d{1,3}\.){3}\d{1,3}\/(2[4-9]|3[0-2])$/,
      'the IPv4 range that may reach the host, /24 or smaller, like 203.0.113.7/32',
    ),
  ),
});
/** How ssh gets to an instance: its public address, or a session of AWS Systems Manager. */
export const transports = ['public-ssh', 'ssm'] as const;
const ssh = group('how the host is reached', {
  transport: choice(transports, 'port 22 open to compute.callerCidr, or no open port and Session Manager'),
  user: text(/^[a-z_][a-z0-9_-]{0,31}$/, 'the login name on the host, like ec2-user'),
  publicKey: text(
    /^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+( .*)?$/,
    'an OpenSSH public key, ed25519 or rsa (what EC2 imports); required on target aws, none on target local',
  ).optional(),
  privateKeyFile: text(
    /^(~\/|\/)./,
    'the absolute path of the private half, ~/ for your home; without it the ssh agent is asked',
  ).optional(),
});
const nodeExpectation = `a Node.js version whose checksum is known: ${nodeVersions.join(', ')}`;
const worker = group('the cron worker', {
  nodeVersion: z
    .string({ error: nodeExpectation })
    .refine(version => nodeVersions.includes(version), { error: nodeExpectation })
    .describe(nodeExpectation),
  concurrency: optional(
    whole(1, 256, 'files worked on at the same time; without it what cores and descriptors allow'),
  ),
  budget: optional(
    group('what one run takes on; the rest waits for the next minute', {
      files: whole(1, 10_000_000, 'files'),
      gib: whole(1, 1_000_000, 'GiB of input; the file that goes over it is still done'),
      seconds: whole(1, 86_400, 'seconds after which no file is begun'),
    }),
  ),
  csvDelimiter: optional(
    z
      .string({ error: delimiterExpectation })
      .refine(isDelimiter, { error: delimiterExpectation })
      .describe(`${delimiterExpectation}; without it the worker finds the delimiter of each file`),
  ),
  passThrough: optional(
    z
      .array(text(passThroughEnding, 'an ending in small letters such as .parquet, or *'))
      .describe(
        'endings of keys whose files pass unchanged; * takes every kind that the worker does not know',
      ),
  ),
});
const proof = group('the proof at the end of deploy', {
  needsIngested: flag('whether the schedule must bring an object into raw while deploy runs'),
  keepFiles: flag("whether the last proof's files stay in output/ and errors/"),
});

/** The schema of config/<env>.yaml; scripts/core/schema/config.schema.json is generated from it. */
export const configSchema = group('one environment', {
  target: choice(['local', 'aws'], 'the emulator on this machine, or real AWS'),
  account,
  network,
  storage,
  access,
  ingest,
  jobs,
  monitoring,
  compute,
  ssh,
  worker,
  proof,
});

export type Config = z.infer<typeof configSchema>;

/** The groups of a config that are right in themselves. */
export type ConfigParts = { readonly [Name in keyof Config]?: Config[Name] | undefined };
