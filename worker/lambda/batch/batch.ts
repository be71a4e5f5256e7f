import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countEvents } from './check.ts';
import { type Download, download } from './download.ts';
import { archiveKey, archiveName, hourBefore } from './hour.ts';
import type { BatchSettings } from './settings.ts';

/** Writes one object whole or not at all. */
export type PutArchive = (input: {
  readonly bucket: string;
  readonly key: string;
  readonly file: Download;
}) => Promise<void>;

export interface BatchResult {
  readonly source: string;
  readonly bucket: string;
  readonly key: string;
  readonly events: number;
  readonly bytes: number;
}

/**
 * Brings one hour of the archive into the raw bucket. Nothing is written before the whole hour was read and
 * checked; doing an hour again writes the same bytes again.
 * @throws Error naming the address, when the hour is missing or damaged
 */
export async function ingestHour(input: {
  readonly settings: BatchSettings;
  readonly now: Date;
  readonly put: PutArchive;
}): Promise<BatchResult> {
  const { archiveUrl, rawBucket: bucket, lagHours } = input.settings;
  const hour = hourBefore(input.now, lagHours);
  const url = new URL(`${archiveUrl}/${archiveName(hour)}`);
  const key = archiveKey(hour);
  const folder = await mkdtemp(join(tmpdir(), 'ingest-batch-'));
  try {
    const file = await download(url, join(folder, 'archive.json.gz'));
    const events = await checked(url, file);
    await input.put({ bucket, key, file });
    return { source: url.href, bucket, key, events, bytes: file.bytes };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function checked(url: URL, file: Download): Promise<number> {
  try {
    return await countEvents(file.path);
  } catch (cause) {
    throw new Error(`${url.href}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
