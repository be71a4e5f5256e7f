/** The rights that requests of S3's REST API need. Source: Amazon S3 user guide, "Required permissions for API operations". */

interface S3Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Subresources of a bucket whose rights follow the pattern Get<name> and Put<name>. */
const bucketSettings: Readonly<Record<string, string>> = {
  accelerate: 'AccelerateConfiguration',
  acl: 'BucketAcl',
  cors: 'BucketCORS',
  encryption: 'EncryptionConfiguration',
  lifecycle: 'LifecycleConfiguration',
  logging: 'BucketLogging',
  'object-lock': 'BucketObjectLockConfiguration',
  ownershipControls: 'BucketOwnershipControls',
  policy: 'BucketPolicy',
  policyStatus: 'BucketPolicyStatus',
  publicAccessBlock: 'BucketPublicAccessBlock',
  replication: 'ReplicationConfiguration',
  requestPayment: 'BucketRequestPayment',
  tagging: 'BucketTagging',
  versioning: 'BucketVersioning',
  website: 'BucketWebsite',
};

/** Removing a setting is a right of its own for these two; of the others it is part of Put. */
const deletedByName = new Set(['policy', 'website']);

/** @throws Error for an operation that no program of ours has used yet */
export function bucketActions({ method }: S3Request, query: URLSearchParams): readonly string[] {
  const setting = Object.keys(bucketSettings).find(name => query.has(name));
  if (setting !== undefined) {
    const isDeleted = method === 'DELETE' && deletedByName.has(setting);
    const verb = method === 'GET' ? 'Get' : isDeleted ? 'Delete' : 'Put';
    return [`s3:${verb}${bucketSettings[setting]}`];
  }
  if (query.has('location')) return ['s3:GetBucketLocation'];
  if (query.has('versions')) return ['s3:ListBucketVersions'];
  if (query.has('uploads')) return ['s3:ListBucketMultipartUploads'];
  if (method === 'GET' || method === 'HEAD') return ['s3:ListBucket'];
  if (method === 'PUT') return ['s3:CreateBucket'];
  if (method === 'DELETE') return ['s3:DeleteBucket'];
  throw new Error(`S3: expected an operation on a bucket whose right is known, got ${method} ?${query}`);
}

/** @throws Error for an operation that no program of ours has used yet */
export function objectActions({ method, headers }: S3Request, query: URLSearchParams): readonly string[] {
  const version = query.has('versionId') ? 'Version' : '';
  const isUpload = query.has('uploadId') || query.has('uploads');
  if (query.has('tagging')) return [`s3:${titleOf(method)}Object${version}Tagging`];
  if (query.has('acl')) return [`s3:${titleOf(method)}Object${version}Acl`];
  if (method === 'GET' && isUpload) return ['s3:ListMultipartUploadParts'];
  if (method === 'DELETE' && isUpload) return ['s3:AbortMultipartUpload'];
  if (method === 'GET' || method === 'HEAD') return [`s3:GetObject${version}`];
  if (method === 'DELETE') return [`s3:DeleteObject${version}`, ...comparing(headers)];
  if (method === 'PUT' || (method === 'POST' && isUpload)) {
    const tags = headers['x-amz-tagging'] === undefined ? [] : ['s3:PutObjectTagging'];
    return ['s3:PutObject', ...tags, ...comparing(headers)];
  }
  throw new Error(`S3: expected an operation on an object whose right is known, got ${method} ?${query}`);
}

/**
 * Comparing an ETag reads the object. Source: Amazon S3 user guide, "Enforce conditional deletes": "conditional
 * deletes with a specific ETag value require both s3:DeleteObject and s3:GetObject permissions".
 */
function comparing(headers: S3Request['headers']): readonly string[] {
  const etag = headers['if-match'];
  return etag === undefined || etag === '*' ? [] : ['s3:GetObject'];
}

function titleOf(method: string): string {
  return method.charAt(0) + method.slice(1).toLowerCase();
}
