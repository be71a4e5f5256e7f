import { FileFault } from './file-fault.ts';

/**
 * What a fault that is not the file's means for the run.
 * - `run`: it concerns the bucket, the credentials or this machine, so every other file would meet it too.
 * - `world`: this request failed for a passing reason; the file waits for the next run.
 * - `read`: the content of this one file could not be read or processed; it counts when it happens again and again.
 */
export type FaultScope = 'run' | 'world' | 'read';

/** Marks a fault met after the file's content began to arrive. */
export class ReadFault extends Error {
  constructor(cause: unknown) {
    super(describeFault(cause), { cause });
    this.name = 'ReadFault';
  }
}

const runCodes: ReadonlySet<string> = new Set([
  ...['NoSuchBucket', 'PermanentRedirect', 'AuthorizationHeaderMalformed', 'InvalidBucketName', '301'],
  ...[
    'CredentialsProviderError',
    'InvalidAccessKeyId',
    'SignatureDoesNotMatch',
    'ExpiredToken',
    'InvalidToken',
  ],
  ...['TokenRefreshRequired', 'RequestTimeTooSkewed', 'AccountProblem'],
  ...['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'EIO'],
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'],
]);

/** Archived objects answer so to a read until they are restored. */
const readCodes: ReadonlySet<string> = new Set(['InvalidObjectState']);

export function scopeOf(error: unknown): FaultScope {
  const codes = codesOf(error);
  if (codes.some(code => runCodes.has(code))) return 'run';
  if (error instanceof ReadFault || codes.some(code => readCodes.has(code))) return 'read';
  return 'world';
}

/** One line that says what happened: the error's code or name, the HTTP status, the message. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  const status = statusOf(error);
  const message = error.message === '' || error.message === code ? '' : `: ${error.message}`;
  return `${code}${status === undefined ? '' : ` (HTTP ${status})`}${message}`.replace(/\s+/g, ' ');
}

/** HTTP status of an answer that the SDK turned into an error. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}

/** Names and codes of an error and of what caused it. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error) || error instanceof FileFault) return [];
  const code = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  const status = statusOf(error) === 301 ? ['301'] : [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : codesOf(error.cause);
  return [error.name, ...code, ...status, ...inner];
}
