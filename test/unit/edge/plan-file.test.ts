import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import t from 'tap';
import { hashPlanFile, readPlanFile } from '../../../scripts/edge/plan-file.ts';

t.test('reads digest and state out of a plan file', async t => {
  const path = join(t.testdir(), 'network.tfplan');
  const write = (state: object) => {
    const bytes = zipSync({ tfplan: strToU8('?'), tfstate: strToU8(JSON.stringify(state)) });
    writeFileSync(path, bytes);
    return createHash('sha256').update(bytes).digest('hex');
  };
  const sha256 = write({ version: 4, lineage: 'abc', serial: 2 });
  t.strictSame(readPlanFile(path), { sha256, state: { lineage: 'abc', serial: 2 } });
  t.equal(hashPlanFile(path), sha256);
  write({ version: 4, lineage: '', serial: 0 });
  t.equal(readPlanFile(path).state, null);
});

t.test('gives no digest of a file that is not there', async t => {
  t.equal(hashPlanFile(join(t.testdir(), 'network.tfplan')), undefined);
});
