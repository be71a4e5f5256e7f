/** One thing that the emulator cannot hold, and what is therefore not rehearsed. */
export type Gap = { readonly gap: string; readonly what: string };

/** Reads the headings `# gap: <name> - <what is therefore not rehearsed>` of an override file. */
export function parseGaps(overrideText: string): readonly Gap[] {
  return [...overrideText.matchAll(/^[ \t]*# gap: (\S+) - (.+)$/gm)].map(([, gap = '', what = '']) => ({
    gap,
    what,
  }));
}
