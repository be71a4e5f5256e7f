/** What S3 needs for each request of an upload, and how a refusal is told. */
import { Failure } from './failure.ts';

/** Source: Amazon S3 user guide, "Required permissions for Amazon S3 API operations". */
export type UploadRight =
  | 's3:ListBucket'
  | 's3:ListBucketMultipartUploads'
  | 's3:GetObject'
  | 's3:PutObject'
  | 's3:ListMultipartUploadParts'
  | 's3:AbortMultipartUpload';

/** What bodies need besides where the bucket has a KMS key; S3 does not always say which of the two is lacking. */
const keyRights: Readonly<Partial<Record<UploadRight, string>>> = {
  's3:GetObject': 'kms:Decrypt',
  's3:PutObject': 'kms:GenerateDataKey and kms:Decrypt',
};

/**
 * Names the right that a refused request lacks and on what: in S3's own words where it tells.
 * @param input.key the object's; undefined for a request to the bucket
 */
export function deniedFailure(input: {
  readonly bucket: string;
  readonly key: string | undefined;
  readonly right: UploadRight;
  readonly cause: Error;
}): Failure {
  const { bucket, key, right, cause } = input;
  const [, told, on] = /not authorized to perform: (\S+) on resource: "?([^\s"]+)/.exec(cause.message) ?? [];
  const arn = `arn:aws:s3:::${bucket}${key === undefined ? '' : `/${key}`}`;
  const keyRight = keyRights[right];
  const lacking =
    told === undefined
      ? `${right} on ${arn}${keyRight === undefined ? '' : `, or ${keyRight} on the bucket's key`}`
      : `${told} on ${on}`;
  return new Failure({
    where: `bucket ${bucket}`,
    what: `these credentials lack ${lacking} (${cause.name}: ${cause.message})`,
    hint: 'Ask for that right, then run the command again.',
    cause,
  });
}
