import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';

/**
 * A small JSON file that survives runs. It only ever makes the worker faster or fairer: what cannot be read counts
 * as absent, and what cannot be written stops no work.
 */
export interface State {
  /** What the file held when it was opened. */
  readonly before: Fields;
  /** Replaces the file whole: a kill leaves the old or the new content. */
  replace(value: object): void;
  /**
   * Writes the file in place, again and again, one call to the system each time: a kill leaves the old or the new
   * content, a crash of the machine perhaps neither. What is longer than the text before stays as blanks.
   */
  overwrite(value: object): void;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Opens such a file, and puts an empty one in place of what cannot be read.
 * @param tell hears of the first fault, and of no other
 */
export function openState(path: string, tell: (error: unknown) => void): State {
  let isTold = false;
  let file: number | undefined;
  let length = 0;
  function note(error: unknown): void {
    if (!isTold) tell(error);
    isTold = true;
  }
  function attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      note(error);
    }
  }
  function replace(value: object): void {
    if (file !== undefined) closeSync(file);
    file = undefined;
    writeState(path, value);
  }
  let before: Fields = {};
  try {
    before = readState(path);
  } catch (error) {
    note(error);
    attempt(() => replace({}));
  }
  return {
    before,
    replace: value => attempt(() => replace(value)),
    overwrite: value =>
      attempt(() => {
        if (file === undefined) {
          file = openOwn(path);
          length = fstatSync(file).size;
        }
        const text = Buffer.from(`${JSON.stringify(value)}\n`);
        length = Math.max(length, text.length);
        writeSync(file, Buffer.concat([text, Buffer.alloc(length - text.length, ' ')]), 0, length, 0);
      }),
  };
}

/**
 * Writes a file whole: a kill leaves the old or the new content. The folder must be this user's own, the file need not.
 * @throws Error of the system; the file is then as it was
 */
export function writeState(path: string, value: object): void {
  const temporary = `${path}.tmp`;
  rmSync(temporary, { force: true });
  try {
    writeFileSync(temporary, `${JSON.stringify(value)}\n`);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function readState(path: string): Fields {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Opens a file for writing, or a new one in place of another user's. */
function openOwn(path: string): number {
  const open = () => openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  try {
    return open();
  } catch {
    // Whatever is wrong with the file: where a new one cannot stand there either, that is told.
    writeState(path, {});
    return open();
  }
}
