import { test } from 'tap';
import { decodeAwsChunks } from '../../../bench/servers/aws-chunks.ts';
import { renderListing } from '../../../bench/servers/listing.ts';

test('chunks of an SDK are taken apart wherever the network cuts them', async t => {
  const signed =
    '5;chunk-signature=ab\r\nhe\r\no\r\n3;chunk-signature=cd\r\n, w\r\n0;chunk-signature=ef\r\n\r\n';
  const trailed = '8\r\nhe\r\no, w\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n';
  for (const body of [signed, trailed])
    for (let size = 1; size <= body.length; size += 1) {
      const pieces = body.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      async function* source() {
        for (const piece of pieces) yield Buffer.from(piece);
      }
      let got = '';
      for await (const data of decodeAwsChunks(source())) got += data.toString();
      t.equal(got, 'he\r\no, w', `${size} bytes at a time`);
    }
});

test('a listing has folders, pages and nothing of another bucket', async t => {
  const object = { size: 1, etag: '"1-1"', time: 0 };
  const keys = ['b/x/1', 'b/x/2', 'b/y', 'b/z/1', 'bb/x/3'];
  const objects = new Map(keys.map(key => [key, object]));
  const list = (query: string) => {
    const xml = renderListing('b', objects, new URLSearchParams(query));
    return [...xml.matchAll(/<(?:Key|Prefix|NextContinuationToken)>([^<]*)/g)].map(([, name]) => name);
  };
  t.same(list(''), ['x/1', 'x/2', 'y', 'z/1']);
  t.same(list('delimiter=/'), ['y', 'x/', 'z/'].sort());
  t.same(list('prefix=x/&delimiter=/'), ['x/1', 'x/2']);
  t.same(list('max-keys=2'), ['x/2', 'x/1', 'x/2']);
  t.same(list('max-keys=2&continuation-token=x/2'), ['y', 'z/1']);
  t.same(list('max-keys=2&delimiter=/'), ['y', 'x/', 'y']);
  t.same(list('max-keys=2&delimiter=/&continuation-token=y'), ['z/']);
});
