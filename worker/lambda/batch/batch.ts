import { faultText } from '../../shared/fault-text.ts';
import { bringHour } from './bring-hour.ts';
import { archiveKey, archiveName, type Hour, msPerHour, startOf } from './hour.ts';
import { type HourOutcome, runHours } from './hours.ts';
import { type Order, readOrder } from './order.ts';
import type { PartWriter } from './part-writer.ts';
import type { BatchSettings } from './settings.ts';

/** The raw bucket, as far as the function needs it. */
export interface ArchiveStore {
  /** The keys that stand in the days of these hours. */
  readonly list: (hours: readonly Hour[]) => Promise<ReadonlySet<string>>;
  readonly write: (key: string) => PartWriter;
}

/** The call that the work is done in. */
export interface Call {
  readonly remainingMs: () => number;
  /** One line of the log. */
  readonly log: (line: object) => void;
}

export interface BatchResult {
  readonly kind: Order['kind'];
  readonly brought: readonly Hour[];
  readonly late: readonly Hour[];
  readonly missing: readonly Hour[];
  /** Not begun: the next schedule, or the next try of a backfill, goes on there. */
  readonly left: readonly Hour[];
  readonly failed: readonly Hour[];
  readonly events: number;
  readonly bytes: number;
}

/** Hours that one scheduled call brings at the most: it is to end before the next one begins. */
const mostPerSchedule = 12;
/** What is under way when so little is left of the call is given up, so that its parts can be taken back. */
const reserveMs = 10_000;
/** An hour that comes slowly may take this part of the call and no more, or two of them would keep all others out. */
const hourPart = 1 / 3;
const silenceMs = 30_000;
/** A Lambda's error has to fit into the message of a dead letter. */
const mostReasons = 20;

/**
 * Brings the hours that an event asks for. One that fails keeps no other from being brought.
 * @returns what became of the hours, and the fault of the call: an hour failed, or a backfill has hours left
 */
export async function ingestHours(input: {
  readonly event: unknown;
  readonly settings: BatchSettings;
  readonly now: Date;
  readonly store: ArchiveStore;
  readonly call: Call;
  readonly silenceMs?: number;
}): Promise<{ readonly result: BatchResult; readonly fault: Error | undefined }> {
  const { settings, now, store, call } = input;
  const { kind, hours } = readOrder(input.event, settings, now);
  const there = await store.list(hours);
  const workMs = Math.max(0, call.remainingMs() - reserveMs);
  const signal = AbortSignal.timeout(workMs);
  const hourMs = Math.round(workMs * hourPart);
  const outcomes = await runHours({
    hours: hours.filter((hour, at) => isDue(kind, at) || !there.has(archiveKey(hour))),
    most: kind === 'scheduled' ? mostPerSchedule : Number.POSITIVE_INFINITY,
    longestMs: hourMs + reserveMs,
    remainingMs: call.remainingMs,
    bring: async hour => {
      const began = performance.now();
      const became = await bring({
        hour,
        signal,
        hourMs,
        settings,
        now,
        store,
        silenceMs: input.silenceMs ?? silenceMs,
      });
      const outcome = { ...became, seconds: Math.round(performance.now() - began) / 1000 };
      call.log({ event: 'hour', ...outcome });
      return outcome;
    },
  });
  return { result: sumUp(kind, outcomes), fault: findFault(kind, outcomes) };
}

/**
 * The newest hour of a schedule is brought even when it is there: an hourly schedule finds it missing anyway, and a
 * schedule of minutes shows that it is alive. It is replaced by the same bytes.
 */
function isDue(kind: Order['kind'], at: number): boolean {
  return kind === 'scheduled' && at === 0;
}

async function bring(input: {
  readonly hour: Hour;
  readonly signal: AbortSignal;
  readonly hourMs: number;
  readonly settings: BatchSettings;
  readonly now: Date;
  readonly store: ArchiveStore;
  readonly silenceMs: number;
}): Promise<DistributiveOmit<HourOutcome, 'seconds'>> {
  const { hour, signal, hourMs, settings, store } = input;
  const key = archiveKey(hour);
  const tooLong = AbortSignal.timeout(hourMs);
  try {
    const url = new URL(`${settings.archiveUrl}/${archiveName(hour)}`);
    const ends = AbortSignal.any([signal, tooLong]);
    const brought = await bringHour({ ...input, signal: ends, url, open: () => store.write(key) });
    if (brought !== 'absent') return { hour, outcome: 'brought', key, ...brought };
    const age = input.now.getTime() - startOf(hour);
    return { hour, outcome: age < settings.missingAfterHours * msPerHour ? 'late' : 'missing' };
  } catch (fault) {
    const why = signal.aborted
      ? "the call's time ran out: "
      : tooLong.aborted
        ? `took longer than ${hourMs / 1000} s, a third of the call's time: `
        : '';
    return { hour, outcome: 'failed', error: why + faultText(fault) };
  }
}

type DistributiveOmit<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

function sumUp(kind: Order['kind'], outcomes: readonly HourOutcome[]): BatchResult {
  const hoursOf = (wanted: HourOutcome['outcome']) =>
    outcomes.filter(({ outcome }) => outcome === wanted).map(({ hour }) => hour);
  const brought = outcomes.filter(one => one.outcome === 'brought');
  return {
    kind,
    brought: hoursOf('brought'),
    late: hoursOf('late'),
    missing: hoursOf('missing'),
    left: hoursOf('left'),
    failed: hoursOf('failed'),
    events: brought.reduce((sum, { events }) => sum + events, 0),
    bytes: brought.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** A failed call is tried again with its event, and goes on with what is not there yet. */
function findFault(kind: Order['kind'], outcomes: readonly HourOutcome[]): Error | undefined {
  const failed = outcomes.flatMap(one => (one.outcome === 'failed' ? [one] : []));
  const left = kind === 'backfill' ? outcomes.filter(({ outcome }) => outcome === 'left') : [];
  const said = [
    ...failed.slice(0, mostReasons).map(({ hour, error }) => `${hour}: ${error}`),
    ...failed.slice(mostReasons).map(({ hour }) => hour),
  ];
  const texts = [
    ...(failed.length > 0 ? [`${failed.length} of ${outcomes.length} hours failed: ${said.join('; ')}`] : []),
    ...(left.length > 0
      ? [
          `${left.length} of ${outcomes.length} hours are left for the next try: ${left.map(({ hour }) => hour).join(', ')}`,
        ]
      : []),
  ];
  return texts.length > 0 ? new Error(texts.join('. ')) : undefined;
}
