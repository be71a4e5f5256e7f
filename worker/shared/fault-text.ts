/** What was thrown, in its own words. */
export function faultText(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
