import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { reportSchema } from '../../scripts/core/report.ts';
import { stackNames } from '../../scripts/core/stacks.ts';
import { copyRoot, ended, makeCleanCopy, poison, runInCopy, runVerb } from '../helpers/clean-copy.ts';
import { inHost } from '../helpers/deployed-host.ts';

test('the first command of the README takes a clean copy to processed files', async t => {
  await makeCleanCopy();
  t.equal(copyRoot.length, 120, 'the path is long');
  t.match(copyRoot, / /, 'and has a space in it');
  const installed = ended(await runInCopy(['npm', 'ci', '--no-audit', '--no-fund']));
  t.equal(installed.exitCode, 0, installed.stderr);

  const result = ended(await runVerb('deploy', ['--json']));
  t.equal(result.exitCode, 0, result.stderr);
  const report = reportSchema.parse(JSON.parse(result.stdout));
  t.same(
    report,
    JSON.parse(readFileSync(join(copyRoot, 'build/local/report.json'), 'utf8')),
    'the file holds the same',
  );

  t.same(
    report.stacks.map(({ name, outcome }) => [name, outcome]),
    stackNames.map(name => [name, 'applied']),
  );
  t.ok(report.stacks.every(({ add, change, destroy }) => add > 0 && change === 0 && destroy === 0));
  t.equal(report.host?.outcome, 'changed');
  t.same(report.emulator, { name: 'MiniStack', version: report.emulator?.version });

  const proof = report.verification;
  t.same(
    proof?.processed.map(({ key }) => key.split('/').at(-1)),
    ['customers.json', 'orders.json', 'products.csv'],
  );
  t.ok(proof?.processed.every(({ key, outputKey }) => outputKey === key.replace('input/', 'output/')));
  t.same(
    proof?.rejected.map(({ key, reason }) => [key.split('/').at(-1), reason]),
    [['truncated.json', 'invalid-json']],
  );
  for (const prefix of ['github/archive/dt=', 'github/events/dt=']) {
    t.ok(
      proof?.ingested.some(key => key.startsWith(prefix)),
      `a schedule brought an object to ${prefix} in raw`,
    );
  }
  t.same(proof?.waiting, []);

  t.ok(
    report.notRehearsed.length > 0 && report.notRehearsed.every(({ gap, what }) => gap !== '' && what !== ''),
  );
  const steps = new Map(report.timeline.map(entry => [entry.step, entry]));
  for (const step of ['toolchain', 'target', 'plan', 'host', 'proof', ...stackNames])
    t.ok(steps.has(step), `timeline has ${step}`);
  t.match(steps.get('mpp')?.waitedFor, /^(network|datalake)$/);
  t.equal(steps.get('ec2')?.waitedFor, 'network');
});

test('nothing of the caller reaches a child: the poisoned credentials stand in no file', async t => {
  const build = join(copyRoot, 'build/local');
  const files = readdirSync(build, { recursive: true, withFileTypes: true })
    .filter(
      entry =>
        entry.isFile() &&
        !entry.parentPath.includes('/host/storage') &&
        !entry.parentPath.includes('.terraform-local'),
    )
    .map(entry => join(entry.parentPath, entry.name));
  t.ok(
    files.some(file => file.endsWith('logs/network.log')),
    'logs are among the files looked at',
  );
  const values = Object.values(poison);
  const tainted = files.filter(file => values.some(value => readFileSync(file).includes(value)));
  t.same(tainted, []);
});

test('the host has no way out but the tunnel to the emulator', async t => {
  const routes = ended(await inHost(['cat', '/proc/net/route']));
  t.equal(routes.stdout.trim().split('\n').length, 1, 'no route at all, only the heading');
  const devices = ended(await inHost(['ls', '/sys/class/net']));
  t.equal(devices.stdout.trim(), 'lo');
});
