import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { reportSchema } from '../../../scripts/core/report.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { ended, runInCopy } from '../../helpers/clean-copy.ts';
import { commandLine, processesNaming } from '../../helpers/processes.ts';

const build = join(projectRoot, 'build/cutoff');
const configFile = join(projectRoot, 'config/cutoff.yaml');
const inCutoff = ['--env', 'cutoff'];

/** A verb in this clone, whose tools are there: what is cut off here is no toolchain. */
const runVerb = (verb: string, args: readonly string[]) =>
  runInCopy(['npx', 'zx', `scripts/${verb}.mjs`, ...args], { cwd: projectRoot });

/** Waits until Terraform's log of a stack tells of an event from now on. */
async function untilLogged(stack: string, text: RegExp): Promise<void> {
  const log = join(build, `logs/${stack}.log`);
  const read = () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
  const begin = read().length;
  const end = Date.now() + 300_000;
  while (!text.test(read().slice(begin))) {
    if (Date.now() > end) throw new Error(`never logged: ${text}`);
    await sleep(50);
  }
}

/** The processes of a deploy of this environment. */
function processesOfDeploy(): readonly number[] {
  return processesNaming([projectRoot]).filter(pid =>
    /scripts\/deploy\.mjs --env cutoff/.test(commandLine(pid)),
  );
}

// Several runs that wait for one another: on a slow machine they take long.
t.setTimeout(1_800_000);

t.test('an environment that is cut off goes on, or is built anew', async t => {
  writeFileSync(configFile, readFileSync(join(projectRoot, 'config/local.yaml')));
  t.teardown(async () => {
    if (existsSync(join(build, 'emulator')))
      ended(await runVerb('destroy', [...inCutoff, '--confirm', 'cutoff']));
    rmSync(configFile, { force: true });
  });

  await t.test('killed while it makes the state bucket: the next run adopts it', async t => {
    const killed = runVerb('deploy', inCutoff);
    await untilLogged('bootstrap', /module\.state_bucket\.aws_s3_bucket\.this: Creation complete/);
    const terraform = processesNaming([join(build, 'plans/unreviewed/bootstrap.tfplan')]);
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
      const zx = join(projectRoot, 'node_modules/zx/build/cli.js');
      const running = runInCopy([process.execPath, zx, 'scripts/deploy.mjs', ...inCutoff], {
        cwd: projectRoot,
      });
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
