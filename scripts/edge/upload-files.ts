/** Files to upload: found below what was given, and read in parts while they hold still. */
import { closeSync, constants, type Dirent, fstatSync, openSync, read, readSync, statSync } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { fitsStep, isPattern, splitPattern } from '../core/upload-pattern.ts';
import { type FoundFile, type Part, planFailure } from '../core/upload-plan.ts';
import { codeOf } from './files.ts';

/**
 * Finds the files that are meant: a file as it is, of a folder every .csv file below it, of a pattern what fits.
 * Below a folder hidden names are passed over and links to folders are not followed. What is given twice counts once.
 * @throws Failure with every fault: a missing or unreadable file, a folder or pattern that gives none, a device
 */
export async function findFiles(operands: readonly string[]): Promise<readonly FoundFile[]> {
  const found = new Map<string, FoundFile>();
  const faults = new Set<string>();
  const take = (file: FoundFile) => found.set(file.path, found.get(file.path) ?? file);
  for (const operand of operands) {
    const isLiteral = (await kindOf(operand)) !== 'ENOENT' || !isPattern(operand);
    const refuse = (fault: string) => faults.add(fault);
    if (isLiteral) await takePath(operand, take, refuse);
    else await takePattern(operand, take, refuse);
  }
  if (faults.size > 0) throw planFailure([...faults]);
  return [...found.values()];
}

/** A file that is open. */
export type Source = {
  readonly bytes: number;
  /** Changed so recently that another change may show the same time. */
  readonly isFresh: boolean;
  /**
   * Reads a part into the buffer.
   * @returns undefined when the file has become shorter
   */
  readonly read: (part: Part, buffer: Buffer) => Promise<Buffer | undefined>;
  /** Whether path, length and times are what they were when it was opened. */
  readonly isSame: () => boolean;
  readonly close: () => void;
};

/** Times are kept by the kernel's clock tick, or by whole seconds on some file systems. */
const freshMs = 2_000;

/** A larger read is left to another thread; of many small files the way there would be most of the work. */
const atOnceBytes = 256 * 1024;
const readLarge = promisify(read);

export function openSource(path: string): Source {
  const file = openSync(path, 'r');
  const first = fstatSync(file, { bigint: true });
  const show = ({ dev, ino, size, mtimeNs, ctimeNs }: typeof first) =>
    [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  return {
    bytes: Number(first.size),
    isFresh: Date.now() - Number(first.ctimeMs) < freshMs,
    read: async ({ start, length }, buffer) => {
      for (let at = 0; at < length; ) {
        const place = { offset: at, length: length - at, position: start + at };
        const bytesRead =
          length <= atOnceBytes
            ? readSync(file, buffer, place)
            : (await readLarge(file, buffer, place.offset, place.length, place.position)).bytesRead;
        if (bytesRead === 0) return undefined;
        at += bytesRead;
      }
      return buffer.subarray(0, length);
    },
    isSame: () => {
      const standing = statSync(path, { bigint: true, throwIfNoEntry: false }); // it may be gone
      return (
        standing !== undefined &&
        show(standing) === show(first) &&
        show(fstatSync(file, { bigint: true })) === show(first)
      );
    },
    close: () => closeSync(file),
  };
}

/** What stands at a path, links followed: `file`, `folder` or `other`; else the system's name of the error. */
async function kindOf(path: string): Promise<string> {
  try {
    const found = await stat(path);
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    return codeOf(error);
  }
}

type Take = (file: FoundFile) => unknown;
type Refuse = (fault: string) => unknown;

/** Of what fits a pattern, folders that have no .csv file are passed over. */
async function takePattern(pattern: string, take: Take, refuse: Refuse): Promise<void> {
  let isEmpty = true;
  const noteFault = (fault: string) => {
    isEmpty = false;
    refuse(fault);
  };
  for (const path of await expand(pattern, noteFault)) {
    const isFolder = (await kindOf(path)) === 'folder';
    for (const one of isFolder ? await filesBelow(path, noteFault) : [path]) {
      isEmpty = false;
      await takePath(one, take, noteFault);
    }
  }
  if (isEmpty) refuse(`${pattern}: expects a pattern that some file fits, got none`);
}

async function takePath(path: string, take: Take, refuse: Refuse): Promise<void> {
  const kind = await kindOf(path);
  switch (kind) {
    case 'file': {
      const denied = await access(path, constants.R_OK).then(() => undefined, codeOf);
      if (denied !== undefined) refuse(`${path}: expects a file that this user can read, got ${denied}`);
      else take({ shown: path, path: resolve(path), bytes: (await stat(path)).size });
      break;
    }
    case 'folder': {
      const below = await filesBelow(path, refuse);
      if (below.length === 0) refuse(`${path}: expects a folder with .csv files in it, got none`);
      for (const file of below) await takePath(file, take, refuse);
      break;
    }
    case 'other':
      refuse(`${path}: expects a file or a folder, got a device, a pipe or a socket`);
      break;
    case 'ENOENT':
      refuse(`${path}: there is no such file`);
      break;
    default:
      refuse(`${path}: expects a file that this user can read, got ${kind}`);
  }
}

/** The .csv files below a folder, in the order of their names. */
async function filesBelow(folder: string, refuse: Refuse): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(folder, refuse)) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await filesBelow(path, refuse)));
    else if (/\.csv$/i.test(entry.name) && !(entry.isSymbolicLink() && (await kindOf(path)) === 'folder'))
      files.push(path);
  }
  return files;
}

/** The paths that fit a pattern; what is inside a folder that fits its last step is not looked at. */
async function expand(pattern: string, refuse: Refuse): Promise<readonly string[]> {
  const { base, steps, isOfFolders } = splitPattern(pattern);
  if ((await kindOf(base)) !== 'folder') return [];
  if (steps.length === 0) return [base];
  const found = new Set<string>();
  const walk = async (folder: string, at: number): Promise<void> => {
    const step = steps[at];
    if (step === undefined) return;
    if (step === '**') await walk(folder, at + 1);
    for (const entry of await entriesOf(folder, refuse)) {
      const path =
        base === '.' && !pattern.startsWith('./')
          ? join(folder, entry.name)
          : `${folder === '/' ? '' : folder}/${entry.name}`;
      if (step === '**') {
        if (entry.isDirectory() && !entry.name.startsWith('.')) await walk(path, at);
      } else if (fitsStep(step, entry.name)) {
        const isFolder = (await kindOf(path)) === 'folder';
        const isFollowed = steps[at - 1] !== '**' || !entry.isSymbolicLink();
        if (at < steps.length - 1) await (isFolder && walk(path, at + 1));
        else if (isFolder ? isFollowed : !isOfFolders) found.add(path);
      }
    }
  };
  await walk(base, 0);
  return [...found];
}

async function entriesOf(folder: string, refuse: Refuse): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    refuse(`${folder}: expects a folder that this user can read, got ${codeOf(error)}`);
    return [];
  }
}
