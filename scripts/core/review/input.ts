/** What a review is made from: one entry a stack, in the order of the chain, and the host. */

export type ReviewInput = {
  readonly meta: ReviewMeta;
  readonly stacks: readonly StackInput[];
  readonly host: HostInput;
  /** Values that the run knows to be secret: `[redacted]` wherever they stand, whatever marks them. */
  readonly secrets: readonly string[];
};

export type ReviewMeta = {
  readonly environment: string;
  readonly target: 'local' | 'aws';
  /** Of the project's clone; null outside of git. */
  readonly commit: string | null;
  /** Like `{terraform: '1.11.4', aws: '5.100.0'}`. */
  readonly toolVersions: Readonly<Record<string, string>>;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** SHA-256 of the config, as hex. */
  readonly configDigest: string;
};

export type StackInput =
  | {
      readonly kind: 'planned' | 'preview';
      readonly stack: string;
      /** The parsed text of `terraform show -json <plan file>`. What it must hold is checked by buildReview. */
      readonly json: unknown;
    }
  | {
      readonly kind: 'deferred';
      readonly stack: string;
      readonly waitsFor: readonly WaitInput[];
    }
  | { readonly kind: 'failed'; readonly stack: string; readonly error: ErrorInput };

/** An output of a stack that is not known yet. */
export type WaitInput = { readonly value: string; readonly fromStack: string };

export type HostInput =
  | {
      readonly kind: 'checked';
      readonly changes: readonly {
        readonly host: string;
        readonly task: string;
        /** As `ansible-playbook --check --diff` prints it. */
        readonly diff?: string;
      }[];
    }
  | { readonly kind: 'deferred'; readonly reason: string }
  | { readonly kind: 'deferred'; readonly waitsFor: readonly WaitInput[] }
  | { readonly kind: 'failed'; readonly error: ErrorInput };

export type ErrorInput = {
  readonly summary: string;
  /** What to do, or what the tool said; empty when there is no more to say. */
  readonly detail: string;
  /** Resource, or file and line. */
  readonly address?: string;
};
