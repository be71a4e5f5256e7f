import type { Cursor } from './cursor.ts';
import type { Page, Store } from './store.ts';

export interface RoundPage extends Page {
  /** When the round began that the entries belong to, by S3's clock. */
  readonly roundStart: Date;
}

/**
 * The pages that a run goes through: first the rest of the round that an earlier run began, then a round of its own.
 * S3 lists by key, never by age. What came after a round began waits for the next one: else keys that sort behind
 * the cursor, such as those named by date, could keep a round from ever ending and starve what lies before it.
 * A key may come twice, once in each round.
 */
export async function* listPages(
  store: Store,
  { start, roundStart: begun }: Pick<Cursor, 'start' | 'roundStart'>,
): AsyncGenerator<RoundPage> {
  if (start !== undefined) {
    for await (const page of pagesBehind(store, start)) {
      const roundStart = begun ?? page.time;
      const entries = page.entries.filter(({ modified }) => modified <= roundStart);
      yield { ...page, entries, roundStart };
    }
  }
  let roundStart: Date | undefined;
  for await (const page of pagesBehind(store, undefined)) {
    roundStart ??= page.time;
    yield { ...page, roundStart };
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
