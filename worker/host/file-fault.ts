/** Why a file was refused. Written to its error record and to the log. */
export type FaultReason =
  | 'invalid-json'
  | 'already-stamped'
  | 'invalid-csv'
  | 'unknown-kind'
  | 'key-too-long';

/** Where in the file the fault is: bytes from 0, records from 1. */
export interface Place {
  readonly byte: number;
  readonly record?: number;
}

/** The file itself is at fault: trying again with the same bytes can only end the same way. */
export class FileFault extends Error {
  readonly reason: FaultReason;
  readonly place: Place | undefined;

  constructor(reason: FaultReason, detail: string, place?: Place) {
    super(detail);
    this.name = 'FileFault';
    this.reason = reason;
    this.place = place;
  }
}
