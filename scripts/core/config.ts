import { parseDocument } from 'yaml';
import { z } from 'zod';
import { Failure, showValue } from './failure.ts';
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

const account = group('what belongs to the AWS account and not to one environment', {
  business: text(
    /^[a-z][a-z0-9]{1,19}$/,
    '2 to 20 small letters and digits, a letter first: the first part of every name',
  ),
  id: text(/^\d{12}$/, 'an AWS account id, 12 digits in quotes'),
  region: choice(regions, 'an AWS region, like us-east-1'),
  forceDestroy: flag('whether destroy may remove the state bucket with the states in it'),
  deletionProtection: flag('whether state bucket, lock table and key refuse to be destroyed'),
});
const network = group('the VPC', {
  vpcCidr: text(
    /^(\d{1,3}\.){3}\d{1,3}\/(1[6-9]|2[0-2])$/,
    'an IPv4 range with a prefix of /16 to /22, like 10.20.0.0/16',
  ),
  zoneCount: whole(2, 4, 'availability zones'),
});
const storage = group('what keeps data', {
  forceDestroy: flag('whether destroy may remove buckets that still hold objects'),
  deletionProtection: flag('whether what holds data refuses to be destroyed'),
});
const ingest = group('the ingestion functions', {
  archiveUrl: text(
    /^(https:\/\/[^\s"]+[^\s"/]|local-source)$/,
    "an https address without a slash at the end, or local-source for the local target's own server",
  ),
  schedule: text(
    /^(rate\([1-9]\d* (minute|hour|day)s?\)|cron\([^\s()]+( [^\s()]+){5}\))$/,
    'an EventBridge Scheduler expression, rate(1 hour) or cron() with six fields, like cron(15 * * * ? *)',
  ),
  lagHours: whole(1, 48, 'how many hours back the fetched hour lies'),
});
const compute = group('the EC2 host', {
  operatingSystem: choice(['amazon-linux-2', 'amazon-linux-2023'], "the host's operating system"),
  instanceType: text(
    /^(?!a1\.|mac)[a-z]+\d+(?!g)[a-z-]*\.[a-z0-9]+$/,
    'an x86_64 EC2 instance type, like t3.micro',
  ),
  callerCidr: text(
    /^(\d{1,3}\.){3}\d{1,3}\/(2[4-9]|3[0-2])$/,
    'the IPv4 range that may reach the host, /24 or smaller, like 203.0.113.7/32',
  ),
});
const ssh = group('how the host is reached', {
  user: text(/^[a-z_][a-z0-9_-]{0,31}$/, 'the login name on the host, like ec2-user'),
  publicKey: text(
    /^(ssh-ed25519|ssh-rsa) [A-Za-z0-9+/=]+( .*)?$/,
    'an OpenSSH public key, ed25519 or rsa (what EC2 imports); required on target aws, none on target local',
  ).optional(),
  privateKeyFile: z
    .string({ error: 'a path; without it the ssh agent is asked' })
    .min(1)
    .optional()
    .describe('path of the private half; without it the ssh agent is asked'),
});
const nodeExpectation = `a Node.js version whose checksum is known: ${nodeVersions.join(', ')}`;
const worker = group('the cron worker', {
  nodeVersion: z
    .string({ error: nodeExpectation })
    .refine(version => nodeVersions.includes(version), { error: nodeExpectation })
    .describe(nodeExpectation),
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
  ingest,
  compute,
  ssh,
  worker,
  proof,
});

export type Config = z.infer<typeof configSchema>;

/** The groups of a config that are right in themselves. */
export type ConfigParts = { readonly [Name in keyof Config]?: Config[Name] | undefined };

/**
 * Checks the text of config/<env>.yaml.
 * @param furtherFaults what else is wrong with the groups that are right in themselves
 * @throws Failure with every fault at once, a line each: `path: expectation, got value`
 */
export function parseConfig(
  yamlText: string,
  where: string,
  furtherFaults: (parts: ConfigParts) => readonly string[] = () => [],
): Config {
  const data = parseYaml(yamlText, where);
  const result = configSchema.safeParse(data);
  const parts = parseParts(data);
  const faults = [
    ...(result.success ? [] : result.error.issues.flatMap(issue => describeIssue(issue, data))),
    ...crossFaults(parts),
    ...furtherFaults(parts),
  ];
  if (faults.length > 0 || !result.success) throw configFailure(where, faults);
  return result.data;
}

