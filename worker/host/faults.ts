import { FileFault } from './file-fault.ts';

/**
 * What a fault that is not the file's means for the run.
 * - `run`: it concerns the bucket, the credentials or this machine, so every other file would meet it too.
 * - `world`: this request failed for a passing reason; the file waits for the next run.
 * - `read`: the content of this one file came wrong or could not be processed; it counts when it happens again and
 *   again while others are read well.
 * - `own`: the file is in a state in which nobody can read it; it counts when that stays so.
 */
export type FaultScope = 'run' | 'world' | 'read' | 'own';

/** Marks a fault of the content that arrived, not of its way. */
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
const ownCodes: ReadonlySet<string> = new Set(['InvalidObjectState']);

export function scopeOf(error: unknown): FaultScope {
  const codes = codesOf(error);
  if (codes.some(code => runCodes.has(code))) return 'run';
  if (codes.some(code => ownCodes.has(code))) return 'own';
  return error instanceof ReadFault ? 'read' : 'world';
}

/** Whether a fault of the world makes it doubtful what was read meanwhile: a refusal does not, a broken line does. */
export function isDoubtful(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status >= 500 || status === 429;
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
