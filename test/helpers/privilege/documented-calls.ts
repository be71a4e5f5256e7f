/**
 * Calls with a role's rights that no test can record: AWS services make them for the role's program, or the program is
 * not run here. Each list has its source, which says that the right is needed.
 */
import type { AwsCall } from './aws-calls.ts';

export interface Documented {
  readonly source: string;
  readonly calls: readonly AwsCall[];
}

/** Where the role's resources are. */
export interface Scene {
  readonly region: string;
  readonly account: string;
}

const tls = { 'aws:SecureTransport': 'true' };

/** What Lambda does with a function's role. */
export function lambdaCalls(
  { region, account }: Scene,
  input: { readonly name: string; readonly keyArn: string; readonly deadLetterQueue: string },
): readonly Documented[] {
  const { name, keyArn, deadLetterQueue } = input;
  const functionArn = `arn:aws:lambda:${region}:${account}:function:${name}`;
  return [
    {
      source: 'AWS Lambda developer guide, "Sending Lambda function logs to CloudWatch Logs"',
      calls: logCalls({ region, account }, `/aws/lambda/${name}`, ['CreateLogStream', 'PutLogEvents']),
    },
    {
      source: 'AWS Lambda developer guide, "Securing Lambda environment variables"',
      calls: callsOf(keyArn, ['kms:Decrypt'], {
        'kms:EncryptionContext:aws:lambda:FunctionArn': functionArn,
      }),
    },
    {
      source: 'AWS Lambda developer guide, "Adding a dead-letter queue"',
      calls: callsOf(`arn:aws:sqs:${region}:${account}:${deadLetterQueue}`, ['sqs:SendMessage']),
    },
    {
      source: 'Amazon SQS developer guide, "Key management", permissions of producers',
      calls: callsOf(keyArn, ['kms:Decrypt', 'kms:GenerateDataKey'], via('sqs', region)),
    },
  ];
}

/** What the function `ingest-realtime` does where it is given a token. */
export function tokenCalls(
  { region }: Scene,
  secret: { readonly arn: string; readonly keyArn: string },
): Documented {
  return {
    source:
      'worker/lambda/realtime/secret.ts; AWS Secrets Manager user guide, "Secret encryption and decryption"',
    calls: [
      ...callsOf(secret.arn, ['secretsmanager:GetSecretValue']),
      ...callsOf(secret.keyArn, ['kms:Decrypt'], via('secretsmanager', region)),
    ],
  };
}

/** What agents on the worker's host do with its role. */
export function hostCalls(
  { region, account }: Scene,
  input: { readonly logGroup: string },
): readonly Documented[] {
  const agent = ['CreateControlChannel', 'CreateDataChannel', 'OpenControlChannel', 'OpenDataChannel'];
  return [
    {
      source: 'AWS managed policy AWSCloud9SSMInstanceProfile, the five actions of Session Manager',
      calls: [
        ...callsOf(
          '*',
          agent.map(name => `ssmmessages:${name}`),
        ),
        ...callsOf(`arn:aws:ec2:${region}:${account}:instance/i-0123456789abcdef0`, [
          'ssm:UpdateInstanceInformation',
        ]),
      ],
    },
    {
      source: 'Amazon CloudWatch user guide, "Create IAM roles and users for use with CloudWatch agent"',
      calls: logCalls({ region, account }, input.logGroup, [
        'CreateLogStream',
        'DescribeLogStreams',
        'PutLogEvents',
      ]),
    },
  ];
}

