import type { FaultReason } from '../shared/fault-reasons.ts';

/**
 * Where in the file the fault is: bytes from 0, records from 1. Of a compressed file the places are in the
 * decompressed bytes, unless the compression is at fault. Records of NDJSON are its lines, blank ones too.
 */
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
