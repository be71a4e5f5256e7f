/** A movies file of any size, the same on each machine, whose every line is known: what must become of it is counted. */

/** What is in the file, and what must come out of it. */
export type MovieFacts = {
  readonly bytes: number;
  /** Records behind the header. */
  readonly records: number;
  /** Rows that are left: good ones, each key once. */
  readonly kept: number;
  /** Records to set aside. */
  readonly rejected: number;
  /** Sums over the rows that are left. */
  readonly votes: number;
  readonly runtimeMinutes: number;
};

const header =
  'id|title|original_title|release_year|runtime_minutes|genre|rating|votes|artist_gender|character_name|' +
  'artist_name|artist_birth_year|artist_death_year|profession|known_for\n';
const artistsOfTitle = 8;
const blockBytes = 1024 ** 2;

const words =
  'Silent River Night Garden Last Winter Glass Road Café Ángel Iron Letter Paper Moon Señora North'.split(
    ' ',
  );
const genres = [
  'Drama',
  'Comedy',
  'Action,Crime',
  'Horror',
  'Documentary',
  'Animation,Family',
  'Drama,Romance',
  '',
];
const givenNames =
  'Anna Björn Carla David Élodie Farid Grace Hiro Inês Jonas Kim Lena Miguel Nadia Otto Priya'.split(' ');
const surnames =
  'Meier Okafor Silva Novák Tanaka Costa Brown Ivanova Larsen Müller Dubois Rossi Khan Young'.split(' ');
const professions = [
  'actor',
  'actress',
  'actor,producer',
  'actress,writer,director',
  'director',
  'miscellaneous',
];

/**
 * Yields the file in blocks of about a MiB until it has `bytes`, and returns what is in it. Of 1,000 records 20 repeat
 * an earlier one from anywhere in the file, 5 are bad in one of four ways, 10 have a quoted field.
 */
export function* generateMovies(bytes: number): Generator<Buffer, MovieFacts> {
  const sums = { kept: 0, rejected: 0, votes: 0, runtimeMinutes: 0 };
  let [records, written, block] = [0, 0, header];
  while (true) {
    while (block.length < blockBytes && written + block.length < bytes) {
      block += recordAt(records, sums);
      records += 1;
    }
    const chunk = Buffer.from(block);
    written += chunk.length;
    yield chunk;
    if (written >= bytes) return { bytes: written, records, ...sums };
    block = '';
  }
}

function recordAt(
  at: number,
  sums: { kept: number; rejected: number; votes: number; runtimeMinutes: number },
): string {
  // Multiples of 50 are good records, so that what is repeated is never bad or a repetition itself.
  if (at % 50 === 37) return renderRecord(fieldsAt(50 * (scramble(at) % (Math.floor(at / 50) + 1))));
  const fields = fieldsAt(at);
  if (at % 200 === 111) {
    sums.rejected += 1;
    return renderRecord(spoil(fields, Math.floor(at / 200) % 4));
  }
  sums.kept += 1;
  sums.votes += Number(fields[7]);
  sums.runtimeMinutes += Number(fields[4]);
  return renderRecord(fields);
}

function fieldsAt(at: number): string[] {
  const number = Math.floor(at / artistsOfTitle);
  const [ofTitle, ofRow] = [scramble(number), scramble(at ^ 0x5bd1e995)];
  const pick = (list: readonly string[], by: number) => list[by % list.length] ?? '';
  const title = titleOf(
    at,
    `The ${pick(words, ofTitle)} ${pick(words, ofTitle >>> 5)} of ${pick(words, ofTitle >>> 9)}`,
  );
  const born = 1920 + (ofRow % 85);
  return [
    `tt${String(number).padStart(8, '0')}`,
    title,
    ofTitle % 4 === 0 ? `${pick(words, ofTitle >>> 3)} ${pick(words, ofTitle >>> 7)}` : title,
    `${1930 + (ofTitle % 95)}`,
    `${60 + (ofTitle % 120)}`,
    pick(genres, ofTitle >>> 4),
    `${1 + (ofTitle % 9)}.${(ofTitle >>> 6) % 10}`,
    `${(ofTitle >>> 3) % 250_000}`,
    at % 2 === 0 ? 'female' : 'male',
    pick(givenNames, ofRow >>> 2),
    // The artists of a title differ in their first names.
    `${pick(givenNames, ofTitle + (at % artistsOfTitle))} ${pick(surnames, ofRow)}`,
    `${born}`,
    ofRow % 3 === 0 ? `${born + 70}` : '',
    pick(professions, ofRow >>> 3),
    [ofRow, ofRow >>> 4, ofRow >>> 8].map(id => `tt${String(id % 10_000_000).padStart(8, '0')}`).join(','),
  ];
}

/** As it stands in the file: some need quotes, for the delimiter or for quotes in them. */
function titleOf(at: number, title: string): string {
  const number = Math.floor(at / artistsOfTitle);
  if (number % 100 !== 42) return title;
  return number % 200 === 42 ? `"""${title}"""` : `"${title} | ${number % 50}"`;
}

/** Makes a record bad: a type conflict, a missing key, two fields too many. */
function spoil(fields: string[], way: number): string[] {
  switch (way) {
    case 0:
      return fields.with(3, 'MCMXCIX');
    case 1:
      return fields.with(7, '12,345');
    case 2:
      return fields.with(0, '');
    default:
      return [...fields, 'one', 'more'];
  }
}

function renderRecord(fields: readonly string[]): string {
  return `${fields.join('|')}\n`;
}

/** A number of 31 bits that looks drawn by lot. */
function scramble(at: number): number {
  let mixed = Math.imul(at ^ (at >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 1;
}