/** What a Glue job does whatever its script does: Glue itself, and Spark in its temporary folder. */
export function jobCalls(
  { region, account }: Scene,
  input: {
    /** s3://bucket/key */
    readonly script: string;
    /** s3://bucket/key */
    readonly archive: string;
    /** s3://bucket/prefix/ */
    readonly temporary: string;
    readonly logGroups: readonly string[];
    readonly connection: string;
    readonly subnetId: string;
    readonly securityGroupId: string;
    readonly dataKey: { readonly arn: string; readonly alias: string };
  },
): readonly Documented[] {
  const ec2 = `arn:aws:ec2:${region}:${account}`;
  const glue = `arn:aws:glue:${region}:${account}`;
  const subnet = `${ec2}:subnet/${input.subnetId}`;
  const networkInterface = `${ec2}:network-interface/eni-0123456789abcdef0`;
  const temporary = placeOf(input.temporary);
  return [
    {
      source:
        'AWS Glue developer guide, "Create an IAM role for AWS Glue": the script must be readable, and what --extra-py-files names',
      calls: [input.script, input.archive].flatMap(url => callsOf(arnOf(placeOf(url)), ['s3:GetObject'])),
    },
    {
      source:
        'AWS managed policy AWSGlueServiceRole: logs; AWS Glue developer guide, "Encrypting data written by AWS Glue"',
      calls: input.logGroups.flatMap(group => [
        ...logCalls({ region, account }, group, ['CreateLogStream', 'PutLogEvents']),
        ...callsOf(`arn:aws:logs:${region}:${account}:log-group:${group}`, [
          'logs:AssociateKmsKey',
          'logs:CreateLogGroup',
        ]),
      ]),
    },
    {
      source: 'AWS managed policy AWSGlueServiceRole: metrics',
      calls: callsOf('*', ['cloudwatch:PutMetricData'], { 'cloudwatch:namespace': 'Glue' }),
    },
    {
      source: 'AWS managed policy AWSGlueServiceRole: network interfaces of jobs with a connection',
      calls: [
        ...callsOf(`${glue}:catalog`, ['glue:GetConnection']),
        ...callsOf(`${glue}:connection/${input.connection}`, ['glue:GetConnection']),
        ...callsOf('*', networkQuestions),
        ...callsOf(`${ec2}:vpc/vpc-0123456789abcdef0`, ['ec2:DescribeVpcAttribute']),
        ...callsOf(networkInterface, ['ec2:CreateNetworkInterface']),
        ...callsOf(subnet, ['ec2:CreateNetworkInterface']),
        ...callsOf(`${ec2}:security-group/${input.securityGroupId}`, ['ec2:CreateNetworkInterface']),
        ...callsOf(networkInterface, ['ec2:DeleteNetworkInterface'], { 'ec2:Subnet': subnet }),
        ...callsOf(networkInterface, ['ec2:CreateTags', 'ec2:DeleteTags'], {
          'aws:TagKeys': ['aws-glue-service-resource'],
        }),
      ],
    },
    {
      source: 'Hadoop-AWS, "Working with IAM Assumed Roles", permissions of the S3A connector',
      calls: [...sparkReads(temporary), ...sparkWrites(temporary)],
    },
    {
      source: 'Amazon S3 user guide, "Using server-side encryption with AWS KMS keys"',
      calls: callsOf(input.dataKey.arn, ['kms:Decrypt', 'kms:GenerateDataKey'], {
        ...via('s3', region),
        'kms:ResourceAliases': [input.dataKey.alias],
      }),
    },
  ];
}

const networkQuestions = [
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcEndpoints',
];

/** A folder of a bucket, `key` with its slash at the end. */
export interface Folder {
  readonly bucket: string;
  readonly key: string;
}

/** Spark finds out what a folder is by a HEAD that misses, which is 404 only with s3:ListBucket, and lists it. */
export function sparkReads(folder: Folder): readonly AwsCall[] {
  const { bucket, key } = folder;
  return [
    ...callsOf(`arn:aws:s3:::${bucket}`, ['s3:ListBucket']),
    ...callsOf(`arn:aws:s3:::${bucket}`, ['s3:ListBucket'], { 's3:prefix': `${key}dt=2026-01-01/` }),
    ...callsOf(dayOf(folder), ['s3:GetObject']),
  ];
}

function sparkWrites(folder: Folder): readonly AwsCall[] {
  return callsOf(dayOf(folder), ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload']);
}

export function dayOf({ bucket, key }: Folder): string {
  return `arn:aws:s3:::${bucket}/${key}dt=2026-01-01/rows.parquet`;
}

/** CloudWatch Logs asks for these on the group's streams. */
function logCalls({ region, account }: Scene, group: string, names: readonly string[]): readonly AwsCall[] {
  return callsOf(
    `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:one`,
    names.map(name => `logs:${name}`),
  );
}

export function callsOf(
  resource: string,
  actions: readonly string[],
  context: AwsCall['context'] = {},
): readonly AwsCall[] {
  return actions.map(action => ({ action, resource, context: { ...tls, ...context } }));
}

export function via(service: string, region: string): AwsCall['context'] {
  return { 'kms:ViaService': `${service}.${region}.amazonaws.com` };
}

function placeOf(url: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(url) ?? [];
  return { bucket, key };
}

function arnOf({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}
