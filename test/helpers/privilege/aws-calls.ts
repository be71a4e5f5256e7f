/** What programs ask of AWS, in the words of IAM: a recording proxy, and the rights that each request needs. */
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { bucketActions, objectActions } from './s3-actions.ts';

/** One request with its answer's status. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The first 64 KiB of a body that is no object's: JSON, a form or XML. */
  readonly body: string;
  readonly status: number;
}

/** One right that a request needs. */
export interface AwsCall {
  /** As `s3:GetObject`. */
  readonly action: string;
  /** ARN; undefined where this file does not know how to tell it. */
  readonly resource: string | undefined;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface Recorder {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
}

/** The key that a bucket's default encryption names; `alias` for conditions on kms:ResourceAliases. */
export interface BucketKey {
  readonly arn: string;
  readonly alias: string;
}

/** What the requests alone do not tell. */
export interface CallFacts {
  readonly region: string;
  readonly account: string;
  /** Undefined for a bucket with SSE-S3, which needs no right on any key. */
  readonly keyOf: (bucket: string) => BucketKey | undefined;
}

const keptBytes = 65_536;

/** A proxy before the emulator that notes each request once it is answered. */
export async function startRecorder(
  test: { teardown(stop: () => void): void },
  target: string,
): Promise<Recorder> {
  const seen: SeenRequest[] = [];
  const server = createServer((incoming, answer) => {
    const { method = '', url = '', headers } = incoming;
    const kept: Buffer[] = [];
    let keptLength = 0;
    const isText = /json|form-urlencoded|xml/.test(headers['content-type'] ?? '');
    incoming.on('data', (chunk: Buffer) => {
      if (isText && keptLength < keptBytes) keptLength += kept.push(chunk) && chunk.length;
    });
    const onward = request(target + url, { method, headers }, reply => {
      const status = reply.statusCode ?? 502;
      seen.push({ method, url, headers, body: Buffer.concat(kept).toString(), status });
      answer.writeHead(status, reply.headers);
      reply.pipe(answer);
    });
    onward.once('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  test.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { endpoint: `http://127.0.0.1:${port}`, seen };
}

/** The rights that requests need, each once. Requests without a signature (instance metadata) need none. */
export function awsCallsOf(seen: readonly SeenRequest[], facts: CallFacts): readonly AwsCall[] {
  const calls = seen.flatMap(one => {
    const service = signedFor(one);
    if (service === undefined) return [];
    return service === 's3' ? s3Calls(one, facts) : [otherCall(one, service, facts)];
  });
  return [...new Map(calls.map(call => [JSON.stringify(call), call])).values()];
}

/** The service that a request was signed for: `Credential=<key>/<day>/<region>/<service>/aws4_request`. */
function signedFor({ headers }: SeenRequest): string | undefined {
  return /Credential=[^/]+\/\d{8}\/[^/]*\/([^/]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1];
}

function s3Calls(seen: SeenRequest, facts: CallFacts): readonly AwsCall[] {
  const { pathname, searchParams } = new URL(seen.url, 'http://path-style');
  const [, bucket = '', rest] = /^\/([^/]*)(?:\/(.*))?$/.exec(pathname) ?? [];
  const key = decodeURIComponent(rest ?? '');
  const bucketArn = `arn:aws:s3:::${bucket}`;
  if (bucket === '') return [{ action: 's3:ListAllMyBuckets', resource: '*', context: tls }];
  if (key === '') {
    return bucketActions(seen, searchParams).map(action => ({
      action,
      resource: bucketArn,
      context: { ...tls, ...listContext(searchParams) },
    }));
  }
  const actions = objectActions(seen, searchParams);
  const onObject = actions.map(action => ({ action, resource: `${bucketArn}/${key}`, context: tls }));
  return [
    ...onObject,
    ...absenceCalls(seen, bucketArn),
    ...keyCalls({ seen, actions, key: facts.keyOf(bucket), facts }),
  ];
}

/** Every program speaks https to AWS; only the emulator is spoken to in the clear. */
const tls = { 'aws:SecureTransport': 'true' };

function listContext(query: URLSearchParams): Readonly<Record<string, string>> {
  const prefix = query.get('prefix');
  return prefix === null ? {} : { 's3:prefix': prefix };
}

/**
 * Without s3:ListBucket a missing key answers 403 and not 404. The request has no s3:prefix.
 * Source: Amazon S3 API reference, HeadObject and GetObject, "Permissions".
 */
function absenceCalls({ method, status }: SeenRequest, bucketArn: string): readonly AwsCall[] {
  const isMissing = (method === 'HEAD' || method === 'GET') && status === 404;
  return isMissing ? [{ action: 's3:ListBucket', resource: bucketArn, context: tls }] : [];
}

/**
 * What S3 asks of KMS in the caller's name: a data key to write, the same decrypted to read and to go on with a
 * multipart upload. Source: Amazon S3 user guide, "Using server-side encryption with AWS KMS keys" and "Multipart upload API and
 * permissions".
 */
function keyCalls(input: {
  readonly seen: SeenRequest;
  readonly actions: readonly string[];
  readonly key: BucketKey | undefined;
  readonly facts: CallFacts;
}): readonly AwsCall[] {
  const { seen, actions, key, facts } = input;
  if (key === undefined) return [];
  const isRead = seen.method === 'GET' && actions.some(action => /^s3:GetObject(Version)?$/.test(action));
  const isWrite = actions.includes('s3:PutObject');
  const isMultipart = isWrite && /[?&]upload(s|Id)\b/.test(seen.url);
  const needed = [
    ...(isWrite ? ['kms:GenerateDataKey'] : []),
    ...(isRead || isMultipart ? ['kms:Decrypt'] : []),
  ];
  return needed.map(action => ({
    action,
    resource: key.arn,
    context: {
      ...tls,
      'kms:ViaService': `s3.${facts.region}.amazonaws.com`,
      'kms:CallerAccount': facts.account,
      'kms:ResourceAliases': [key.alias],
    },
  }));
}

/** Services whose rights have another prefix than their signatures. */
const prefixes: Readonly<Record<string, string>> = { monitoring: 'cloudwatch', email: 'ses' };

/** JSON protocols name the operation in a header, query protocols in the form. */
function otherCall(seen: SeenRequest, service: string, facts: CallFacts): AwsCall {
  const target = String(seen.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
  const operation = target || (new URLSearchParams(seen.body).get('Action') ?? '');
  if (operation === '') {
    throw new Error(
      `${service}: expected an operation in X-Amz-Target or Action, got ${seen.method} ${seen.url}`,
    );
  }
  const action = `${prefixes[service] ?? service}:${operation}`;
  return { action, resource: resourceOf(action, seen.body, facts), context: tls };
}

function resourceOf(action: string, body: string, { region, account }: CallFacts): string | undefined {
  const field = (name: string) => new RegExp(`"${name}":\\s*"([^"]*)"`).exec(body)?.[1];
  if (action.startsWith('secretsmanager:')) return field('SecretId');
  if (action.startsWith('logs:')) {
    const [group, stream] = [field('logGroupName'), field('logStreamName')];
    const suffix = stream === undefined ? '' : `:log-stream:${stream}`;
    return group && `arn:aws:logs:${region}:${account}:log-group:${group}${suffix}`;
  }
  return undefined;
}
