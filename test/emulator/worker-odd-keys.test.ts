import { gzipSync } from 'node:zlib';
import t from 'tap';
import { stampedJson, stampedNdjson } from '../../worker/shared/stamped-json.ts';
import { prepareWorker, sha256 } from '../helpers/worker-bed.ts';

const { makeBed, runWorker } = await prepareWorker(t);

/** One odd file and what becomes of it. */
interface Row {
  readonly odd: string;
  /** Behind `input/`. */
  readonly key: string;
  readonly body: string | Buffer;
  /**
   * - `output`: its result stands under the same key in output/
   * - `stays`: it stays in input/ and is never counted
   * - else the reason of its record; it stands under its key in errors/, or under the hash of its key
   */
  readonly outcome: 'output' | 'stays' | { readonly reason: string; readonly name: 'key' | 'hash' };
}

const refused = (reason: string, name: 'key' | 'hash' = 'key') => ({ reason, name }) as const;
const good = '{"a":1}';
const bad = '{"a":';

// An archived storage class is a fault of reading: test/emulator/worker-faults.test.ts.
const table: readonly Row[] = [
  { odd: 'a folder marker', key: 'folder/', body: '', outcome: 'stays' },
  { odd: 'the marker of input/ itself', key: '', body: '', outcome: 'stays' },
  { odd: 'bytes under a trailing slash', key: 'full/', body: 'x', outcome: refused('unknown-kind') },
  { odd: 'zero bytes of JSON', key: 'zero.json', body: '', outcome: refused('invalid-json') },
  { odd: 'zero bytes of NDJSON: no line', key: 'zero.ndjson', body: '', outcome: 'output' },
  { odd: 'zero bytes of CSV', key: 'zero.csv', body: '', outcome: refused('invalid-csv') },
  { odd: 'zero bytes of gzip', key: 'zero.json.gz', body: '', outcome: refused('invalid-gzip') },
  { odd: 'zero bytes that pass through', key: 'zero.parquet', body: '', outcome: 'output' },
  { odd: 'no name before the ending', key: '.json', body: good, outcome: 'output' },
  { odd: 'no ending', key: 'json', body: good, outcome: refused('unknown-kind') },
  { odd: 'an ending in capitals', key: 'LOUD.JSON', body: good, outcome: 'output' },
  {
    odd: '1,024 bytes with its folder: output/ is one longer',
    key: `${'k'.repeat(1013)}.json`,
    body: good,
    outcome: refused('key-too-long', 'hash'),
  },
  { odd: '1,023 bytes, in two-byte letters', key: `${'é'.repeat(506)}.json`, body: good, outcome: 'output' },
  {
    odd: '1,023 bytes, its record would be too long',
    key: `${'b'.repeat(1012)}.json`,
    body: bad,
    outcome: refused('invalid-json', 'hash'),
  },
  { odd: 'newline and carriage return', key: 'line\nbreak\rhere.json', body: good, outcome: 'output' },
  { odd: 'a newline, refused', key: 'bad\nline.json', body: bad, outcome: refused('invalid-json') },
  { odd: 'a tab and a control character', key: 'tab\tbell\x07.json', body: good, outcome: 'output' },
  { odd: '..', key: '../up.json', body: good, outcome: 'output' },
  { odd: '.. in the middle', key: 'a/../b.json', body: good, outcome: 'output' },
  { odd: '.', key: './dot.json', body: good, outcome: 'output' },
  { odd: '//', key: 'x//y.json', body: good, outcome: 'output' },
  { odd: '/ at the beginning', key: '/root.json', body: good, outcome: 'output' },
  { odd: '%2F', key: 'a%2Fb.json', body: good, outcome: 'output' },
  { odd: 'equal to it after unescaping', key: 'a/b.json', body: '{"b":1}', outcome: 'output' },
  { odd: 'a space', key: 'a b.json', body: '{"c":1}', outcome: 'output' },
  { odd: 'equal to it in a form: +', key: 'a+b.json', body: '{"d":1}', outcome: 'output' },
  { odd: 'equal to it in a URL: %20', key: 'a%20b.json', body: '{"e":1}', outcome: 'output' },
  { odd: 'é in one code point', key: 'caf\u00e9.json', body: '{"nfc":1}', outcome: 'output' },
  { odd: 'é in two code points', key: 'cafe\u0301.json', body: '{"nfd":1}', outcome: 'output' },
  { odd: 'a code point behind the BMP', key: '\u{1f680}.json', body: good, outcome: 'output' },
  { odd: 'characters of markup and shells', key: 'q\'"<&>$(x)`y`;*?#.json', body: good, outcome: 'output' },
  { odd: '~', key: '~good.json', body: good, outcome: 'output' },
  { odd: '~, refused', key: '~bad.json', body: bad, outcome: refused('invalid-json', 'hash') },
  { odd: '.error.json', key: 'x.json.error.json', body: good, outcome: 'output' },
  {
    odd: '.error.json, refused',
    key: 'y.json.error.json',
    body: bad,
    outcome: refused('invalid-json', 'hash'),
  },
  { odd: '.error.json.gz, refused', key: 'z.error.json.gz', body: 'x', outcome: refused('invalid-gzip') },
  { odd: 'names of members of every object', key: '__proto__.json', body: good, outcome: 'output' },
  {
    odd: 'a stamp that is there already',
    key: 's.json',
    body: '{"_millrace":1}',
    outcome: refused('already-stamped'),
  },
  { odd: 'gzip of nothing', key: 'nothing.ndjson.gz', body: gzipSync(''), outcome: 'output' },
];

