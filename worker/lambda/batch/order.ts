import { type Hour, hourAt, hoursBetween, msPerHour, parseHour } from './hour.ts';
import type { BatchSettings } from './settings.ts';

/** What a call is to bring. */
export interface Order {
  readonly kind: 'scheduled' | 'backfill';
  /** In the order in which they are brought. */
  readonly hours: readonly Hour[];
}

/** The archive's first hour (https://www.gharchive.org). */
const firstHour = hourAt(Date.parse('2011-02-12T00:00:00Z'));
/** Three tries of fifteen minutes each bring a month of days at the size of 2026. */
const maxRangeHours = 31 * 24;
const remedy =
  'start it again with {"from": "YYYY-MM-DDTHH", "to": "YYYY-MM-DDTHH"}, hours in UTC, both included';

/**
 * What an event asks for: a range of hours with `from` and `to`, oldest first; without them the hours that are due,
 * newest first.
 * @throws Error naming the place, the value and the remedy
 */
export function readOrder(event: unknown, settings: BatchSettings, now: Date): Order {
  const { from, to } = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  if (from === undefined && to === undefined) return { kind: 'scheduled', hours: dueHours(settings, now) };
  return { kind: 'backfill', hours: readRange(from, to, now) };
}

function dueHours({ lagHours, windowHours }: BatchSettings, now: Date): readonly Hour[] {
  const back = (hours: number) => hourAt(now.getTime() - hours * msPerHour);
  return [...hoursBetween(back(windowHours), back(lagHours))].reverse();
}

function readRange(from: unknown, to: unknown, now: Date): readonly Hour[] {
  const first = readHour('from', from);
  const last = readHour('to', to);
  const ended = hourAt(now.getTime() - msPerHour);
  if (first < firstHour) throw fault('from', `${firstHour} or later, the archive's first hour`, first);
  if (last < first) throw fault('to', `${first} (from) or later`, last);
  if (last > ended) throw fault('to', `${ended} or earlier, the last hour that has ended`, last);
  const hours = hoursBetween(first, last);
  if (hours.length > maxRangeHours) {
    throw fault('to', `at most ${maxRangeHours} hours from ${first} on`, `${hours.length} to ${last}`);
  }
  return hours;
}

function readHour(name: string, value: unknown): Hour {
  const hour = typeof value === 'string' ? parseHour(value) : undefined;
  if (hour === undefined) throw fault(name, 'an hour such as 2026-11-01T00', value);
  return hour;
}

function fault(name: string, expected: string, value: unknown): Error {
  const got = value === undefined ? 'nothing' : JSON.stringify(value);
  return new Error(`event.${name}: expected ${expected}, got ${got}; ${remedy}`);
}
