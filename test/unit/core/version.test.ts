import t from 'tap';
import { compareVersions, isInRange } from '../../../scripts/core/version.ts';

t.test('compares number by number', async t => {
  for (const [a, b, sign] of [
    ['1.9', '1.11', -1],
    ['1.11', '1.11.0', 0],
    ['1.11.4', '1.11.10', -1],
    ['2', '1.99.99', 1],
    ['20.20.2', '20', 1],
    ['1.12.0-rc1', '1.12.0', 0],
    ['garbage', '0', 0],
  ] as const) {
    t.equal(Math.sign(compareVersions(a, b)), sign, `${a} and ${b}`);
    t.equal(Math.sign(compareVersions(b, a)), -sign + 0, `${b} and ${a}`);
  }
});

t.test('holds a range closed below and open above', async t => {
  const range = { min: '1.11', below: '2' };
  t.strictSame(
    ['1.10.9', '1.11', '1.11.4', '1.99', '2', '2.0.0', '10.0'].filter(version => isInRange(version, range)),
    ['1.11', '1.11.4', '1.99'],
  );
});
