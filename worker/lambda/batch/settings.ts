import { parseSourceUrl } from '../../shared/source-url.ts';

export interface BatchSettings {
  /** The archive's address without a trailing slash. */
  readonly archiveUrl: string;
  readonly rawBucket: string;
  /** How many hours the archive may need to publish an hour. */
  readonly lagHours: number;
}

const maxLagHours = 24 * 7;

/**
 * Reads the function's environment variables.
 * @throws Error naming every one that is missing or wrong
 */
export function parseBatchSettings(env: Readonly<Record<string, string | undefined>>): BatchSettings {
  const { ARCHIVE_URL = '', RAW_BUCKET = '', LAG_HOURS = '2' } = env;
  const faults: string[] = [];
  try {
    parseSourceUrl(ARCHIVE_URL);
  } catch (error) {
    faults.push(`ARCHIVE_URL: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (RAW_BUCKET === '') faults.push('RAW_BUCKET: expected the name of a bucket, got nothing');
  const lagHours = /^\d{1,3}$/.test(LAG_HOURS) ? Number(LAG_HOURS) : Number.NaN;
  if (!(lagHours >= 1 && lagHours <= maxLagHours)) {
    faults.push(
      `LAG_HOURS: expected a whole number from 1 to ${maxLagHours}, got ${JSON.stringify(LAG_HOURS)}`,
    );
  }
  if (faults.length > 0) throw new Error(faults.join('; '));
  return { archiveUrl: ARCHIVE_URL.replace(/\/+$/, ''), rawBucket: RAW_BUCKET, lagHours };
}
