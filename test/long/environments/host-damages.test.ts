import t from 'tap';
import { killPlaybookAt } from '../../helpers/ansible.ts';
import { deriveDamages, groupDamages, kindOf, sampleDamages } from '../../helpers/host/damages.ts';
import { makeHostBed, playbook } from '../../helpers/host/host-bed.ts';
import { agentScript, proveRepairs, takesSettings, withLogs } from '../../helpers/host/prove-repairs.ts';
import { changedItems, readEntries, readPlaces } from '../../helpers/host/repairs.ts';

// Many runs, one after another.
t.setTimeout(1_800_000);

const bed = await makeHostBed();
t.teardown(bed.remove);

t.test('a run that is killed at its changes is gone on with by the next', async t => {
  const whole = await bed.play();
  t.equal(whole.exitCode, 0, 'a whole run', whole);
  const entries = await readEntries(bed.variables());
  const intact = await readPlaces(bed.exec, entries);
  const steps = [...new Set(whole.changes.map(({ task }) => task))];
  t.ok(steps.length >= 10, `${steps.length} steps change something`);
  await bed.renew();
  // Each second one, at once or in the middle of it; all of them take a minute more.
  for (const [index, step] of steps.filter((_, place) => place % 2 === 0).entries()) {
    const wasThere = await killPlaybookAt(['-i', bed.inventory, playbook], step, (index % 3) * 300);
    t.ok(wasThere, `is killed at: ${step}`);
  }
  const next = await bed.play();
  t.equal(next.exitCode, 0, 'the next run', next);
  t.strictSame(await readPlaces(bed.exec, entries), intact);
  t.equal((await bed.play()).changed, 0);
});

t.test('each entry is damaged in two ways, which a check foretells and a run repairs exactly', async t => {
  await bed.onHost(agentScript);
  bed.vary(withLogs);
  const converged = await bed.play();
  t.equal(converged.exitCode, 0, 'with a log to ship', converged);
  const entries = await readEntries(bed.variables());
  const damages = deriveDamages(entries);
  const sample = sampleDamages(damages);
  for (const { kind, path } of entries) {
    const own = sample.filter(({ entry }) => entry.path === path);
    t.ok(own.length >= 2, `${kind} ${path} is damaged in ${own.length} ways`);
  }
  t.strictSame(new Set(sample.map(kindOf)), new Set(damages.map(kindOf)), 'and each kind in every way');
  // All ways of all entries, groupDamages(damages), take five minutes more.
  await proveRepairs(t, bed, { entries, groups: groupDamages(sample), isForetold: true });
});

t.test(
  'the agent takes its settings anew only when they are others, and goes when it is told to',
  async t => {
    const calls = async () => (await bed.onHost('cat /srv/agent-calls')).trim().split('\n').length;
    const before = await calls();
    const idle = await bed.play();
    t.strictSame([idle.exitCode, idle.changed], [0, 0], 'nothing is left to do', idle);
    t.equal(await calls(), before);
    bed.vary({ ...withLogs, logs_group: '/millrace/lake/other' });
    const other = await bed.play('--tags', 'logs');
    t.strictSame(changedItems(other).slice(-1), [takesSettings], 'other settings', other);
    t.equal(await calls(), before + 1);
    t.match(
      await bed.onHost('tail -1 /srv/agent-calls'),
      /-a fetch-config -m ec2 -s -c file:\/opt\/aws\/.*\/millrace\.json/,
    );
    bed.vary({});
    const off = await bed.play('--tags', 'logs');
    t.equal(off.exitCode, 0, 'off', off);
    t.equal(
      (
        await bed.onHost(
          'find /opt/aws/amazon-cloudwatch-agent/etc -type f; service amazon-cloudwatch-agent status || true',
        )
      ).trim(),
      'stopped',
    );
  },
);
