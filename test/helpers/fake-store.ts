import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Entry, Provenance, Store } from '../../worker/host/store.ts';
import { compareKeys, folders } from '../../worker/shared/keys.ts';

interface FakeObject {
  readonly bytes: Buffer;
  /** The MD5 of the bytes, as S3 gives it: the same bytes have the same ETag again. */
  readonly etag: string;
  readonly provenance: Provenance | undefined;
}

export type Operation = 'list' | 'head' | 'get' | 'put' | 'delete';

/** A bucket in memory that honours every condition. */
export interface FakeStore extends Store {
  readonly objects: Map<string, FakeObject>;
  /** Operations with their object keys, as `put output/a.json`. */
  readonly calls: string[];
  /** Puts a file under an object key, as if by somebody else. */
  place(objectKey: string, content: string | Buffer): void;
  text(objectKey: string): string | undefined;
  /** Called before each operation; may change the bucket or throw. */
  before: (operation: Operation, objectKey: string) => void;
  /** Called after each operation took effect; may throw to lose the answer. */
  after: (operation: Operation, objectKey: string) => void;
}

const pageSize = 3;

/** An error as the SDK throws it. */
export function answerError(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });
}

export function createFakeStore(time = new Date('2026-01-01T00:00:00Z')): FakeStore {
  const objects = new Map<string, FakeObject>();
  const calls: string[] = [];

  function write(objectKey: string, bytes: Buffer, provenance?: Provenance): void {
    const digest = createHash('md5').update(bytes).digest('hex');
    objects.set(objectKey, { bytes, etag: `"${digest}"`, provenance });
  }

  function act<T>(operation: Operation, objectKey: string, effect: () => T): T {
    calls.push(`${operation} ${objectKey}`);
    store.before(operation, objectKey);
    const result = effect();
    store.after(operation, objectKey);
    return result;
  }

  const store: FakeStore = {
    objects,
    calls,
    before: () => {},
    after: () => {},
    place: (objectKey, content) => write(objectKey, Buffer.from(content)),
    text: objectKey => objects.get(objectKey)?.bytes.toString(),

    list: async startAfter =>
      act('list', startAfter ?? '', () => {
        const keys = [...objects.keys()]
          .filter(key => key.startsWith(folders.input))
          .map(key => key.slice(folders.input.length))
          .filter(key => startAfter === undefined || compareKeys(key, startAfter) > 0)
          .sort(compareKeys);
        const entries = keys.slice(0, pageSize).map((key): Entry => {
          const object = objects.get(folders.input + key);
          return {
            key,
            etag: object?.etag ?? '',
            size: object?.bytes.length ?? 0,
            modified: new Date(time.getTime() - 60_000),
          };
        });
        return { entries, next: keys.length > pageSize ? entries.at(-1)?.key : undefined, time };
      }),

    head: async objectKey =>
      act('head', objectKey, () => {
        const object = objects.get(objectKey);
        return object && { etag: object.etag, sourceSha256: object.provenance?.sourceSha256 };
      }),

    get: async (key, etag) =>
      act('get', folders.input + key, () => {
        const object = objects.get(folders.input + key);
        if (object === undefined) return 'gone';
        if (object.etag !== etag) return 'changed';
        return {
          body: bodyOf(object.bytes),
          length: object.bytes.length,
          md5: undefined,
          versionId: 'v1',
          redrives: 0,
        };
      }),

    put: async ({ objectKey, replaces, path, provenance }) =>
      act('put', objectKey, () => {
        if (objects.get(objectKey)?.etag !== replaces) return 'changed';
        write(objectKey, readFileSync(path), provenance);
        return 'written';
      }),

    delete: async (key, etag) =>
      act('delete', folders.input + key, () => {
        const object = objects.get(folders.input + key);
        if (object === undefined) return 'gone';
        if (object.etag !== etag) return 'changed';
        objects.delete(folders.input + key);
        return 'deleted';
      }),
  };
  return store;
}

async function* bodyOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
