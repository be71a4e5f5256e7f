/** Inputs of reviews for tests, written by hand. */
import type { ReviewInput, StackInput } from '../../../scripts/core/review/input.ts';

export const reviewMeta: ReviewInput['meta'] = {
  environment: 'local',
  target: 'local',
  commit: '0123456789abcdef0123456789abcdef01234567',
  toolVersions: { terraform: '1.11.4', aws: '5.100.0' },
  madeAt: '2026-01-02T03:04:05Z',
  configDigest: 'ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12',
};

/** An input with the given stacks and a host on which nothing changes, unless it is said otherwise. */
export function reviewInput(
  stacks: readonly StackInput[],
  rest: Partial<Pick<ReviewInput, 'host' | 'secrets' | 'meta'>> = {},
): ReviewInput {
  return { meta: reviewMeta, stacks, host: { kind: 'checked', changes: [] }, secrets: [], ...rest };
}

export function planned(json: unknown, stack = 'network'): StackInput {
  return { kind: 'planned', stack, json };
}

type ChangeInput = {
  readonly address?: string;
  readonly type?: string;
  readonly actions: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  readonly afterUnknown?: unknown;
  readonly beforeSensitive?: unknown;
  readonly afterSensitive?: unknown;
  readonly replacePaths?: readonly (readonly (string | number)[])[];
  readonly extra?: Readonly<Record<string, unknown>>;
};

/** A change of a resource as `terraform show -json` writes it. */
export function resourceChange(input: ChangeInput): object {
  const { address = `${input.type ?? 'aws_thing'}.this`, type = 'aws_thing', actions, extra } = input;
  return {
    address,
    mode: 'managed',
    type,
    name: 'this',
    change: {
      actions,
      before: input.before ?? null,
      after: input.after ?? null,
      after_unknown: input.afterUnknown ?? {},
      before_sensitive: input.beforeSensitive ?? {},
      after_sensitive: input.afterSensitive ?? {},
      ...(input.replacePaths === undefined ? {} : { replace_paths: input.replacePaths }),
    },
    ...extra,
  };
}

export function planJson(
  changes: readonly object[],
  rest: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return { format_version: '1.2', terraform_version: '1.11.4', resource_changes: changes, ...rest };
}
