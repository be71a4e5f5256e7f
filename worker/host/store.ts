/** The worker's bucket as the protocol sees it. Whatever S3 refuses for another reason than a condition is thrown. */
export interface Store {
  /** One LIST of `input/` behind `startAfter`, a key without the folder. */
  list(startAfter: string | undefined): Promise<Page>;
  /** What stands under an object key, or undefined. */
  head(objectKey: string): Promise<Head | undefined>;
  /** Reads an input file, only in the version that has this ETag. */
  get(key: string, etag: string): Promise<Content | 'changed' | 'gone'>;
  /** Writes a file as an object, only if what stands there still is what `replaces` names (undefined: nothing). */
  put(upload: Upload): Promise<'written' | 'changed'>;
  /** Deletes an input file, only in the version that has this ETag. */
  delete(key: string, etag: string): Promise<'deleted' | 'changed' | 'gone'>;
}

export interface Entry {
  /** Without the folder, as in `input/<key>`. */
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly modified: Date;
}

export interface Page {
  readonly entries: readonly Entry[];
  /** The last key listed, when more may follow. */
  readonly next: string | undefined;
  /** S3's clock at the time of the answer. */
  readonly time: Date;
}

export interface Head {
  readonly etag: string;
  readonly sourceSha256: string | undefined;
}

export interface Content {
  readonly body: AsyncIterable<Buffer>;
  readonly length: number;
  /** Hexadecimal MD5 of the content, where the store tells it. */
  readonly md5: string | undefined;
  readonly versionId: string | undefined;
  /** How often the file came back from errors/; from its metadata. */
  readonly redrives: number;
}

export interface Upload {
  readonly objectKey: string;
  /** ETag of the object to replace. */
  readonly replaces: string | undefined;
  readonly path: string;
  readonly length: number;
  /** Hexadecimal SHA-256 of the file, which S3 checks. */
  readonly sha256: string;
  /** The content of a small file. */
  readonly bytes: Buffer | undefined;
  readonly provenance: Provenance;
}

/** Where an object came from, kept as its metadata. */
export interface Provenance {
  readonly sourceSha256: string;
  readonly sourceEtag: string;
  readonly sourceVersionId: string | undefined;
  /** How often the source had come back from errors/. */
  readonly redrives: number;
}