/** The failure that lists faults of a config, one a line. */
export function configFailure(where: string, faults: readonly string[]): Failure {
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  return new Failure({
    where,
    what: `${count}\n${faults.map(fault => `  ${fault}`).join('\n')}`,
    hint: `Mend ${where}; nothing has been changed.`,
  });
}

/** The JSON Schema that editors use. */
export function buildConfigJsonSchema(): object {
  return { title: 'Millrace environment', ...z.toJSONSchema(configSchema) };
}

function parseYaml(text: string, where: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true });
  const [syntax] = document.errors;
  try {
    if (syntax !== undefined) throw syntax;
    return document.toJS(); // an alias of nothing shows only here
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new Failure({ where, what: `is not YAML: ${message}`, hint: `Mend ${where}.`, cause });
  }
}

function describeIssue(issue: z.core.$ZodIssue, data: unknown): readonly string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => {
      const known = Object.keys(groupShape(path)).join(', ');
      return `${[...path, key].join('.')}: expects no such key (known here: ${known}), got ${showValue(valueAt(data, [...path, key]))}`;
    });
  }
  const name = path.length === 0 ? 'the file' : path.join('.');
  return [`${name}: expects ${issue.message}, got ${showValue(valueAt(data, path))}`];
}

function groupShape(path: readonly string[]): object {
  const [name] = path;
  const shape = configSchema.shape;
  if (name === undefined) return shape;
  const inner = Object.entries(shape).find(([key]) => key === name)?.[1];
  return inner instanceof z.ZodObject ? inner.shape : {};
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([k]) => k === key)?.[1]
        : undefined,
    data,
  );
}

function parseParts(data: unknown): ConfigParts {
  const shape = configSchema.shape;
  const part = <T extends z.ZodType>(schema: T, name: string): z.infer<T> | undefined =>
    schema.safeParse(valueAt(data, [name])).data;
  return {
    target: part(shape.target, 'target'),
    account: part(shape.account, 'account'),
    network: part(shape.network, 'network'),
    storage: part(shape.storage, 'storage'),
    ingest: part(shape.ingest, 'ingest'),
    compute: part(shape.compute, 'compute'),
    ssh: part(shape.ssh, 'ssh'),
  };
}

/** What no group shows by itself; looked at as far as the groups that it concerns are right. */
function crossFaults(config: ConfigParts): readonly string[] {
  const faults: string[] = [];
  if (config.target === 'aws' && config.ssh !== undefined && config.ssh.publicKey === undefined) {
    faults.push('ssh.publicKey: expects an OpenSSH public key on target aws, got nothing');
  }
  if (config.target === 'local' && config.ssh?.publicKey !== undefined) {
    faults.push('ssh.publicKey: expects nothing on target local, which makes a pair of its own, got a key');
  }
  if (config.target === 'aws' && config.ingest?.archiveUrl === 'local-source') {
    faults.push('ingest.archiveUrl: expects an https address on target aws, got "local-source"');
  }
  if (
    config.target === 'local' &&
    config.ingest !== undefined &&
    config.ingest.archiveUrl !== 'local-source'
  ) {
    faults.push(
      `ingest.archiveUrl: expects local-source on target local, which reaches nothing outside, got ${showValue(config.ingest.archiveUrl)}`,
    );
  }
  for (const name of ['account', 'storage'] as const) {
    if (config[name]?.deletionProtection && config[name]?.forceDestroy) {
      faults.push(`${name}.forceDestroy: expects false while ${name}.deletionProtection is true, got true`);
    }
  }
  for (const [path, cidr] of [
    ['network.vpcCidr', config.network?.vpcCidr],
    ['compute.callerCidr', config.compute?.callerCidr],
  ] as const) {
    if (
      cidr
        ?.split(/[./]/)
        .slice(0, 4)
        .some(part => Number(part) > 255)
    ) {
      faults.push(`${path}: expects four numbers of 0 to 255 before the slash, got ${showValue(cidr)}`);
    } else if (cidr !== undefined && firstAddress(cidr) !== cidr) {
      faults.push(
        `${path}: expects the first address of the range, ${firstAddress(cidr)}, got ${showValue(cidr)}`,
      );
    }
  }
  return faults;
}

/** The range as AWS writes it: every bit after the prefix is 0. */
function firstAddress(cidr: string): string {
  const [address = '', prefix = ''] = cidr.split('/');
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(value / size) * size;
  const parts = [24, 16, 8, 0].map(shift => Math.floor(first / 2 ** shift) % 256);
  return `${parts.join('.')}/${prefix}`;
}