function expectedOutput({ key, body }: Row): Buffer {
  const bytes = Buffer.from(body);
  if (/\.json$/i.test(key)) return stampedJson(key, bytes);
  return key.endsWith('.ndjson') ? stampedNdjson(key, bytes) : bytes;
}

for (const isVersioned of [false, true]) {
  t.test(`gives each odd file its outcome, ${isVersioned ? '' : 'not '}versioned`, async t => {
    const bed = await makeBed(isVersioned, { passThrough: ['.parquet'] });
    for (const { key, body } of table) await bed.put(`input/${key}`, body);
    const { code, errors, lines } = await runWorker(bed.config);
    t.match({ code, errors }, { code: 0, errors: '' });
    const inputs = await bed.keys('input/');
    const expected = new Set<string>();
    for (const row of table) {
      const { odd, key, body, outcome } = row;
      const line = lines.find(line => line['event'] === 'file' && line['key'] === key);
      t.equal(inputs.includes(`input/${key}`), outcome === 'stays', `${odd}: in input/`);
      if (outcome === 'stays') {
        t.equal(line, undefined, odd);
      } else if (outcome === 'output') {
        expected.add(`output/${key}`);
        t.match(line, { outcome: 'processed' }, odd);
        const output = await bed.read(`output/${key}`);
        if (!key.endsWith('.gz')) t.same(output, expectedOutput(row), odd);
      } else {
        const file = `errors/${outcome.name === 'key' ? key : `~${sha256(key)}`}`;
        expected.add(file).add(`${file}.error.json`);
        t.match(line, { outcome: 'rejected', reason: new RegExp(`^${outcome.reason}`) }, odd);
        t.same(await bed.read(file), Buffer.from(body), odd);
        t.match(JSON.parse(`${await bed.read(`${file}.error.json`)}`), { key, reason: outcome.reason }, odd);
      }
    }
    const written = [...(await bed.keys('output/')), ...(await bed.keys('errors/'))];
    t.same(new Set(written), expected, 'and nothing else');
    const waiting = table.filter(({ outcome }) => outcome === 'stays').length;
    t.match(
      lines.at(-1),
      { left: 0, quarantined: 0, oldestWaitingSeconds: 0 },
      `${waiting} markers count for nothing`,
    );
  });
}
