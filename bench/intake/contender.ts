import type { Contender } from '../harness/bench.ts';
import type { Store } from './store.ts';
import type { Uploader } from './uploaders.ts';

/** Files to upload: their SHA-256 by name. */
export type Load = {
  readonly path: string;
  readonly isFolder: boolean;
  readonly digests: ReadonlyMap<string, string>;
};

/** An uploader that begins with an empty bucket, and after which every file has to stand there byte for byte. */
export function uploadContender(uploader: Uploader, store: Store, load: Load): Contender {
  const { label, prefix, upload } = uploader;
  return {
    label,
    setUp: store.clear,
    async run({ timeoutMs }) {
      const { path, isFolder } = load;
      await upload({ endpoint: store.endpoint, path, isFolder, timeoutMs });
      return {};
    },
    async verify() {
      const found = await store.digests(prefix);
      if (found.size !== load.digests.size)
        throw new Error(`expected ${load.digests.size} objects below ${prefix}, got ${found.size}`);
      for (const [name, digest] of load.digests)
        if (found.get(`${prefix}${name}`) !== digest)
          throw new Error(`${prefix}${name}: expected SHA-256 ${digest}, got ${found.get(prefix + name)}`);
      return {};
    },
  };
}
