/** One JSON object per line on standard output; cron's redirection makes it the log file. */
export type Log = (entry: LogEntry) => void;

export type LogEntry = FileEntry | StateEntry | RunEntry;

/** What became of one file in this run. */
export interface FileEntry {
  readonly event: 'file';
  readonly key: string;
  /** `gone`: another worker was done first. `changed`: replaced meanwhile. `left`: a fault of the world. */
  readonly outcome: 'processed' | 'rejected' | 'gone' | 'changed' | 'left';
  readonly reason?: string;
  readonly bytes: number;
  readonly seconds: number;
}

/** What the worker remembers cannot be read or written; the run goes on without. */
export interface StateEntry {
  readonly event: 'state';
  /** Its name in the work folder. */
  readonly file: string;
  readonly reason: string;
}

/** One run of the worker; also the content of last-run.json. */
export interface RunEntry {
  readonly event: 'run';
  /** `failed`: the run itself could not work or had to end early; `cause` says why. */
  readonly outcome: 'done' | 'failed';
  readonly cause?: string;
  readonly processed: number;
  readonly rejected: number;
  readonly gone: number;
  readonly changed: number;
  readonly left: number;
  /** Known to fail again and again; not tried in this run. */
  readonly quarantined: number;
  /** The run stopped taking on files because its budget was spent; what was not seen waits for the next run. */
  readonly isBudgetSpent: boolean;
  /** Bytes of the files processed and rejected. */
  readonly bytes: number;
  readonly seconds: number;
  /**
   * Age by S3's clock of the oldest file that this run saw and that still waits; 0 when none does, null when input/
   * could not be listed.
   */
  readonly oldestWaitingSeconds: number | null;
  readonly workerVersion: string;
}

/** A log that writes lines with the time of writing. */
export function createLog(write: (line: string) => void, now: () => Date = () => new Date()): Log {
  return entry => write(`${JSON.stringify({ time: now().toISOString(), ...entry })}\n`);
}
