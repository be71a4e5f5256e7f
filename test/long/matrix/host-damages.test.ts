import t from 'tap';
import { killPlaybookAt } from '../../helpers/ansible.ts';
import { deriveDamages, groupDamages } from '../../helpers/host/damages.ts';
import { makeHostBed, playbook } from '../../helpers/host/host-bed.ts';
import { agentScript, proveRepairs, withLogs } from '../../helpers/host/prove-repairs.ts';
import { readEntries, readPlaces } from '../../helpers/host/repairs.ts';

// A sample of the same: test/long/environments/host-repair.test.ts.
t.setTimeout(1_800_000);

const bed = await makeHostBed();
t.teardown(bed.remove);

t.test('a run that is killed at any of its changes is gone on with by the next', async t => {
  const whole = await bed.play();
  t.equal(whole.exitCode, 0, 'a whole run', whole);
  const entries = await readEntries(bed.variables());
  const intact = await readPlaces(bed.exec, entries);
  const steps = [...new Set(whole.changes.map(({ task }) => task))];
  t.ok(steps.length >= 10, `${steps.length} steps change something`);
  await bed.renew();
  for (const [index, step] of steps.entries()) {
    // At once, or in the middle of it.
    const wasThere = await killPlaybookAt(['-i', bed.inventory, playbook], step, (index % 3) * 300);
    t.ok(wasThere, `is killed at: ${step}`);
  }
  const next = await bed.play();
  t.equal(next.exitCode, 0, 'the next run', next);
  t.strictSame(await readPlaces(bed.exec, entries), intact);
  t.equal((await bed.play()).changed, 0);
});

t.test('every damage to every entry is repaired exactly', async t => {
  await bed.onHost(agentScript);
  bed.vary(withLogs);
  const converged = await bed.play();
  t.equal(converged.exitCode, 0, 'with a log to ship', converged);
  const entries = await readEntries(bed.variables());
  await proveRepairs(t, bed, { entries, groups: groupDamages(deriveDamages(entries)), isForetold: false });
  const last = await bed.play();
  t.strictSame([last.exitCode, last.changed], [0, 0], 'nothing is left to do', last);
});
