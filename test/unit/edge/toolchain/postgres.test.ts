import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findPostgres } from '../../../../scripts/edge/toolchain/postgres.ts';

const both = () => ({ bin: { initdb: '', postgres: '' } });

t.test("takes the programs on PATH, else the newest of Debian's", async t => {
  const dir = t.testdir({
    path: both(),
    debian: { 9.6: both(), 15: both(), 14: both(), 16: { bin: { initdb: '' } }, common: both() },
  });
  chmodSync(join(dir, 'path/bin/initdb'), 0o755);
  const debian = join(dir, 'debian');
  t.equal(findPostgres(join(dir, 'path/bin'), debian), join(dir, 'path/bin'));
  t.equal(findPostgres('/nowhere', debian), join(debian, '15/bin'));
});

t.test('finds none where only clients are, or nothing', async t => {
  const dir = t.testdir({ path: { bin: { psql: '', initdb: '' } } });
  chmodSync(join(dir, 'path/bin/initdb'), 0o755);
  t.equal(findPostgres(join(dir, 'path/bin'), join(dir, 'nowhere')), undefined);
});
