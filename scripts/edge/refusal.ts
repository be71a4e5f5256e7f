/** Errors of the SDK: which of them are a no, and how they are told. */
import { showValue } from '../core/failure.ts';

/** An answer that says no, unlike a network that fails or a service that is busy. */
export function isRefusal(error: unknown): boolean {
  return (
    error instanceof Error &&
    '$fault' in error &&
    error.$fault === 'client' &&
    !/Throttl|TooManyRequests/.test(error.name)
  );
}

export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : showValue(error);
}
