/** One hour of the archive, in UTC. */
export interface Hour {
  /** YYYY-MM-DD */
  readonly date: string;
  /** 0 to 23 */
  readonly hour: number;
}

const msPerHour = 3_600_000;

/** The hour that began `lagHours` before the hour of `now`. */
export function hourBefore(now: Date, lagHours: number): Hour {
  const then = new Date(now.getTime() - lagHours * msPerHour);
  return { date: then.toISOString().slice(0, 10), hour: then.getUTCHours() };
}

/** The archive's own name for an hour: no leading zero (https://www.gharchive.org). */
export function archiveName({ date, hour }: Hour): string {
  return `${date}-${hour}.json.gz`;
}

/** Where an hour stands in the raw bucket. */
export function archiveKey({ date, hour }: Hour): string {
  return `github/archive/dt=${date}/hour=${String(hour).padStart(2, '0')}/archive.json.gz`;
}
