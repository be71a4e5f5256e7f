/** File patterns: `*` and `?` within a name, `**` for any depth of folders. */

/** Whether a path that names no file may be meant as a pattern. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

export type Pattern = {
  /** The folder in which it begins. */
  readonly base: string;
  /** What follows, a name each. `**` is never the last one; without steps the base itself is meant. */
  readonly steps: readonly string[];
  /** A slash at the end: files do not fit. */
  readonly isOfFolders: boolean;
};

/** Takes a pattern apart. `**` at its end is everything below, and `**` with a slash the folder with all below it. */
export function splitPattern(pattern: string): Pattern {
  const all = pattern.split('/');
  const at = all.findIndex(isPattern);
  const base = all.slice(0, at).join('/');
  const isOfFolders = pattern.endsWith('/');
  const steps = all
    .slice(at)
    .filter(step => step !== '')
    .filter((step, place, named) => step !== '**' || named[place - 1] !== '**');
  if (steps.at(-1) === '**') {
    if (isOfFolders) steps.pop();
    else steps.push('*');
  }
  return { base: base === '' ? (pattern.startsWith('/') ? '/' : '.') : base, steps, isOfFolders };
}

/** Whether a name fits one step. A leading dot has to be written, as in a shell. */
export function fitsStep(step: string, name: string): boolean {
  if (name.startsWith('.') && !step.startsWith('.')) return false;
  const source = step
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 'su').test(name);
}
