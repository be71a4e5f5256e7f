import { compareKeys } from './keys.ts';
import type { Page, Store } from './store.ts';

/**
 * The pages of input/ from behind `start` to the end and then from the beginning up to `start`, so that each key
 * comes once wherever a run begins. S3 lists by key, never by age.
 */
export async function* listPages(store: Store, start: string | undefined): AsyncGenerator<Page> {
  yield* pagesBehind(store, start);
  if (start === undefined) return;
  for await (const page of pagesBehind(store, undefined)) {
    const entries = page.entries.filter(entry => compareKeys(entry.key, start) <= 0);
    yield { ...page, entries };
    if (entries.length < page.entries.length) return;
  }
}

async function* pagesBehind(store: Store, start: string | undefined): AsyncGenerator<Page> {
  for (let behind = start, isMore = true; isMore; ) {
    const page = await store.list(behind);
    yield page;
    behind = page.next;
    isMore = behind !== undefined;
  }
}
