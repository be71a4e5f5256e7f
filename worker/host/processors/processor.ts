/** A file that was downloaded whole. */
export interface Source {
  /** The key without its folder, as in `input/<key>`. */
  readonly key: string;
  /** Hexadecimal SHA-256 of the bytes. */
  readonly sha256: string;
  /** Reads the bytes from the beginning, as often as needed, in chunks of any size. */
  open(): AsyncIterable<Buffer>;
}

/** One kind of file. */
export interface Processor {
  /** Lower-case endings of the keys that are of this kind. */
  readonly suffixes: readonly string[];
  /**
   * Yields the bytes of the output, which depend on the source's key and bytes alone, in bounded memory.
   * @throws FileFault when the file cannot be read as this kind
   */
  process(source: Source): AsyncIterable<Buffer>;
  /**
   * Of a kind whose output has the very bytes of the source: all that `process` does but write them anew.
   * @throws FileFault when the file cannot be read as this kind
   */
  check?(source: Source): Promise<void>;
}
