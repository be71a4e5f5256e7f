import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import t from 'tap';
import { createS3 } from '../../scripts/edge/aws.ts';
import { openWorkspace } from '../../scripts/edge/workspace.ts';
import { copyRoot, ended, runVerb } from '../helpers/clean-copy.ts';
import { countBy, meanByVotes, readDataset, titlesOf } from '../helpers/lake/datasets.ts';
import { borrowSpark } from '../helpers/spark-copy.ts';

const { names, config } = openWorkspace(copyRoot, 'local');
const { emulatorPort } = JSON.parse(readFileSync(join(copyRoot, 'build/local/local.json'), 'utf8'));
const { id: accountId, region } = config.account;
const s3 = createS3({ region, local: { endpoint: `http://127.0.0.1:${emulatorPort}`, accountId } });
t.teardown(() => s3.destroy());

const { raw, staged } = names.layerBuckets;
const movies = readDataset(join(copyRoot, 'files/datasets/movies.csv'));
const series = readDataset(join(copyRoot, 'files/datasets/series.csv'));

// The schedule brought the hour while deploy ran; more may come meanwhile, so every question is about this one.
const [archive = ''] = (await keysOf(raw, 'github/archive/')).filter(key => key.endsWith('/archive.json.gz'));
const [, day = '', hour = ''] = /dt=(\d{4}-\d{2}-\d{2})\/hour=(\d{2})\//.exec(archive) ?? [];

async function keysOf(Bucket: string, Prefix: string): Promise<readonly string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.map(({ Key = '' }) => Key).sort();
}

async function read(Bucket: string, Key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function ask(sql: string, layer: string): Promise<readonly Record<string, unknown>[]> {
  const result = ended(await runVerb('query', [sql, '--layer', layer, '--json']));
  if (result.exitCode !== 0) throw new Error(`${sql}: ${result.stderr}`);
  return JSON.parse(result.stdout).rows;
}

async function runJobs(): Promise<void> {
  // Installed for the tests of the jobs anyway, by the same code: once is enough.
  await borrowSpark(copyRoot);
  for (const job of ['raw-to-staged', 'staged-to-analytics']) {
    const result = ended(await runVerb('run-job', [job, '--arg', `day=${day}`]));
    if (result.exitCode !== 0) throw new Error(`${job}: ${result.stderr}`);
  }
}

const questions = {
  'Which genres of movies are rated best, each vote counted?': async () => {
    const sql = `select genre, titles, votes, mean_rating from titles_by_genre
      where dt = '${day}' and kind = 'movie' order by mean_rating desc, genre limit 3`;
    const rows = await ask(sql, 'analytics');
    return rows.map(row => ({ ...row, mean_rating: Number(Number(row['mean_rating']).toFixed(9)) }));
  },
  'Who plays in most titles?': () =>
    ask(
      `select artist_name, artist_birth_year, movies + series as titles from artists
        where dt = '${day}' order by movies + series desc, artist_name limit 5`,
      'analytics',
    ),
  'What did most people do on GitHub in that hour?': () =>
    ask(
      `select event_type, count(distinct actor_id) as actors, count(*) as events from github_events
        where dt = '${day}' and created_at >= timestamp '${day} ${hour}:00:00'
          and created_at < timestamp '${day} ${hour}:00:00' + interval '1' hour
        group by event_type order by actors desc, events desc, event_type limit 3`,
      'staged',
    ),
};

/** The same, out of the files as they were uploaded and the object as it lies in raw. */
async function expectedAnswers(): Promise<Readonly<Record<keyof typeof questions, readonly object[]>>> {
  const titles = titlesOf(movies.good);
  const genres = [...new Set(titles.flatMap(({ genres }) => genres))].map(genre => {
    const inGenre = titles.filter(title => title.genres.includes(genre));
    const votes = inGenre.reduce((sum, title) => sum + (title.votes ?? 0), 0);
    return { genre, titles: inGenre.length, votes, mean_rating: Number(meanByVotes(inGenre).toFixed(9)) };
  });
  genres.sort((a, b) => b.mean_rating - a.mean_rating || (a.genre < b.genre ? -1 : 1));

  const plays = new Map<string, { name: string; birth: number | null; titles: Set<string> }>();
  for (const row of [...movies.good, ...series.good]) {
    const { artist_name: name = '', artist_birth_year: birth = '', id = '' } = row;
    const artist = plays.get(`${name}|${birth}`) ?? {
      name,
      birth: birth === '' ? null : Number(birth),
      titles: new Set(),
    };
    plays.set(`${name}|${birth}`, artist);
    artist.titles.add(id);
  }
  const artists = [...plays.values()].sort(
    (a, b) => b.titles.size - a.titles.size || Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)),
  );

  const events: readonly { type: string; actor: { id: number } }[] = gunzipSync(await read(raw, archive))
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  const types = [...countBy(events, ({ type }) => type)].map(([event_type, count]) => ({
    event_type,
    actors: new Set(events.filter(({ type }) => type === event_type).map(({ actor }) => actor.id)).size,
    events: count,
  }));
  types.sort((a, b) => b.actors - a.actors || b.events - a.events || (a.event_type < b.event_type ? -1 : 1));
  return {
    'Which genres of movies are rated best, each vote counted?': genres.slice(0, 3),
    'Who plays in most titles?': artists.slice(0, 5).map(({ name, birth, titles }) => ({
      artist_name: name,
      artist_birth_year: birth,
      titles: titles.size,
    })),
    'What did most people do on GitHub in that hour?': types.slice(0, 3),
  };
}

