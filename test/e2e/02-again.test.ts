import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { reportSchema } from '../../scripts/core/report.ts';
import { stackNames } from '../../scripts/core/stacks.ts';
import { copyRoot, ended, runVerb } from '../helpers/clean-copy.ts';
import { commandLine, environmentOf, processesNaming } from '../helpers/processes.ts';

test('a second run changes nothing, and proves anew', async t => {
  const [seen, poisoned] = [new Set<string>(), new Set<string>()];
  const watch = setInterval(() => {
    const children = processesNaming([copyRoot]).filter(
      pid => !commandLine(pid).includes('scripts/deploy.mjs'),
    );
    for (const pid of children) {
      seen.add(commandLine(pid));
      if (environmentOf(pid).includes('poison')) poisoned.add(commandLine(pid));
    }
  }, 500);
  t.teardown(() => clearInterval(watch));
  // As if the host had other keys the last time.
  const knownHosts = join(copyRoot, 'build/local/ssh/known_hosts');
  const known = readFileSync(knownHosts, 'utf8');
  writeFileSync(
    knownHosts,
    known.replace(/AAAAC3Nza\S+/, 'AAAAC3NzaC1lZDI1NTE5AAAAIKsjFfzyuOKfWAH7GUFZKxTDdv+lrQHpzZLgNtKSv4jW'),
  );
  const result = ended(await runVerb('deploy', ['--json']));
  t.equal(result.exitCode, 0, result.stderr);
  t.match(
    result.stderr,
    /^The host's keys have changed: .+\.\n {2}before: SHA256:RTKz9iV\S+ \(ssh-ed25519\)\n {2}now: {4}SHA256:\S{43} \(ssh-ed25519\)$/m,
  );
  t.equal(readFileSync(knownHosts, 'utf8'), known, "the key is the container's own, read through its engine");
  const report = reportSchema.parse(JSON.parse(result.stdout));
  t.same(
    report.stacks.map(({ name, outcome, add, change, destroy }) => [name, outcome, add, change, destroy]),
    stackNames.map(name => [name, 'unchanged', 0, 0, 0]),
  );
  t.same([report.host?.outcome, report.host?.changed], ['unchanged', 0]);
  for (const program of ['terraform', 'ansible-playbook', 'ssh'])
    t.ok(
      [...seen].some(command => command.includes(program)),
      `${program} was looked at`,
    );
  t.same([...poisoned], [], 'no child has a credential, a profile or an endpoint of the caller');
  t.equal(report.verification?.processed.length, 3);
  t.ok((report.verification?.ingested.length ?? 0) >= 1);
});

test('deploy --only applies one stack and proves nothing', async t => {
  const result = ended(await runVerb('deploy', ['--only', 'network', '--json']));
  t.equal(result.exitCode, 0, result.stderr);
  const report = reportSchema.parse(JSON.parse(result.stdout));
  t.same(
    report.stacks.map(({ outcome }) => outcome),
    ['skipped', 'unchanged', 'skipped', 'skipped', 'skipped', 'skipped'],
  );
  t.equal(report.verification, null);
  t.match(result.stderr, /Nothing was proven/);
});
