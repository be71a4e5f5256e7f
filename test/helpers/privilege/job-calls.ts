/** What the lake's scripts ask of AWS themselves, by function: through boto3 (`lake.objects`, `lake.files`) and Spark. */
import type { AwsCall } from './aws-calls.ts';
import {
  callsOf,
  type Documented,
  dayOf,
  type Folder,
  type Scene,
  sparkReads,
  via,
} from './documented-calls.ts';

/** `read_datasets`: one GET. */
export function datasetCalls(configurationBucket: string): Documented {
  return {
    source: 'lake.datasets.read_datasets',
    calls: callsOf(`arn:aws:s3:::${configurationBucket}/datasets.json`, ['s3:GetObject']),
  };
}

/** Each bucket is listed before Spark starts. */
export function bucketCalls(buckets: readonly string[]): Documented {
  return {
    source: 'lake.job: list_fault',
    calls: buckets.flatMap(bucket => callsOf(`arn:aws:s3:::${bucket}`, ['s3:ListBucket'])),
  };
}

/** Files of a day: listed with boto3, read by Spark and, to judge one, with boto3. */
export function readCalls(folders: readonly Folder[]): Documented {
  return {
    source: 'lake.inputs.list_day and open_object; spark.read of what was listed',
    calls: folders.flatMap(sparkReads),
  };
}

/**
 * `publish_day` writes to the temporary folder with Spark; what it does in a layer is COPY, above 5 GB in parts, which
 * are taken back when one fails, LIST, and DELETE. COPY needs the right to GET the source and to PUT the target. Source:
 * Amazon S3 API reference, CopyObject, "Permissions".
 */
export function publishCalls(folders: readonly Folder[]): Documented {
  return {
    source: 'lake.publish: list_objects, copy_object, delete_objects',
    calls: folders.flatMap(folder => [
      ...callsOf(`arn:aws:s3:::${folder.bucket}`, ['s3:ListBucket'], {
        's3:prefix': `${folder.key}dt=2026-01-01/`,
      }),
      ...callsOf(dayOf(folder), ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload']),
    ]),
  };
}

/** What a day was made of, said by the name of an object. */
export function sourceMarkCalls(tables: readonly Folder[]): Documented {
  return {
    source: 'lake.late: list_objects, delete_objects, write_object',
    calls: tables.flatMap(({ bucket, key }) => [
      ...callsOf(`arn:aws:s3:::${bucket}`, ['s3:ListBucket'], {
        's3:prefix': `${key}_sources/dt=2026-01-01/`,
      }),
      ...callsOf(`arn:aws:s3:::${bucket}/${key}_sources/dt=2026-01-01/0123abcd`, [
        's3:PutObject',
        's3:DeleteObject',
      ]),
    ]),
  };
}

/** Notes beside the data; one that is not there is 404. */
export function watermarkCalls(bucket: string): Documented {
  const table = 'jdbc/public.orders/_watermarks/';
  return {
    source: 'lake.jdbc_watermark: list_objects, read_object, write_object',
    calls: [
      ...callsOf(`arn:aws:s3:::${bucket}`, ['s3:ListBucket'], { 's3:prefix': `${table}dt=` }),
      ...callsOf(`arn:aws:s3:::${bucket}`, ['s3:ListBucket']),
      ...callsOf(`arn:aws:s3:::${bucket}/${table}dt=2026-01-01.json`, ['s3:GetObject', 's3:PutObject']),
    ],
  };
}

export function secretCalls(
  { region }: Scene,
  secret: { readonly arn: string; readonly keyArn: string },
): Documented {
  return {
    source: 'get_secret_value in lake.jdbc_copy; AWS Secrets Manager user guide, "Secret encryption"',
    calls: [
      ...callsOf(secret.arn, ['secretsmanager:GetSecretValue']),
      ...callsOf(secret.keyArn, ['kms:Decrypt'], via('secretsmanager', region)),
    ],
  };
}

/**
 * The worker's requests, made by `lake.files.store` and `large_put`: LIST, GET and DELETE with If-Match in input/, HEAD
 * (404 where nothing stands) and PUT under a condition in output/ and errors/, large ones in parts.
 */
export function filesCalls(
  { region }: Scene,
  input: { readonly bucket: string; readonly key: { readonly arn: string; readonly alias: string } },
): Documented {
  const arn = `arn:aws:s3:::${input.bucket}`;
  const results = ['output/a.json', 'errors/a.json', 'errors/a.json.error.json'];
  const context: AwsCall['context'] = { ...via('s3', region), 'kms:ResourceAliases': [input.key.alias] };
  return {
    source:
      'lake.files.store and lake.files.large_put; test/unit and long tests of the worker for their statuses',
    calls: [
      ...callsOf(arn, ['s3:ListBucket'], { 's3:prefix': 'input/' }),
      ...callsOf(arn, ['s3:ListBucket']),
      ...callsOf(`${arn}/input/a.json`, ['s3:GetObject', 's3:DeleteObject']),
      ...results.flatMap(key =>
        callsOf(`${arn}/${key}`, ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload']),
      ),
      ...callsOf(input.key.arn, ['kms:Decrypt', 'kms:GenerateDataKey'], context),
    ],
  };
}