t.test('movies and series are uploaded beside the hour that the schedule brought', async t => {
  t.not(day, '', 'an hour of the archive lies in raw');
  const result = ended(await runVerb('upload', ['files/datasets', '--day', day, '--json']));
  t.equal(result.exitCode, 0, result.stderr);
  const keys = ['Movies/%/movies.csv', 'Series/%/series.csv'].map(
    key => `Raw/Local/CSV/${key.replace('%', day.replaceAll('-', '/'))}`,
  );
  t.match(JSON.parse(result.stdout), { bucket: raw, failed: [], uploaded: keys.map(key => ({ key })) });
  t.ok((await read(raw, keys[0] ?? '')).equals(readFileSync(join(copyRoot, 'files/datasets/movies.csv'))));
});

t.test('the jobs take them through the lake, and three questions in SQL get the right answers', async t => {
  await runJobs();
  const answers: Record<string, readonly object[]> = {};
  for (const [question, answer] of Object.entries(questions)) answers[question] = await answer();
  t.strictSame(answers, await expectedAnswers());
  for (const [table, { good }] of Object.entries({ movies, series })) {
    const [row] = await ask(`select count(*) as n from ${table} where dt = '${day}'`, 'staged');
    t.same(row, { n: good.length }, `${table}: each row once`);
  }
});

t.test('bad rows are set aside with their reasons', async t => {
  const reasonsOf = async (table: string) => {
    const keys = await keysOf(staged, `${table}/_rejected/dt=${day}/`);
    const texts = await Promise.all(keys.map(async key => (await read(staged, key)).toString()));
    const rows = texts.flatMap(text => text.trimEnd().split('\n')).map(line => JSON.parse(line));
    return rows.map(({ file, column, reason }) => [file.split('/').at(-1), column, reason]).sort();
  };
  t.same(
    await reasonsOf('movies'),
    [
      ['movies.csv', 'id', 'expected a value, got none'],
      ['movies.csv', 'rating', 'expected double, got 8,1'],
      ['movies.csv', 'release_year', 'expected int, got soon'],
      ['movies.csv', null, 'expected 15 values, got another number'],
    ].sort(),
  );
  t.same(
    await reasonsOf('series'),
    [
      ['series.csv', 'end_year', 'expected int, got present'],
      ['series.csv', 'runtime_minutes', 'expected int, got 45 min'],
      ['series.csv', 'votes', 'expected bigint, got 1.2k'],
    ].sort(),
  );
  t.equal(movies.bad + series.bad, 7);
});
