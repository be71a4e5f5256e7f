import type { StepName } from '../../../worker/host/protocol.ts';
import type { StopPoint, StoreCall } from '../s3-proxy.ts';
import { type Kind, targetsOf } from './kinds.ts';

/** A moment at which the worker is killed; seen from outside, by its requests or its files. */
export type Moment = RequestMoment | FileMoment;

/** At one request, which goes as far as `stopAt` and is then held. */
export interface RequestMoment {
  readonly name: string;
  readonly stopAt: StopPoint;
  /** Whether a kind comes to this moment at all. */
  concerns(kind: Kind): boolean;
  /** @param nth how often this request was made before, from 0 */
  isAt(call: StoreCall, kind: Kind, nth: number): boolean;
}

/** As soon as the worker's own file for the output appears; requests that write are held back. */
export interface FileMoment {
  readonly name: string;
  readonly folder: 'processed';
}

type Role = keyof ReturnType<typeof targetsOf>;

/** Every step of the protocol with its moments: a step added there does not compile here until it has some. */
export const moments: Readonly<Record<StepName, readonly Moment[]>> = {
  'head-targets': [...atTargets('head', ['before', 'after-effect'], isHeaded)],
  'get-input': [0, 1].flatMap(nth =>
    (['before', 'mid-reply', 'last-byte'] as const).map(
      (stopAt): RequestMoment => ({
        name: `${nth === 0 ? 'first' : 'second'} get, ${stopAt}`,
        stopAt,
        concerns: kind => nth === 0 || isRejectedBy(kind, 'content'),
        isAt: (call, kind, made) =>
          call.operation === 'get' && call.objectKey === `input/${kind.key}` && made === nth,
      }),
    ),
  ),
  'make-bodies': [{ name: 'the processed file appears', folder: 'processed' }],
  'put-targets': atTargets('put', ['before', 'mid-request', 'after-effect'], isPut),
  'delete-input': (['before', 'after-effect'] as const).map(
    (stopAt): RequestMoment => ({
      name: `delete, ${stopAt}`,
      stopAt,
      concerns: () => true,
      isAt: (call, kind) => call.operation === 'delete' && call.objectKey === `input/${kind.key}`,
    }),
  ),
};

function atTargets(
  operation: 'head' | 'put',
  stopPoints: readonly StopPoint[],
  concerns: (kind: Kind, role: Role) => boolean,
): readonly RequestMoment[] {
  return (['output', 'file', 'record'] as const).flatMap(role =>
    stopPoints.map(
      (stopAt): RequestMoment => ({
        name: `${operation} of the ${role}, ${stopAt}`,
        stopAt,
        concerns: kind => concerns(kind, role),
        isAt: (call, kind) => call.operation === operation && call.objectKey === targetsOf(kind)[role],
      }),
    ),
  );
}

function isHeaded(kind: Kind, role: Role): boolean {
  return role === 'output' ? !isRejectedBy(kind, 'key') : kind.outcome.kind === 'rejected';
}

function isPut(kind: Kind, role: Role): boolean {
  return (role === 'output') === (kind.outcome.kind === 'processed');
}

function isRejectedBy({ outcome }: Kind, decidedBy: 'key' | 'content'): boolean {
  return outcome.kind === 'rejected' && outcome.decidedBy === decidedBy;
}
