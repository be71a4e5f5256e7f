import t from 'tap';
import { isCovered, parseRange } from '../../../../scripts/core/review/address-range.ts';

t.test('reads the same range however it is written', async t => {
  for (const text of ['2001:db8::/32', '2001:0db8:0:0:0:0:0:0/32', '2001:DB8:0::/32'])
    t.same(parseRange(text), { address: 0x20010db8n << 96n, bits: 128, length: 32 });
  t.same(parseRange('::ffff:10.0.0.1/128'), { address: 0xffff0a000001n, bits: 128, length: 128 });
  t.same(parseRange('10.0.0.1/8'), { address: 0x0a000001n, bits: 32, length: 8 });
  t.same(parseRange('::/0'), { address: 0n, bits: 128, length: 0 });
});

t.test('refuses what is no range', async t => {
  for (const text of [
    '',
    'sg-1',
    '10.0.0.1',
    '10.0.0/8',
    '256.0.0.0/8',
    '10.0.0.0/33',
    '::/129',
    '1:2:3/16',
    '1::2::3/16',
    '1:2:3:4:5:6:7:8::/16',
    '12345::/16',
    '::1.2.3/16',
  ])
    t.equal(parseRange(text), undefined, text);
});

t.test('knows whether ranges hold another one together', async t => {
  const covers = (text: string, ...others: readonly string[]) => {
    const range = parseRange(text);
    return (
      range !== undefined &&
      isCovered(
        range,
        others.flatMap(other => parseRange(other) ?? []),
      )
    );
  };
  t.ok(covers('10.0.0.0/8', '10.128.0.0/10', '10.0.0.0/9', '10.192.0.0/10'));
  t.ok(covers('10.1.2.3/32', '10.0.0.0/8'));
  t.ok(covers('10.1.2.3/8', '10.200.0.0/9', '10.3.0.0/9'));
  t.ok(covers('::/0', '::/1', '8000::/1'));
  t.notOk(covers('10.0.0.0/8', '10.0.0.0/9', '10.192.0.0/10'));
  t.notOk(covers('10.0.0.0/31', '10.0.0.0/32'));
  t.notOk(covers('0.0.0.0/0', '::/0'));
});
