/** Files written so that a reader never sees half of one. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../core/failure.ts';

/**
 * Writes a file whole or not at all, and leaves it untouched when it already has this content.
 * @returns whether the file changed
 * @throws Failure when the disk is full or the folder cannot be written
 */
export function writeFile(path: string, content: string, mode = 0o644): boolean {
  if (readText(path) === content) return false;
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, content, { mode, flush: true });
    renameSync(temporary, path);
  } catch (cause) {
    if (existsSync(temporary)) rmSync(temporary, { force: true });
    throw writeFailure(path, cause);
  }
  return true;
}

/**
 * The file's text, or undefined when there is none.
 * @throws Failure when something stands there that this user cannot read as a file
 */
export function readText(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ENOENT' || code === 'ESRCH') return undefined; // gone since, a file or a process
    throw new Failure({ where: path, what: `expects a file that this user can read, got ${code}`, cause });
  }
}

/**
 * Removes a file, if it is there.
 * @throws Failure when it cannot be removed
 */
export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/**
 * Removes a file or a folder with all that is in it, if it is there.
 * @throws Failure when something is in the way
 */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (cause) {
    throw new Failure({
      where: path,
      what: `cannot be removed, got ${codeOf(cause)}`,
      hint: 'End what uses it (a mount, another program, a file of another user), then run the command again.',
      cause,
    });
  }
}

/** Makes `path` a symbolic link to `target`, replacing another link that stands there. */
export function writeLink(path: string, target: string): void {
  try {
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there?.isSymbolicLink() && readlinkSync(path) === target) return;
    if (there !== undefined) rmSync(path, { recursive: true });
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(target, path);
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/** What to do about a full disk, whoever met it. */
export const fullDiskHint =
  'The disk is full: free some room (build/ may be large: df -h, du -sh build), then run the command again.';

/** The failure of a write, with what to do about it. */
export function writeFailure(path: string, cause: unknown): Failure {
  const code = codeOf(cause);
  const hints: Readonly<Record<string, string>> = {
    ENOSPC: fullDiskHint,
    EDQUOT: 'The disk quota is used up: free some room, then run the command again.',
    EACCES: 'Make the folder writable for this user, then run the command again.',
    ENOTDIR: 'A file stands where a folder belongs: move it away, then run the command again.',
    EROFS: 'The file system is read-only: clone the project where this user can write.',
  };
  return new Failure({
    where: path,
    what: `cannot be written, got ${code}`,
    ...(hints[code] ? { hint: hints[code] } : {}),
    cause,
  });
}

/** The system's name of an error, like ENOENT, else its text. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
