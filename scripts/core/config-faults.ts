import { type ConfigParts, keyArn } from './config-schema.ts';
import { showValue } from './failure.ts';
import { instanceArch } from './instance-type.ts';
import { nodeVersionsFor } from './node-release.ts';

/**
 * What no group of a config shows by itself, one fault a line; looked at as far as the groups that it concerns are right.
 */
export function crossFaults(config: ConfigParts): readonly string[] {
  const faults: string[] = [];
  if (config.target === 'aws' && config.ssh !== undefined && config.ssh.publicKey === undefined) {
    faults.push('ssh.publicKey: expects an OpenSSH public key on target aws, got nothing');
  }
  if (config.target === 'local' && config.ssh?.publicKey !== undefined) {
    faults.push('ssh.publicKey: expects nothing on target local, which makes a pair of its own, got a key');
  }
  faults.push(...transportFaults(config));
  const instanceType = config.compute?.instanceType;
  if (config.target === 'local' && instanceType !== undefined && instanceArch(instanceType) !== 'x64') {
    faults.push(
      `compute.instanceType: expects an x86_64 type on target local, whose emulator knows no other (its host has this machine's processor), got ${showValue(instanceType)}`,
    );
  }
  for (const name of ['archiveUrl', 'eventsUrl'] as const) {
    const address = config.ingest?.[name];
    if (config.target === 'aws' && address === 'local-source') {
      faults.push(`ingest.${name}: expects an https address on target aws, got "local-source"`);
    }
    if (config.target === 'local' && address !== undefined && address !== 'local-source') {
      faults.push(
        `ingest.${name}: expects local-source on target local, which reaches nothing outside, got ${showValue(address)}`,
      );
    }
  }
  for (const name of ['account', 'storage'] as const) {
    if (config[name]?.deletionProtection && config[name]?.forceDestroy) {
      faults.push(`${name}.forceDestroy: expects false while ${name}.deletionProtection is true, got true`);
    }
  }
  if (config.jobs?.jdbc != null && config.network?.interfaceEndpoints.includes('secretsmanager') === false) {
    faults.push(
      `network.interfaceEndpoints: expects secretsmanager while jobs.jdbc is given, or jdbc-to-raw cannot get its password, got ${showValue(config.network.interfaceEndpoints)}`,
    );
  }
  return [
    ...faults,
    ...ingestFaults(config),
    ...nodeFaults(config),
    ...keyFaults(config),
    ...accessFaults(config),
    ...rangeFaults(config),
  ];
}

function ingestFaults({ ingest, account }: ConfigParts): readonly string[] {
  if (ingest === undefined) return [];
  const faults: string[] = [];
  const { lagHours, missingAfterHours, windowHours, tokenSecret } = ingest;
  if (missingAfterHours < lagHours) {
    faults.push(
      `ingest.missingAfterHours: expects at least ingest.lagHours, ${lagHours}, got ${missingAfterHours}`,
    );
  }
  if (windowHours < missingAfterHours) {
    faults.push(
      `ingest.windowHours: expects at least ingest.missingAfterHours, ${missingAfterHours}, or no hour could ever count as missing, got ${windowHours}`,
    );
  }
  if (tokenSecret === null || account === undefined) return faults;
  const ours = `arn:aws:secretsmanager:${account.region}:${account.id}:secret:${account.business}-`;
  if (!tokenSecret.arn.startsWith(ours) || !tokenSecret.arn.slice(ours.length).includes('-')) {
    faults.push(
      `ingest.tokenSecret.arn: expects a secret of account ${account.id} in ${account.region} whose name begins with ${account.business}- and has another hyphen (the boundary allows no other), got ${showValue(tokenSecret.arn)}`,
    );
  }
  const [, region, id] = keyArn.exec(tokenSecret.key ?? '') ?? [];
  if (tokenSecret.key !== null && (region !== account.region || id !== account.id)) {
    faults.push(
      `ingest.tokenSecret.key: expects a key of account ${account.id} in ${account.region}, got ${showValue(tokenSecret.key)}`,
    );
  }
  return faults;
}

/** The C library of each system that has an older one than official builds of Node.js need. */
const oldGlibc: Readonly<Record<string, string>> = { 'amazon-linux-2': '2.26' };

function nodeFaults({ compute, worker }: ConfigParts): readonly string[] {
  const glibc = oldGlibc[compute?.operatingSystem ?? ''];
  if (glibc === undefined || worker === undefined) return [];
  const fitting = nodeVersionsFor(glibc);
  if (fitting.includes(worker.nodeVersion)) return [];
  return [
    `worker.nodeVersion: expects ${fitting.join(' or ')} on ${compute?.operatingSystem}, whose glibc ${glibc} is too old for others, got ${showValue(worker.nodeVersion)}`,
  ];
}

