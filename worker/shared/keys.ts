import { createHash } from 'node:crypto';

/** The folders of the worker's bucket. In the code a `key` is always the part behind the folder. */
export const folders = { input: 'input/', output: 'output/', errors: 'errors/' } as const;

/** Longest object key that S3 takes, in bytes of UTF-8. */
const maxKeyBytes = 1024;
export const recordSuffix = '.error.json';

/** Hexadecimal SHA-256. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * A key as it stands in a url-encoded listing. AWS writes a space as `+`, other servers as `%20`; both write a plus
 * as `%2B`.
 */
export function decodeListedKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}

/** Orders keys as S3 lists them: by their bytes in UTF-8, not by JavaScript's UTF-16 units. */
export function compareKeys(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Whether the object only makes a folder visible in a browser. */
export function isFolderMarker(key: string, size: number): boolean {
  return size === 0 && (key === '' || key.endsWith('/'));
}

/** Where the result goes; undefined when the folder's name makes the key too long for S3. */
export function outputKey(key: string): string | undefined {
  const target = folders.output + key;
  return Buffer.byteLength(target) <= maxKeyBytes ? target : undefined;
}

/**
 * Where a refused file and its record go. A key that is too long, empty, or could be taken for another file's
 * record or for a hashed name, is replaced by its hash; the record holds the key itself.
 */
export function errorKeys(key: string): { readonly file: string; readonly record: string } {
  const plain = folders.errors + key;
  const isAwkward =
    key === '' ||
    key.startsWith('~') ||
    key.endsWith(recordSuffix) ||
    Buffer.byteLength(plain + recordSuffix) > maxKeyBytes;
  const file = isAwkward ? `${folders.errors}~${sha256(key)}` : plain;
  return { file, record: file + recordSuffix };
}
