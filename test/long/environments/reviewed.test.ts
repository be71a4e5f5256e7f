import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { reportSchema } from '../../../scripts/core/report.ts';
import { reviewSchema } from '../../../scripts/core/review/model.ts';
import { stackNames } from '../../../scripts/core/stacks.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { ended, runInCopy } from '../../helpers/clean-copy.ts';

const environment = 'reviewed';
const build = join(projectRoot, 'build', environment);
const configFile = join(projectRoot, 'config', `${environment}.yaml`);
const plansFolder = join(build, 'plans');

/** A verb in this clone, whose tools are there. */
const runVerb = async (verb: string, args: readonly string[] = []) =>
  ended(
    await runInCopy(['npx', 'zx', `scripts/${verb}.mjs`, '--env', environment, ...args], {
      cwd: projectRoot,
    }),
  );
const deployPlans = (...args: readonly string[]) => runVerb('deploy', ['--plans', plansFolder, ...args]);
const readKinds = () =>
  reviewSchema
    .parse(JSON.parse(readFileSync(join(build, 'plan.json'), 'utf8')))
    .stacks.map(({ stack, kind }) => `${stack} ${kind}`);

t.setTimeout(1_800_000);

t.test('an environment is deployed by plans that were reviewed, from the first to the last', async t => {
  const config = readFileSync(join(projectRoot, 'config/local.yaml'), 'utf8');
  writeFileSync(configFile, config);
  t.teardown(async () => {
    if (existsSync(join(build, 'emulator'))) await runVerb('destroy', ['--confirm', environment]);
    rmSync(configFile, { force: true });
  });

  await t.test('previews are shown and never applied', async t => {
    const plan = await runVerb('plan');
    t.equal(plan.exitCode, 2, plan.stderr);
    const deploy = await deployPlans();
    t.equal(deploy.exitCode, 1);
    t.match(deploy.stderr, /stack bootstrap, stack network, .+: the plan is a preview/);
    t.match(
      deploy.stderr,
      /Make the state bucket \(npx zx scripts\/deploy\.mjs --env reviewed --only bootstrap\)/,
    );
    t.notOk(existsSync(join(build, 'bootstrap.tfstate')), 'nothing was applied');
  });

  await t.test('with a state bucket plans may be applied, and two stacks wait', async t => {
    t.equal((await runVerb('deploy', ['--only', 'bootstrap'])).exitCode, 0);
    const plan = await runVerb('plan');
    t.equal(plan.exitCode, 2, plan.stderr);
    t.strictSame(readKinds(), [
      'bootstrap planned',
      'network planned',
      'datalake planned',
      'mpp deferred',
      'ingest planned',
      'ec2 deferred',
    ]);
  });

  await t.test('refusals come before anything is applied', async t => {
    const unasked = await deployPlans();
    t.equal(unasked.exitCode, 1);
    t.match(unasked.stderr, /stack mpp, stack ec2: could not be planned yet .+ no terminal to ask at/);

    writeFileSync(configFile, config.replace('queryScanLimitGib: 1', 'queryScanLimitGib: 2'));
    const edited = await deployPlans('--allow-deferred');
    writeFileSync(configFile, config);
    t.match(edited.stderr, /config\/reviewed\.yaml: expects the config .+ got changes in storage/);

    const plan = join(plansFolder, 'network.tfplan');
    const bytes = readFileSync(plan);
    rmSync(plan);
    const missing = await deployPlans('--allow-deferred');
    writeFileSync(plan, bytes, { mode: 0o600 });
    t.match(missing.stderr, /network\.tfplan: there is no such file/);

    const manifest = readFileSync(join(plansFolder, 'manifest.json'), 'utf8');
    writeFileSync(join(plansFolder, 'manifest.json'), manifest.replaceAll('"1.11', '"1.10'));
    const older = await deployPlans('--allow-deferred');
    writeFileSync(join(plansFolder, 'manifest.json'), manifest);
    t.match(older.stderr, /toolchain: expects terraform 1\.10\S+, which was planned with, got 1\.1/);
    for (const { exitCode, stderr } of [edited, missing, older]) {
      t.equal(exitCode, 1);
      t.notMatch(stderr, /^> network$/m, 'no stack was begun');
    }
  });

  await t.test('what fits is applied as it is, deferred stacks in their turn, and proven', async t => {
    const begun = deployPlans('--allow-deferred', '--json');
    while (!existsSync(join(build, 'plans-taken/ingest.tfplan'))) await sleep(50);
    await sleep(1000);
    writeFileSync(join(plansFolder, 'ingest.tfplan'), 'exchanged while others are applied');
    const deploy = await begun;
    t.equal(deploy.exitCode, 0, deploy.stderr);
    const report = reportSchema.parse(JSON.parse(deploy.stdout));
    t.strictSame(
      report.stacks.map(({ name, outcome }) => [name, outcome]),
      stackNames.map(name => [name, name === 'bootstrap' ? 'unchanged' : 'applied']),
    );
    t.match(deploy.stderr, /^Plan of reviewed \(target local/m, 'the deferred stacks were shown');
    t.equal(report.verification?.processed.length, 3);
  });
});