/** S3 takes no key of another region, and a key of another account would lock the lake's owner out with it. */
function keyFaults({ account, storage }: ConfigParts): readonly string[] {
  const [key, region, id] = keyArn.exec(storage?.encryption ?? '') ?? [];
  if (key === undefined || account === undefined) return [];
  if (region === account.region && id === account.id) return [];
  return [
    `storage.encryption: expects a key of account ${account.id} in ${account.region}, got ${showValue(key)}`,
  ];
}

function accessFaults({ account, access }: ConfigParts): readonly string[] {
  if (access === undefined) return [];
  const faults: string[] = [];
  if (access.lakeFormation && access.administrators.length === 0) {
    faults.push(
      'access.administrators: expects at least one ARN while access.lakeFormation is true, or nobody could grant anything, got []',
    );
  }
  const readers = [...access.engineers, ...access.analysts];
  for (const [index, arn] of access.administrators.entries()) {
    if (readers.includes(arn)) {
      faults.push(
        `access.administrators.${index}: expects nobody of access.engineers or access.analysts (administrators grant, others read), got ${showValue(arn)}`,
      );
    }
  }
  for (const name of ['administrators', 'engineers', 'analysts'] as const) {
    for (const [index, arn] of access[name].entries()) {
      if (account !== undefined && !arn.startsWith(`arn:aws:iam::${account.id}:`)) {
        faults.push(
          `access.${name}.${index}: expects a principal of account ${account.id}, got ${showValue(arn)}`,
        );
      }
    }
  }
  return faults;
}

/** Services whose endpoints a host without a way out needs, to be reached by a session. */
const sessionServices = ['ssm', 'ssmmessages'] as const;

function transportFaults({ ssh, compute, network }: ConfigParts): readonly string[] {
  if (ssh === undefined) return [];
  const { transport } = ssh;
  const caller = compute?.callerCidr;
  if (transport === 'public-ssh') {
    return caller === null
      ? [
          'compute.callerCidr: expects the range that may reach the host while ssh.transport is public-ssh, got nothing',
        ]
      : [];
  }
  const endpoints = network?.interfaceEndpoints ?? [...sessionServices];
  const missing = sessionServices.filter(service => !endpoints.includes(service));
  return [
    ...(typeof caller === 'string'
      ? [
          `compute.callerCidr: expects nothing while ssh.transport is ssm, which opens no port, got ${showValue(caller)}`,
        ]
      : []),
    ...(missing.length > 0
      ? [
          `network.interfaceEndpoints: expects ${missing.join(' and ')} while ssh.transport is ssm, or no session reaches the host, got ${showValue(endpoints)}`,
        ]
      : []),
  ];
}

function rangeFaults({ network, compute, jobs }: ConfigParts): readonly string[] {
  const reserved = network?.reservedCidrs ?? [];
  const ranges: readonly (readonly [string, string | null | undefined])[] = [
    ['network.vpcCidr', network?.vpcCidr],
    ...reserved.map((cidr, index) => [`network.reservedCidrs.${index}`, cidr] as const),
    ['compute.callerCidr', compute?.callerCidr],
    ['jobs.jdbc.cidr', jobs?.jdbc?.cidr],
  ];
  const faults = ranges.flatMap(([path, cidr]) => (typeof cidr === 'string' ? rangeFault(path, cidr) : []));
  const vpcCidr = network?.vpcCidr;
  if (faults.length > 0 || vpcCidr === undefined) return faults;
  return reserved
    .filter(cidr => overlaps(vpcCidr, cidr))
    .map(
      cidr =>
        `network.vpcCidr: expects a range clear of ${cidr} (network.reservedCidrs), got ${showValue(vpcCidr)}`,
    );
}

function rangeFault(path: string, cidr: string): readonly string[] {
  const parts = cidr.split(/[./]/).slice(0, 4);
  if (parts.some(part => Number(part) > 255)) {
    return [`${path}: expects four numbers of 0 to 255 before the slash, got ${showValue(cidr)}`];
  }
  const first = firstAddress(cidr);
  if (first === cidr) return [];
  return [`${path}: expects the first address of the range, ${first}, got ${showValue(cidr)}`];
}

/** Two ranges overlap exactly when the larger one holds the first address of the smaller one. */
function overlaps(one: string, other: string): boolean {
  const [, onePrefix = ''] = one.split('/');
  const [, otherPrefix = ''] = other.split('/');
  const prefix = Math.min(Number(onePrefix), Number(otherPrefix));
  const widened = (cidr: string) => firstAddress(`${cidr.split('/')[0]}/${prefix}`);
  return widened(one) === widened(other);
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
