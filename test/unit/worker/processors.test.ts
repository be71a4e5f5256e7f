import { gunzipSync, gzipSync } from 'node:zlib';
import t from 'tap';
import { createFindProcessor } from '../../../worker/host/processors/index.ts';
import { runProcessor } from '../../helpers/run-processor.ts';

const plain = createFindProcessor({ csvDelimiter: undefined, passThrough: [] });

t.test('decides the kind by the ending, in any letter case', async t => {
  const kinds: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['a.json', ['.json']],
    ['d.csv/A.JSON', ['.json']],
    ['.json', ['.json']],
    ['a.ndjson', ['.ndjson', '.jsonl']],
    ['a.JsonL', ['.ndjson', '.jsonl']],
    ['a.csv', ['.csv', '.tsv', '.txt']],
    ['a.tsv', ['.csv', '.tsv', '.txt']],
    ['a.json.txt', ['.csv', '.tsv', '.txt']],
    ['a.json.gz', ['.json.gz']],
    ['a.NDJSON.GZ', ['.ndjson.gz', '.jsonl.gz']],
    ['a.jsonl.gz', ['.ndjson.gz', '.jsonl.gz']],
    ['a.csv.gz', ['.csv.gz', '.tsv.gz', '.txt.gz']],
    ['a.tsv.gz', ['.csv.gz', '.tsv.gz', '.txt.gz']],
    ['a.txt.gz', ['.csv.gz', '.tsv.gz', '.txt.gz']],
    ['a.gz', undefined],
    ['a.json.gz.gz', undefined],
    ['json', undefined],
    ['a.json/', undefined],
    ['a.json ', undefined],
    ['a.json.gzip', undefined],
    ['a.parquet', undefined],
    ['', undefined],
  ];
  for (const [key, suffixes] of kinds) t.strictSame(plain(key)?.suffixes, suffixes, JSON.stringify(key));
});

t.test('passes chosen endings through, before any other kind', async t => {
  const find = createFindProcessor({
    csvDelimiter: undefined,
    passThrough: ['.parquet', '.raw.json', '.csv.gz'],
  });
  const broken = Buffer.from('{');
  for (const key of ['a.parquet', 'a.RAW.json', 'a.csv.gz']) {
    const processor = find(key);
    if (processor === undefined) throw new Error(`no processor for ${key}`);
    t.same(await runProcessor(processor, key, broken), broken, key);
  }
  t.strictSame(find('a.json')?.suffixes, ['.json']);
  t.strictSame(find('a.csv')?.suffixes, ['.csv', '.tsv', '.txt']);
  t.equal(find('a.orc'), undefined);
});

t.test('passes through with * only what no other kind takes', async t => {
  const find = createFindProcessor({ csvDelimiter: undefined, passThrough: ['*'] });
  t.strictSame(find('a.json')?.suffixes, ['.json']);
  t.strictSame(find('a.csv.gz')?.suffixes, ['.csv.gz', '.tsv.gz', '.txt.gz']);
  for (const key of ['a.parquet', 'noending', '', 'a*']) {
    const processor = find(key);
    if (processor === undefined) throw new Error(`no processor for ${key}`);
    t.same(await runProcessor(processor, key, Buffer.from([0, 1])), Buffer.from([0, 1]), key);
  }
});

t.test('gives the chosen delimiter to every kind of table', async t => {
  const find = createFindProcessor({ csvDelimiter: '#', passThrough: [] });
  const text = Buffer.from('a#b\n1,2#3\n');
  for (const key of ['a.csv', 'a.tsv', 'a.txt']) {
    const table = find(key);
    const zipped = find(`${key}.gz`);
    if (table === undefined || zipped === undefined) throw new Error(`no processor for ${key}`);
    t.same(await runProcessor(table, key, text), text);
    t.same(gunzipSync(await runProcessor(zipped, `${key}.gz`, gzipSync(text))), text);
    await t.rejects(runProcessor(table, key, Buffer.from('a,b#c\n1,2\n')), {
      name: 'FileFault',
      message: /expected 2 fields/,
    });
  }
});
