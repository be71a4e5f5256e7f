/** One hour of the archive, in UTC: `YYYY-MM-DDTHH`, so that the order of texts is the order of hours. */
export type Hour = string & { readonly __brand: 'hour' };

export const msPerHour = 3_600_000;

/** The hour that a time lies in. */
export function hourAt(ms: number): Hour {
  return new Date(ms).toISOString().slice(0, 13) as Hour;
}

/** When an hour begins, in milliseconds since 1970. */
export function startOf(hour: Hour): number {
  return Date.parse(`${hour}:00:00Z`);
}

/** The hour of a text, or nothing where the text names none or one that the calendar does not have. */
export function parseHour(text: string): Hour | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}$/.test(text)) return undefined;
  const ms = Date.parse(`${text}:00:00Z`);
  return !Number.isNaN(ms) && hourAt(ms) === text ? hourAt(ms) : undefined;
}

/** Every hour from the first to the last, both included. */
export function hoursBetween(first: Hour, last: Hour): readonly Hour[] {
  const count = Math.max(0, (startOf(last) - startOf(first)) / msPerHour + 1);
  return Array.from({ length: count }, (_, at) => hourAt(startOf(first) + at * msPerHour));
}

/** The archive's own name for an hour: no leading zero (https://www.gharchive.org). */
export function archiveName(hour: Hour): string {
  return `${hour.slice(0, 10)}-${Number(hour.slice(11))}.json.gz`;
}

export const archivePrefix = 'github/archive/';

/** What all hours of an hour's day begin with in the raw bucket. */
export function dayPrefix(hour: Hour): string {
  return `${archivePrefix}dt=${hour.slice(0, 10)}/`;
}

/** Where an hour stands in the raw bucket. */
export function archiveKey(hour: Hour): string {
  return `${dayPrefix(hour)}hour=${hour.slice(11)}/archive.json.gz`;
}
