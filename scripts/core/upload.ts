/** What came of an upload, and how it is told. */
import { Failure } from './failure.ts';
import { renderBytes } from './size.ts';
import type { PlannedFile } from './upload-plan.ts';

/** What `upload --json` prints. */
export type UploadReport = {
  readonly schemaVersion: 1;
  readonly environment: string;
  readonly bucket: string;
  /** Whether the bucket was missing and has been made. */
  readonly created: boolean;
  /** Then nothing was changed, and the lists tell what would have been done. */
  readonly dryRun: boolean;
} & UploadResult;

export type UploadResult = {
  readonly uploaded: readonly UploadedFile[];
  /** What stands there with the same checksum already. */
  readonly skipped: readonly UploadedFile[];
  readonly failed: readonly { readonly file: string; readonly key: string; readonly detail: string }[];
};

export type UploadedFile = {
  /** As it was given, or found below a folder that was given. */
  readonly file: string;
  readonly key: string;
  readonly bytes: number;
  /** SHA-256 as S3 has it: base64; of a file in parts that of the parts' SHA-256s, `-` and their number. */
  readonly sha256: string;
};

/** 0 when every file is there now. */
export function uploadExitCode({ failed }: UploadResult): 0 | 1 {
  return failed.length === 0 ? 0 : 1;
}

/** The result in one line. */
export function renderUpload(
  result: UploadResult,
  input: { readonly isDryRun: boolean; readonly ms: number },
): string {
  const { uploaded, skipped, failed } = result;
  const bytes = uploaded.reduce((sum, file) => sum + file.bytes, 0);
  const counts = `${uploaded.length} uploaded (${renderBytes(bytes)}), ${skipped.length} there already, ${failed.length} failed`;
  if (input.isDryRun) return `Nothing was changed. Would be: ${counts}`;
  return `${counts}, ${(input.ms / 1000).toFixed(1)} s`;
}

export type Step = {
  readonly doneFiles: number;
  readonly files: number;
  readonly doneBytes: number;
  readonly bytes: number;
  readonly ms: number;
};

/** How far an upload is: `[======>     ] 52% 1/3 files, 12.0 of 23.0 MiB, 8.1 MiB/s`, never wider than the terminal. */
export function renderBar(step: Step, columns: number): string {
  const share = step.bytes === 0 ? 1 : Math.min(1, step.doneBytes / step.bytes);
  const width = 24;
  const full = Math.floor(share * width);
  const bar = `${'='.repeat(full)}${full < width ? '>' : ''}`.padEnd(width);
  return `[${bar}] ${renderStep(step)}`.slice(0, Math.max(0, columns - 1));
}

/** The same without the bar. */
export function renderStep({ doneFiles, files, doneBytes, bytes, ms }: Step): string {
  const share = bytes === 0 ? 100 : Math.floor((100 * Math.min(doneBytes, bytes)) / bytes);
  const rate = ms === 0 ? '' : `, ${renderBytes((doneBytes * 1000) / ms)}/s`;
  return `${share}% ${doneFiles}/${files} files, ${renderBytes(doneBytes)} of ${renderBytes(bytes)}${rate}`;
}

const changed = 'was changed while it was read; nothing was written for it';

/** The failure of a file that did not hold still. */
export function changedFailure(file: PlannedFile): Failure {
  return new Failure({
    where: file.shown,
    what: changed,
    hint: 'Run the command again when nothing writes to it.',
  });
}

export function isChangedFailure(error: unknown): boolean {
  return error instanceof Failure && error.what === changed;
}
