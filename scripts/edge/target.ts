import type { Outputs, RunFacts } from '../core/contract.ts';
import type { Failure } from '../core/failure.ts';
import type { Gap } from '../core/gaps.ts';
import type { HostAccess } from '../core/host-access.ts';
import type { NodeArch } from '../core/node-release.ts';
import type { AwsAccess } from './aws.ts';
import type { JobRunner } from './job-runner.ts';
import type { Toolchain } from './toolchain.ts';

export type FoundHost =
  | { readonly kind: 'found'; readonly access: HostAccess }
  | { readonly kind: 'absent'; readonly reason: string };

/**
 * Where a chain runs: the emulator and a container on this machine, or AWS. Commands call the same functions on
 * either and never ask which one it is.
 */
export type Target = {
  readonly name: 'local' | 'aws';
  readonly emulator: { readonly name: string; readonly version: string } | null;
  readonly access: AwsAccess;
  /** Whether what is thrown away may cost somebody something: then a person is asked. */
  readonly asksBeforeChanges: boolean;
  readonly needsContainer: boolean;
  readonly nodeArch: NodeArch;
  /** What the target cannot hold. */
  readonly gaps: readonly Gap[];
  /** The folder that Terraform's stacks are run in; mirrored anew by each call where it is a mirror. */
  readonly terraformDir: () => string;
  /** Variables of every child that speaks to AWS. */
  readonly variables: (toolchain: Toolchain) => Record<string, string>;
  /** The whole environment of such a child. */
  readonly environment: (toolchain: Toolchain) => Record<string, string>;
  /** Variables of the worker's cron entry on the host. */
  readonly workerVariables: Readonly<Record<string, string>>;
  /** Brings up what stands in for AWS. */
  readonly start: (say: (message: string) => void) => Promise<void>;
  /**
   * The fault of the target itself that explains whatever failed, if there is one: its data are lost, and children
   * that still speak to it have nothing to save.
   */
  readonly findFault: () => Failure | undefined;
  /** Values for the stacks that the target itself knows. */
  readonly facts: () => Promise<RunFacts>;
  /** Long work for the host that needs nothing of AWS: may run beside the stacks. */
  readonly prepareHost: () => Promise<void>;
  /**
   * Looks for what the operator must bring to reach the host, before anything is applied.
   * @throws Failure naming what is missing
   */
  readonly requireHostAccess: () => Promise<void>;
  /** Makes the host reachable and tells how; a host key that has changed is told to `say`. */
  readonly connectHost: (
    ec2: NonNullable<Outputs['ec2']>,
    say: (message: string) => void,
  ) => Promise<HostAccess>;
  /** Where the host is, without starting or changing anything for it; a host key that has changed is told to `say`. */
  readonly findHost: (ec2: NonNullable<Outputs['ec2']>, say: (message: string) => void) => Promise<FoundHost>;
  /** Runs a job on the target's Spark. */
  readonly runJob: JobRunner;
  /** Removes everything that the target holds on this machine, after its stacks have gone. */
  readonly remove: () => Promise<void>;
};
