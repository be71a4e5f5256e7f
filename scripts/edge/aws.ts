/**
 * The one door to AWS SDK clients. On the local target it lets a request go to loopback addresses only. What only some
 * commands use is loaded when they do: each SDK package takes a tenth of a second.
 */
import type { AthenaClient } from '@aws-sdk/client-athena';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Failure } from '../core/failure.ts';
import type { Choice, KeyPair } from '../core/upload-credentials.ts';

/** Where clients connect to. With an endpoint (local target) credentials are the given ones, never the caller's. */
export type AwsAccess = {
  readonly region: string;
  readonly local?: { readonly endpoint: string; readonly accountId: string };
  /** Credentials that the SDK would not find by itself. */
  readonly credentials?: KeyPair;
};

/** The same with the caller's chosen credentials, which the local target does not take. */
export function withCredentials(access: AwsAccess, choice: Choice): AwsAccess {
  if (access.local !== undefined || choice.kind === 'chain') return access;
  return { ...access, credentials: choice.keys };
}

/** The keys of the local target, which are no secret: the emulator takes any, and twelve digits as the account. */
export function localKeys({ accountId }: { readonly accountId: string }): KeyPair {
  return { accessKeyId: accountId, secretAccessKey: 'local' };
}

export async function createAthena(access: AwsAccess): Promise<AthenaClient> {
  const { AthenaClient } = await import('@aws-sdk/client-athena');
  return new AthenaClient(settings(access));
}

export function createS3(access: AwsAccess): S3Client {
  // For a body of 2 MiB or more the SDK would ask leave to send it, on a connection of its own: one handshake a part.
  return new S3Client({ ...settings(access), expectContinueHeader: false });
}

export async function createGlue(access: AwsAccess): Promise<GlueClient> {
  const { GlueClient } = await import('@aws-sdk/client-glue');
  return new GlueClient(settings(access));
}

export async function createLogs(access: AwsAccess): Promise<CloudWatchLogsClient> {
  const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
  return new CloudWatchLogsClient(settings(access));
}

/**
 * Asks who the credentials belong to, and refuses any account but the config's.
 * @throws Failure when there are no credentials, or they are of another account
 */
export async function requireAccount(access: AwsAccess, accountId: string): Promise<void> {
  const client = new STSClient(settings(access));
  const identity = await client.send(new GetCallerIdentityCommand({})).catch((cause: unknown) => {
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    const hint =
      access.local === undefined
        ? 'Sign in (for example: aws sso login) and check with: aws sts get-caller-identity'
        : 'The emulator does not answer: run the command again.';
    throw new Failure({ where: 'AWS credentials', what: `could not be used: ${what}`, hint, cause });
  });
  client.destroy();
  if (identity.Account === accountId) return;
  throw new Failure({
    where: 'account.id',
    what: `expects the account of the credentials in use, ${identity.Account}, got ${accountId}`,
    hint: 'Use credentials of the account that the config names, or mend the config.',
  });
}

/**
 * Asks EC2 whether it has an instance type in this region.
 * @throws Failure when it has none of that name
 */
export async function requireInstanceType(access: AwsAccess, instanceType: string): Promise<void> {
  const { DescribeInstanceTypesCommand, EC2Client } = await loadEc2();
  const client = new EC2Client(settings(access));
  // A filter, since a name that EC2 does not know would be an error of the call.
  const filter = { Name: 'instance-type', Values: [instanceType] };
  const { InstanceTypes = [] } = await client.send(new DescribeInstanceTypesCommand({ Filters: [filter] }));
  client.destroy();
  if (InstanceTypes.length > 0) return;
  throw new Failure({
    where: 'compute.instanceType',
    what: `expects a type that EC2 has in ${access.region}, got ${instanceType}`,
    hint: 'List them: aws ec2 describe-instance-types --query "InstanceTypes[].InstanceType"',
  });
}

/**
 * The text of an instance's console, empty while AWS has none. What EC2 posts some minutes after a start comes first; until
 * then, and once that is forgotten, what stands there now, which only newer types of instances can tell.
 * Source: Amazon EC2 API reference, GetConsoleOutput, "Latest".
 */
export async function readConsoleOutput(access: AwsAccess, instanceId: string): Promise<string> {
  const { EC2Client, GetConsoleOutputCommand } = await loadEc2();
  const client = new EC2Client(settings(access));
  const read = (latest: boolean) =>
    client.send(new GetConsoleOutputCommand({ InstanceId: instanceId, Latest: latest }));
  try {
    const posted = await read(false);
    if (posted.Output) return decode(posted.Output);
    const { Output } = await read(true).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'UnsupportedOperation') return posted;
      throw error;
    });
    return decode(Output ?? '');
  } finally {
    client.destroy();
  }
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

/** As long to load as all other clients together, and most commands have no use for it. */
function loadEc2() {
  return import('@aws-sdk/client-ec2');
}

function settings(access: AwsAccess) {
  const { local, region, credentials } = access;
  if (local === undefined) return credentials === undefined ? { region } : { region, credentials };
  // The SDK passes proxy variables over, so the address is looked at here. A client keeps to its endpoint: buckets of
  // an IP literal are addressed by path, and region redirects are not followed.
  if (!/^127\.\d+\.\d+\.\d+$/.test(new URL(local.endpoint).hostname)) {
    throw new Failure({
      where: 'local target',
      what: `refuses to reach anything but loopback, got ${local.endpoint}`,
    });
  }
  return {
    region,
    endpoint: local.endpoint,
    credentials: localKeys(local),
    maxAttempts: 2,
  };
}
