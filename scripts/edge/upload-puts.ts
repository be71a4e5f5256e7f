/** Whole objects, many of them: the SDK makes the first request, and the others are made after it. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { encodePercent } from '../core/percent.ts';

export type Put = {
  readonly key: string;
  readonly bytes: Buffer;
  /** Of the bytes, in base64. */
  readonly sha256: string;
};

type Signer = Awaited<ReturnType<S3Client['config']['signer']>>;
type Scheme = Parameters<S3Client['config']['signer']>[0];
type Request = Awaited<ReturnType<Signer['sign']>>;
/** A request that S3 has taken, before it was signed, and what signs others like it. */
type Model = {
  readonly request: Request;
  /** Of the path, what stands before the key. */
  readonly base: string;
  readonly sign: (request: Request) => Promise<Request>;
};

/** Of a larger body the building of its request matters little; and a client may send it with a header of its own. */
const mostBytes = 1024 ** 2;

/**
 * To build a request takes the SDK longer than to sign and send it, and one differs from the last only in its key, its
 * bytes and their hash. What is not answered with a plain 200 goes to the SDK, which knows errors, retries and clocks that
 * are wrong; it makes the next model too.
 * @returns puts an object, and rejects as the client does
 */
export function openPuts(
  s3: S3Client,
  place: { readonly Bucket: string; readonly ExpectedBucketOwner: string },
): (put: Put, signal: AbortSignal) => Promise<void> {
  let model: Model | undefined;
  // After all that goes into a request but the signature and the count of attempts.
  s3.middlewareStack.add(
    (next, context) => async args => {
      const isPut = context.commandName === 'PutObjectCommand';
      const learned = isPut ? await readModel(s3, context.authSchemes, args) : undefined;
      const output = await next(args);
      model = learned ?? model;
      return output;
    },
    { step: 'build', priority: 'low', name: 'learnPut', override: true },
  );
  return async (put, signal) => {
    const { key, bytes, sha256 } = put;
    if (model !== undefined && bytes.length <= mostBytes) {
      if (await isTaken(s3, model, put, signal)) return;
      model = undefined;
    }
    const body = { Body: bytes, ContentLength: bytes.length, ChecksumSHA256: sha256 };
    await s3.send(new PutObjectCommand({ ...place, Key: key, ...body }), { abortSignal: signal });
  };
}

async function readModel(
  s3: S3Client,
  schemes: readonly Scheme[] | undefined,
  { input, request }: { readonly input: object; readonly request: unknown },
): Promise<Model | undefined> {
  const scheme = schemes?.[0];
  if (scheme?.name !== 'sigv4' || !('Key' in input) || !isRequest(request)) return undefined;
  const path = encodePath(String(input.Key));
  if (!request.path.endsWith(path) || Number(request.headers['content-length']) > mostBytes) return undefined;
  const { signingRegion, signingName: signingService } = scheme;
  const signer = await s3.config.signer(scheme);
  const signingDate = () => new Date(Date.now() + s3.config.systemClockOffset);
  return {
    request: { ...request, headers: { ...request.headers } }, // later steps add to the SDK's own
    base: request.path.slice(0, -path.length),
    sign: other => signer.sign(other, { signingDate: signingDate(), signingRegion, signingService }),
  };
}

async function isTaken(s3: S3Client, model: Model, put: Put, abortSignal: AbortSignal): Promise<boolean> {
  try {
    const signed = await model.sign(buildRequest(model, put));
    const { response } = await s3.config.requestHandler.handle(signed, { abortSignal });
    response.body.resume();
    return response.statusCode === 200;
  } catch {
    return false; // the SDK's own attempt tells why
  }
}

function buildRequest({ request, base }: Model, { key, bytes, sha256 }: Put): Request {
  return {
    ...request,
    path: `${base}${encodePath(key)}`,
    headers: {
      ...request.headers,
      'content-length': String(bytes.length),
      'x-amz-checksum-sha256': sha256,
      'x-amz-content-sha256': Buffer.from(sha256, 'base64').toString('hex'),
    },
    body: bytes,
  };
}

/** As the SDK writes a key into a path. */
function encodePath(key: string): string {
  return encodePercent(key).replaceAll('%2F', '/');
}

function isRequest(request: unknown): request is Request {
  return typeof request === 'object' && request !== null && 'path' in request && 'headers' in request;
}
