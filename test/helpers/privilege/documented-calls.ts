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

/** A folder of a bucket that a job reads, or writes anew. */
export interface JobFolder {
  readonly bucket: string;
  /** Without a slash at the end. */
  readonly prefix: string;
  readonly isWritten: boolean;
}

/** What a Glue job does: Glue itself and Spark, by what the script reads and writes. */
export function jobCalls(
  { region, account }: Scene,
  input: {
    /** s3://bucket/key */
    readonly script: string;
    /** s3://bucket/prefix/ */
    readonly temporary: string;
    readonly logGroups: readonly string[];
    readonly connection: string;
    readonly subnetId: string;
    readonly securityGroupId: string;
    readonly dataKey: { readonly arn: string; readonly alias: string };
    readonly folders: readonly JobFolder[];
    readonly secret?: { readonly arn: string; readonly keyArn: string };
  },
): readonly Documented[] {
  const ec2 = `arn:aws:ec2:${region}:${account}`;
  const glue = `arn:aws:glue:${region}:${account}`;
  const subnet = `${ec2}:subnet/${input.subnetId}`;
  const networkInterface = `${ec2}:network-interface/eni-0123456789abcdef0`;
  const { bucket, key } = placeOf(input.temporary);
  const folders = [...input.folders, { bucket, prefix: key.replace(/\/$/, ''), isWritten: true }];
  return [
    {
      source: 'AWS Glue developer guide, "Create an IAM role for AWS Glue": the script must be readable',
      calls: callsOf(arnOf(placeOf(input.script)), ['s3:GetObject']),
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
      calls: folders.flatMap(folder => folderCalls(folder)),
    },
    {
      source: 'Amazon S3 user guide, "Using server-side encryption with AWS KMS keys"',
      calls: callsOf(input.dataKey.arn, ['kms:Decrypt', 'kms:GenerateDataKey'], {
        ...via('s3', region),
        'kms:ResourceAliases': [input.dataKey.alias],
      }),
    },
    ...(input.secret === undefined
      ? []
      : [
          {
            source: 'get_secret_value in the script; AWS Secrets Manager user guide, "Secret encryption"',
            calls: [
              ...callsOf(input.secret.arn, ['secretsmanager:GetSecretValue']),
              ...callsOf(input.secret.keyArn, ['kms:Decrypt'], via('secretsmanager', region)),
            ],
          },
        ]),
  ];
}

const networkQuestions = [
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcEndpoints',
];

function folderCalls({ bucket, prefix, isWritten }: JobFolder): readonly AwsCall[] {
  const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];
  return [
    ...callsOf(`arn:aws:s3:::${bucket}`, ['s3:ListBucket'], { 's3:prefix': `${prefix}/dt=2026-01-01/` }),
    ...callsOf(
      `arn:aws:s3:::${bucket}/${prefix}/dt=2026-01-01/part-00000`,
      isWritten ? actions : actions.slice(0, 1),
    ),
  ];
}

/** CloudWatch Logs asks for these on the group's streams. */
function logCalls({ region, account }: Scene, group: string, names: readonly string[]): readonly AwsCall[] {
  return callsOf(
    `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:one`,
    names.map(name => `logs:${name}`),
  );
}

function callsOf(
  resource: string,
  actions: readonly string[],
  context: AwsCall['context'] = {},
): readonly AwsCall[] {
  return actions.map(action => ({ action, resource, context: { ...tls, ...context } }));
}

function via(service: string, region: string): AwsCall['context'] {
  return { 'kms:ViaService': `${service}.${region}.amazonaws.com` };
}

function placeOf(url: string): { readonly bucket: string; readonly key: string } {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(url) ?? [];
  return { bucket, key };
}

function arnOf({ bucket, key }: { readonly bucket: string; readonly key: string }): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}
