import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import t from 'tap';
import { readPlanFile, takePlanFile } from '../../../scripts/edge/plan-file.ts';

t.test('reads digest and state out of a plan file', async t => {
  const path = join(t.testdir(), 'network.tfplan');
  const write = (state: object) => {
    const bytes = zipSync({ tfplan: strToU8('?'), tfstate: strToU8(JSON.stringify(state)) });
    writeFileSync(path, bytes);
    return createHash('sha256').update(bytes).digest('hex');
  };
  const sha256 = write({ version: 4, lineage: 'abc', serial: 2 });
  t.strictSame(readPlanFile(path), { sha256, state: { lineage: 'abc', serial: 2 } });
  write({ version: 4, lineage: '', serial: 0 });
  t.equal(readPlanFile(path).state, null);
});

t.test('takes a copy that nobody else writes or reads, with the digest of what it took', async t => {
  const folder = t.testdir({ 'network.tfplan': 'reviewed' });
  const [path, copy] = [join(folder, 'network.tfplan'), join(folder, 'taken/network.tfplan')];
  chmodSync(path, 0o644);
  t.equal(takePlanFile(path, copy), createHash('sha256').update('reviewed').digest('hex'));
  writeFileSync(path, 'exchanged');
  t.equal(readFileSync(copy, 'utf8'), 'reviewed');
  t.equal(statSync(copy).mode & 0o777, 0o600);
  t.equal(statSync(join(folder, 'taken')).mode & 0o777, 0o700);
});

t.test('takes nothing where there is no such file', async t => {
  const folder = t.testdir();
  t.equal(takePlanFile(join(folder, 'network.tfplan'), join(folder, 'copy')), undefined);
});
