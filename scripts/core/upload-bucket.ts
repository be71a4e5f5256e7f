/** A bucket to upload into: whether its name is allowed, what it is closed with, and what an answer about it means. */
import { Failure, showValue } from './failure.ts';

/**
 * Checks a name by S3's rules (Amazon S3 user guide, "General purpose bucket naming rules"). Dots are left out, as in
 * the lake's own names: they break TLS, and addresses that are no host names.
 * @throws Failure naming the rule
 */
export function requireBucketName(name: string): void {
  const rule = brokenRule(name);
  if (rule === undefined) return;
  throw new Failure({ where: '--bucket', what: `expects ${rule}, got ${showValue(name)}` });
}

function brokenRule(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return 'a name of 3 to 63 characters';
  if (!/^[a-z0-9-]+$/.test(name)) return 'small letters, digits and hyphens alone';
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'a letter or digit at both ends';
  const reserved = [
    ...['xn--', 'sthree-', 'amzn-s3-demo-'].filter(prefix => name.startsWith(prefix)),
    ...['-s3alias', '--ol-s3', '--x-s3', '--table-s3'].filter(suffix => name.endsWith(suffix)),
  ];
  return reserved.length === 0
    ? undefined
    : `a name without ${reserved.join(' and ')}, which S3 keeps for itself`;
}

/** What `terraform/modules/bucket` gives a bucket of the lake, in the words of the S3 API. */
export const bucketDefaults = {
  publicAccess: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
  encryption: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
  lifecycle: {
    Rules: [
      {
        ID: 'housekeeping',
        Status: 'Enabled',
        Filter: {},
        NoncurrentVersionExpiration: { NoncurrentDays: 90 },
        Expiration: { ExpiredObjectDeleteMarker: true },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
    ],
  },
} as const;

/** The policy that refuses whoever comes without TLS, as JSON. */
export function buildTlsPolicy(bucket: string): string {
  const arn = `arn:aws:s3:::${bucket}`;
  const statement = {
    Sid: 'DenyPlainHttp',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** Why a bucket that is there cannot be used. `unknown`: S3 says no more than that it is forbidden. */
export type BucketObstacle =
  | { readonly kind: 'foreign' | 'forbidden' | 'unknown' }
  | { readonly kind: 'region'; readonly region: string | undefined };

export function bucketFailure(
  bucket: string,
  obstacle: BucketObstacle,
  here: { readonly region: string; readonly accountId: string },
): Failure {
  const where = `bucket ${bucket}`;
  switch (obstacle.kind) {
    case 'foreign':
      return new Failure({
        where,
        what: `expects a bucket of account ${here.accountId}, got one of somebody else's`,
        hint: 'Bucket names are taken in all of AWS: choose another one.',
      });
    case 'forbidden':
      return new Failure({
        where,
        what: 'these credentials have no right to look into it',
        hint: 'The upload needs s3:ListBucket, s3:ListBucketMultipartUploads, s3:PutObject and s3:GetObject on it, for large files s3:ListMultipartUploadParts and s3:AbortMultipartUpload too.',
      });
    case 'unknown':
      return new Failure({
        where,
        what: "is somebody else's, or these credentials have no right to look into it",
        hint: 'Choose another name, or ask for s3:ListBucket on it.',
      });
    case 'region':
      return new Failure({
        where,
        what: `expects a bucket in region ${here.region}, got one in ${obstacle.region ?? 'another'}`,
        hint: 'Choose an environment whose config names that region (--env), or another bucket.',
      });
  }
}
