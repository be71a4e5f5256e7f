/** The sample datasets, read without any code of the lake, and what can be asked of them. */
import { readFileSync } from 'node:fs';

export type Row = Readonly<Record<string, string>>;
export type Title = {
  readonly id: string;
  readonly genres: readonly string[];
  readonly rating: number | undefined;
  readonly votes: number | undefined;
};

const numbers = /^(release_year|end_year|runtime_minutes|votes|artist_birth_year|artist_death_year)$/;

/** The rows that are right, each once, and the number of those that are wrong. */
export function readDataset(path: string): { readonly good: readonly Row[]; readonly bad: number } {
  const [header = [], ...records] = parseCsv(readFileSync(path, 'utf8'), '|');
  const isGood = (record: readonly string[]) =>
    record.length === header.length &&
    record[header.indexOf('id')] !== '' &&
    header.every((name, at) => {
      const text = record[at] ?? '';
      if (name === 'rating') return /^(\d+(\.\d+)?)?$/.test(text);
      return !numbers.test(name) || /^\d*$/.test(text);
    });
  const right = records.filter(isGood);
  const different = new Map(right.map(record => [JSON.stringify(record), record]));
  const good = [...different.values()].map(record =>
    Object.fromEntries(header.map((name, at) => [name, record[at] ?? ''])),
  );
  return { good, bad: records.length - right.length };
}

/** Each title once. */
export function titlesOf(rows: readonly Row[]): readonly Title[] {
  const number = (text = '') => (text === '' ? undefined : Number(text));
  const titles = rows.map(({ id = '', genre = '', rating, votes }) => ({
    id,
    genres: genre.split(','),
    rating: number(rating),
    votes: number(votes),
  }));
  return [...new Map(titles.map(title => [title.id, title])).values()];
}

/** The mean of the ratings, each vote counted. */
export function meanByVotes(titles: readonly Title[]): number {
  const rated = titles.filter(({ rating, votes }) => rating !== undefined && votes !== undefined);
  const sum = rated.reduce((total, { rating = 0, votes = 0 }) => total + rating * votes, 0);
  return sum / rated.reduce((total, { votes = 0 }) => total + votes, 0);
}

export function countBy<T>(items: readonly T[], name: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(name(item), (counts.get(name(item)) ?? 0) + 1);
  return counts;
}

/** Fields in double quotes may hold the delimiter, line breaks and doubled quotes. */
function parseCsv(text: string, delimiter: string): readonly (readonly string[])[] {
  const records: string[][] = [];
  let [record, field, isQuoted] = [[] as string[], '', false];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === '"' && isQuoted && text[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (sign === '"') isQuoted = !isQuoted;
    else if (isQuoted || (sign !== delimiter && sign !== '\n')) field += sign;
    else {
      record.push(field);
      field = '';
      if (sign === '\n') {
        records.push(record);
        record = [];
      }
    }
  }
  return records;
}
