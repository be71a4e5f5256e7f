import { createHash, randomBytes } from 'node:crypto';
import t from 'tap';
import { openHasher, sharedBuffer } from '../../../scripts/edge/hasher.ts';

const mib = 1024 ** 2;
const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

t.test('gives the SHA-256 of small and large buffers, whichever are asked for together', async t => {
  const hasher = openHasher();
  const buffers = [0, 1, mib - 1, mib, 3 * mib, 2 * mib + 5].map(length => {
    const buffer = sharedBuffer(length);
    buffer.set(randomBytes(length));
    return buffer;
  });
  const part = (buffers[4] ?? Buffer.alloc(0)).subarray(7, 2 * mib + 7);
  const all = [...buffers, part, randomBytes(mib)];
  t.strictSame(await Promise.all(all.map(hasher.hash)), all.map(expected));
  await hasher.close();
});

t.test('can be closed unused, twice, and used again', async t => {
  const hasher = openHasher();
  await hasher.close();
  await hasher.close();
  const bytes = randomBytes(mib);
  t.equal(await hasher.hash(bytes), expected(bytes));
  await hasher.close();
});
