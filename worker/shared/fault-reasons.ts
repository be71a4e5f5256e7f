/** Why the worker refuses a file. Written to its error record and to the log. */
export const faultReasons = [
  'invalid-json',
  'invalid-ndjson',
  'already-stamped',
  'invalid-csv',
  'invalid-gzip',
  'gzip-bomb',
  'unknown-kind',
  'key-too-long',
] as const;

export type FaultReason = (typeof faultReasons)[number];
