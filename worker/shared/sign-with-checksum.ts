import type { S3Client } from '@aws-sdk/client-s3';

/** A body whose SHA-256 is given is not hashed once more to sign its request. */
export function signWithChecksum(s3: S3Client): void {
  s3.middlewareStack.add(
    next => args => {
      const { input, request } = args;
      const sha256 = 'ChecksumSHA256' in input ? input.ChecksumSHA256 : undefined;
      if ('Body' in input && sha256 !== undefined && hasHeaders(request))
        request.headers['x-amz-content-sha256'] = Buffer.from(sha256, 'base64').toString('hex');
      return next(args);
    },
    { step: 'build', name: 'signWithChecksum', override: true },
  );
}

function hasHeaders(request: unknown): request is { readonly headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}
