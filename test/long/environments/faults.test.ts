import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { reportSchema } from '../../../scripts/core/report.ts';
import {
  copyRoot,
  ended,
  makeCleanCopy,
  removeCleanCopy,
  runInCopy,
  runVerb,
} from '../../helpers/clean-copy.ts';
import { inHost } from '../../helpers/deployed-host.ts';
import { commandLine, processesNaming } from '../../helpers/processes.ts';

const build = join(copyRoot, 'build/cutoff');
const configFile = join(copyRoot, 'config/cutoff.yaml');
const inCutoff = ['--env', 'cutoff'];

/** Waits until Terraform's log of a stack tells of an event from now on. */
async function untilLogged(stack: string, text: RegExp): Promise<void> {
  const log = join(build, `logs/${stack}.log`);
  const read = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const begin = read().length;
  const end = Date.now() + 120_000;
  while (!text.test(read().slice(begin))) {
    if (Date.now() > end) throw new Error(`never logged: ${text}`);
    await sleep(50);
  }
}

/** The processes of a deploy of this environment. */
function processesOfDeploy(): readonly number[] {
  return processesNaming([copyRoot]).filter(pid =>
    /scripts\/deploy\.mjs --env cutoff/.test(commandLine(pid)),
  );
}

await makeCleanCopy();
ended(await runInCopy(['npm', 'ci', '--no-audit', '--no-fund']));
const deployed = ended(await runVerb('deploy'));
t.equal(deployed.exitCode, 0, deployed.stderr);

t.teardown(async () => {
  ended(await runVerb('destroy'));
  removeCleanCopy();
});

// The proof takes its whole time to fail: an environment of its own is cut off meanwhile.
t.jobs = 2;

t.test(
  'with a stopped cron the proof does not hold, whatever earlier runs have left',
  { buffered: true },
  async t => {
    // Stopped, not ended: an ended cron the playbook would start again, as it should.
    const stopped = ended(await inHost(['pkill', '-STOP', '-x', 'cron']));
    t.equal(stopped.exitCode, 0, stopped.stderr);
    t.teardown(() => inHost(['pkill', '-CONT', '-x', 'cron']));

    const result = ended(await runVerb('deploy', ['--json']));
    t.equal(result.exitCode, 1);
    const report = reportSchema.parse(JSON.parse(result.stdout));
    t.same(report.verification?.processed, [], 'the files of earlier proofs count for nothing');
    t.equal(report.verification?.waiting.length, 4);
    t.match(result.stderr, /^error: proof: does not hold:/m);
    t.match(result.stderr, /is still in input\/ after 1[5-9]\d s/);
    t.match(result.stderr, /worker\.log/, 'and says where to look');
  },
);

t.test('an environment that is cut off goes on, or is built anew', { buffered: true }, async t => {
  writeFileSync(configFile, readFileSync(join(copyRoot, 'config/local.yaml')));
  t.teardown(() => rmSync(configFile, { force: true }));

  await t.test('killed while it makes the state bucket: the next run adopts it', async t => {
    const killed = runVerb('deploy', inCutoff);
    await untilLogged('bootstrap', /module\.state_bucket\.aws_s3_bucket\.this: Creation complete/);
    const terraform = processesNaming([join(build, 'plans/bootstrap.tfplan')]);
    for (const pid of [...processesOfDeploy(), ...terraform]) process.kill(pid, 'SIGKILL');
    await killed;
    // The worst case: the bucket stands, and no state at all tells of it.
    await sleep(500);
    rmSync(join(build, 'bootstrap.tfstate'), { force: true });

    const next = ended(await runVerb('deploy', [...inCutoff, '--only', 'bootstrap', '--json']));
    t.equal(next.exitCode, 0, next.stderr);
    t.match(next.stderr, /bootstrap: adopts module\.state_bucket\.aws_s3_bucket\.this/);
    const [bootstrap] = reportSchema.parse(JSON.parse(next.stdout)).stacks;
    t.equal(bootstrap?.outcome, 'applied');
    t.notOk(existsSync(join(build, 'bootstrap.tfstate')), 'the state has moved into its bucket');

    const again = ended(await runVerb('deploy', [...inCutoff, '--only', 'bootstrap', '--json']));
    t.equal(reportSchema.parse(JSON.parse(again.stdout)).stacks[0]?.outcome, 'unchanged', again.stderr);
  });

  await t.test(
    'hung up while it applies: it awaits its children, unlocks, and ends with one error',
    async t => {
      const zx = join(copyRoot, 'node_modules/zx/build/cli.js');
      const running = runInCopy([process.execPath, zx, 'scripts/deploy.mjs', ...inCutoff]);
      await untilLogged('network', /Creating\.\.\./);
      for (const pid of processesOfDeploy()) process.kill(pid, 'SIGHUP');
      const result = ended(await running);
      t.equal(result.exitCode, 1);
      t.match(result.stderr, /^error: deploy: was interrupted, unfinished: .*network/m);
      t.equal([...result.stderr.matchAll(/^error: /gm)].length, 1, result.stderr);
      const plan = ended(await runVerb('plan', inCutoff));
      t.equal(plan.exitCode, 2, plan.stderr);
    },
  );

  await t.test('an emulator that dies half-way ends the run with one clear error', async t => {
    const running = runVerb('deploy', inCutoff);
    await untilLogged('datalake', /Creating\.\.\./);
    process.kill(Number(readFileSync(join(build, 'emulator/pid'), 'utf8')), 'SIGKILL');
    const result = ended(await running);
    t.equal(result.exitCode, 1);
    t.equal([...result.stderr.matchAll(/^error: /gm)].length, 1, result.stderr);
    t.match(
      result.stderr,
      /^error: emulator: has ended in the middle of the run\n +Its output: .+emulator\.log/m,
    );
    const left = processesNaming([build]).map(commandLine);
    t.same(
      left.filter(command => !command.includes('source-server')),
      [],
      'its children have ended with it',
    );
  });

  await t.test('the next command notices, wipes the environment and says so', async t => {
    const result = ended(await runVerb('destroy', [...inCutoff, '--confirm', 'cutoff']));
    t.equal(result.exitCode, 0, result.stderr);
    t.match(result.stderr, /ended without writing its state: this local environment is wiped/);
  });
});
