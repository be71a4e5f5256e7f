/** Where an uploaded file goes in the lake: the same keys as files/codebase/lake/layout.py has them. */
import { Failure, showValue } from './failure.ts';

/**
 * Key of a file that is uploaded by hand: Raw/Local/CSV/Movies/2026/11/20/movies.csv.
 * @param input.day YYYY-MM-DD
 * @param input.file the file's name, without its folder
 */
export function buildUploadKey(input: {
  readonly dataset: string;
  readonly day: string;
  readonly file: string;
}): string {
  const { dataset, day, file } = input;
  return `Raw/Local/CSV/${dataset.slice(0, 1).toUpperCase()}${dataset.slice(1)}/${day.replaceAll('-', '/')}/${file}`;
}

/** The dataset that a file's name tells: what stands before its first dot. */
export function datasetOf(file: string): string {
  return file.split('.')[0] ?? '';
}

export function isDatasetName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** What a dataset's name has to be, for error texts. */
export const datasetExpectation = 'letters, digits and underscores, no digit first';

/**
 * The dataset that was given for every file, if one was.
 * @throws Failure for a name that is none
 */
export function parseDataset(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && isDatasetName(value)) return value;
  throw new Failure({
    where: '--dataset',
    what: `expects ${datasetExpectation}, got ${showValue(value)}`,
  });
}

/**
 * The day as YYYY-MM-DD: the one that was given, else today's in UTC.
 * @throws Failure for what is no day of the calendar
 */
export function parseUploadDay(value: unknown, now: Date): string {
  if (value === undefined) return now.toISOString().slice(0, 10);
  const text = String(value);
  const isForm = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const time = isForm ? new Date(`${text}T00:00:00Z`) : undefined;
  if (time !== undefined && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text)) return text;
  throw new Failure({
    where: '--day',
    what: `expects a day of the calendar as YYYY-MM-DD, got ${showValue(value)}`,
  });
}
