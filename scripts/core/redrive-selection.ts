/** Which refused files are chosen: by the flags, and out of a listing of errors/. */

import { folders, recordSuffix } from '../../worker/shared/keys.ts';
import type { Values } from './command-line.ts';
import { Failure, showValue } from './failure.ts';
import { type ErrorRecord, type Listed, transitFolder } from './redrive.ts';

/** What was chosen; a file must fit every part that is there. */
export type Selection = {
  /** None: any key. */
  readonly keys: readonly string[];
  readonly prefix: string | undefined;
  readonly reason: string | undefined;
  readonly olderThanMs: number | undefined;
  readonly newerThanMs: number | undefined;
};

/** A refused file and its record, as far as either is there. */
export type Pair = { readonly file: Listed | undefined; readonly record: Listed | undefined };

/**
 * The choice that the flags make.
 * @param reasons the reasons that the worker knows
 * @throws Failure for a reason or an age that is none, a choice of nothing, and `--all` beside another choice
 */
export function parseSelection(values: Values, reasons: readonly string[]): Selection {
  const keys = Array.isArray(values['key']) ? values['key'] : [];
  const { prefix, reason } = values;
  if (prefix === '')
    refuseFlag('--prefix', 'expects at least one character, got ""', 'For every file: --all');
  if (reason !== undefined && !reasons.includes(String(reason)))
    refuseFlag('--reason', `expects one of ${reasons.join(', ')}, got ${showValue(reason)}`);
  const olderThanMs = parseAge('--older-than', values['older-than']);
  const newerThanMs = parseAge('--newer-than', values['newer-than']);
  if (olderThanMs !== undefined && newerThanMs !== undefined && olderThanMs >= newerThanMs)
    refuseFlag(
      '--older-than',
      `expects a shorter age than --newer-than, ${values['newer-than']}, got ${values['older-than']}`,
    );
  const choices = ['key', 'prefix', 'reason', 'older-than', 'newer-than'].filter(
    name => values[name] !== undefined,
  );
  if (values['all'] === true && choices.length > 0)
    refuseFlag('--all', `expects no other choice beside it, got --${choices.join(', --')}`);
  if (values['all'] !== true && choices.length === 0)
    refuseFlag(
      'redrive',
      'expects a choice of files, got none',
      'Choose by --key, --prefix, --reason, --older-than or --newer-than, or take --all.',
    );
  return {
    keys,
    prefix: prefix === undefined ? undefined : String(prefix),
    reason: reason === undefined ? undefined : String(reason),
    olderThanMs,
    newerThanMs,
  };
}

/** The prefixes below which all chosen pairs lie, none of them listed twice. Awkward keys lie under their hash. */
export function listPrefixes({ keys, prefix }: Selection): readonly string[] {
  const named = prefix === undefined ? keys : [prefix];
  if (named.length === 0) return [folders.errors];
  const wanted = [...new Set([...named, '~'])].sort();
  return wanted
    .filter(name => !wanted.some(other => other !== name && name.startsWith(other)))
    .map(name => folders.errors + name);
}

/** Whether a pair may be chosen, as far as names and ages in the listing tell. */
export function mayFit(selection: Selection, { file, record }: Pair, now: Date): boolean {
  const shown = file ?? record;
  if (shown === undefined) return false;
  const ageMs = now.getTime() - shown.modified.getTime();
  if (selection.olderThanMs !== undefined && ageMs < selection.olderThanMs) return false;
  if (selection.newerThanMs !== undefined && ageMs >= selection.newerThanMs) return false;
  const name = nameOf({ file, record });
  if (!name.startsWith('~')) {
    if (!fitsKey(selection, name)) return false;
  } else if (record === undefined && (selection.keys.length > 0 || selection.prefix !== undefined)) {
    return false;
  }
  return record !== undefined || selection.reason === undefined;
}

/** Whether a pair whose record was read is chosen. */
export function fits(selection: Selection, record: ErrorRecord): boolean {
  return fitsKey(selection, record.key) && (selection.reason ?? record.reason) === record.reason;
}

/** A pair's name behind `errors/`: the file's key, or `~` and its hash. */
export function nameOf({ file, record }: Pair): string {
  const objectKey = file?.objectKey ?? record?.objectKey.slice(0, -recordSuffix.length) ?? '';
  return objectKey.slice(folders.errors.length);
}

/**
 * Puts files and their records together from a listing in S3's order. Between a file and its record only names come
 * that begin with the file's: so what is kept is never more than the prefixes of one name.
 */
export async function* pairObjects(objects: AsyncIterable<Listed>): AsyncGenerator<Pair> {
  const open: Listed[] = [];
  for await (const object of objects) {
    const { objectKey } = object;
    if (objectKey.startsWith(transitFolder) || isFolderMarker(object)) continue;
    for (let last = open.at(-1); last !== undefined && !mayPrecedeRecord(last, objectKey); last = open.at(-1))
      yield { file: open.pop(), record: undefined };
    if (!objectKey.endsWith(recordSuffix)) {
      open.push(object);
      continue;
    }
    const at = open.findIndex(file => file.objectKey + recordSuffix === objectKey);
    yield { file: at < 0 ? undefined : open.splice(at, 1)[0], record: object };
  }
  for (const file of open) yield { file, record: undefined };
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseAge(flag: string, value: Values[string]): number | undefined {
  if (value === undefined) return undefined;
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(String(value)) ?? [];
  const ms = unitMs[unit];
  if (ms === undefined)
    return refuseFlag(flag, `expects an age like 45s, 30m, 2h or 7d, got ${showValue(value)}`);
  return Number(count) * ms;
}

function refuseFlag(where: string, what: string, hint = 'See: npx zx scripts/redrive.mjs --help'): never {
  throw new Failure({ where, what, hint });
}

function fitsKey({ keys, prefix }: Selection, key: string): boolean {
  return (keys.length === 0 || keys.includes(key)) && (prefix === undefined || key.startsWith(prefix));
}

function isFolderMarker({ objectKey, bytes }: Listed): boolean {
  return bytes === 0 && objectKey.endsWith('/');
}

/** Whether the record of a file may still come, when this name has come in S3's order: by bytes of UTF-8. */
function mayPrecedeRecord(file: Listed, objectKey: string): boolean {
  return Buffer.compare(Buffer.from(objectKey), Buffer.from(file.objectKey + recordSuffix)) <= 0;
}
