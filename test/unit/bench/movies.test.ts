import { test } from 'tap';
import { generateMovies } from '../../../bench/spark/movies.ts';

function generate(bytes: number) {
  const movies = generateMovies(bytes);
  const chunks: Buffer[] = [];
  for (let step = movies.next(); ; step = movies.next()) {
    if (step.done) return { text: Buffer.concat(chunks).toString(), facts: step.value };
    chunks.push(step.value);
  }
}

const bytes = 3 * 1024 ** 2;

test('the file is as long as it says and ends with a whole record', async t => {
  const { text, facts } = generate(bytes);
  t.equal(Buffer.byteLength(text), facts.bytes);
  t.ok(facts.bytes >= bytes && facts.bytes < bytes * 1.01, `${facts.bytes}`);
  t.equal(text.split('\n').length, facts.records + 2);
  t.equal(text, generate(bytes).text);
});

test('what is said to be kept and set aside is in the file', async t => {
  const { text, facts } = generate(bytes);
  const good = new Map<string, readonly string[]>();
  let rejected = 0;
  for (const line of text.split('\n').slice(1, -1)) {
    const fields = [...line.matchAll(/(?:^|\|)("(?:[^"]|"")*"|[^|]*)/g)].map(([, field = '']) => field);
    const [id = '', , , year = '', , , , votes = ''] = fields;
    const isGood = fields.length === 15 && id !== '' && /^\d+$/.test(year) && /^\d+$/.test(votes);
    if (isGood) good.set([id, fields[9], fields[10]].join('|'), fields);
    else rejected += 1;
  }
  const sum = (place: number) =>
    [...good.values()].reduce((total, fields) => total + Number(fields[place]), 0);
  t.equal(good.size, facts.kept);
  t.equal(rejected, facts.rejected);
  t.equal(sum(7), facts.votes);
  t.equal(sum(4), facts.runtimeMinutes);
  t.ok(facts.records > facts.kept + facts.rejected, 'some records are repeated');
});
