import { faultText } from '../../shared/fault-text.ts';
import { parseSourceUrl } from '../../shared/source-url.ts';

export interface BatchSettings {
  /** The archive's address without a trailing slash. */
  readonly archiveUrl: string;
  readonly rawBucket: string;
  /** How many hours the archive may need to publish an hour. */
  readonly lagHours: number;
  /** How many hours back the oldest hour lies that is still looked for. */
  readonly windowHours: number;
  /** How many hours back an hour lies at least that counts as missing, where the archive does not have it. */
  readonly missingAfterHours: number;
}

const maxHours = 24 * 7;

/**
 * Reads the function's environment variables.
 * @throws Error naming every one that is missing or wrong
 */
export function parseBatchSettings(env: Readonly<Record<string, string | undefined>>): BatchSettings {
  const { ARCHIVE_URL = '', RAW_BUCKET = '' } = env;
  const faults: string[] = [];
  try {
    parseSourceUrl(ARCHIVE_URL);
  } catch (error) {
    faults.push(`ARCHIVE_URL: ${faultText(error)}`);
  }
  if (RAW_BUCKET === '') faults.push('RAW_BUCKET: expected the name of a bucket, got nothing');
  const readHours = (name: string, otherwise: string, least: number): number => {
    const text = env[name] ?? otherwise;
    const hours = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
    if (hours >= least && hours <= maxHours) return hours;
    faults.push(`${name}: expected a whole number from ${least} to ${maxHours}, got ${JSON.stringify(text)}`);
    return least;
  };
  const lagHours = readHours('LAG_HOURS', '2', 1);
  const missingAfterHours = readHours('MISSING_AFTER_HOURS', '12', lagHours);
  const windowHours = readHours('WINDOW_HOURS', '48', missingAfterHours);
  if (faults.length > 0) throw new Error(faults.join('; '));
  const archiveUrl = ARCHIVE_URL.replace(/\/+$/, '');
  return { archiveUrl, rawBucket: RAW_BUCKET, lagHours, windowHours, missingAfterHours };
}
