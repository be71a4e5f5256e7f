/** File patterns: `*` and `?` within a name, `**` for any depth of folders. */

/** Whether a path that names no file may be meant as a pattern. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path);
}

/** The folder in which a pattern begins, and the rest of it in steps. */
export function splitPattern(pattern: string): { readonly base: string; readonly steps: readonly string[] } {
  const steps = pattern.split('/');
  const at = steps.findIndex(isPattern);
  const base = steps.slice(0, at).join('/');
  return {
    base: base === '' ? (pattern.startsWith('/') ? '/' : '.') : base,
    steps: steps.slice(at).filter(step => step !== ''),
  };
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
