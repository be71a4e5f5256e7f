/** The member that says where a file came from. Nothing in it changes between two runs over the same file. */

/** The name of the member in a stamped document. */
export const stampName = '_millrace';

/**
 * The stamp as a member of a JSON object, without a comma.
 * @param key the file's key without its folder, as in `input/<key>` and `output/<key>`
 * @param sourceSha256 hexadecimal SHA-256 of the file's bytes
 */
export function stampMember(key: string, sourceSha256: string): string {
  return `${JSON.stringify(stampName)}:${JSON.stringify({ key, sourceSha256, format: 1 })}`;
}
