import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { parseConfig } from '../../../scripts/core/config.ts';
import { reportSchema } from '../../../scripts/core/report.ts';
import { reviewSchema } from '../../../scripts/core/review/model.ts';
import { stackNames } from '../../../scripts/core/stacks.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { callerEnvironment } from '../../../scripts/edge/environment.ts';
import { ensureHostImage } from '../../../scripts/edge/host-image.ts';
import { ensureNodeBinary } from '../../../scripts/edge/node-binary.ts';
import { runProcess } from '../../../scripts/edge/process.ts';
import { ended, poison } from '../../helpers/clean-copy.ts';
import { inHost } from '../../helpers/deployed-host.ts';

const build = join(projectRoot, 'build/sealed');
const configFile = join(projectRoot, 'config/sealed.yaml');
const plansFolder = join(build, 'plans');
const namespace = `millrace-${process.pid}`;
const mayMakeNetworks = process.getuid?.() === 0;

/** What the toolchain step fetches beside the tests' own tools: afterwards nothing is needed from outside. */
async function fetchForHost(): Promise<void> {
  const cacheDir = join(projectRoot, 'build/.cache');
  const env = callerEnvironment();
  const version = parseConfig(
    readFileSync(join(projectRoot, 'config/local.yaml'), 'utf8'),
    'config/local.yaml',
  ).worker.nodeVersion;
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  await Promise.all([
    ensureHostImage({ cacheDir, env }),
    ensureNodeBinary({
      version,
      arch,
      cacheDir,
      npm: 'npm',
      python: join(projectRoot, '.venv/bin/python'),
      env,
    }),
  ]);
}

async function run(argv: readonly string[]) {
  const [file = '', ...args] = argv;
  const env = { ...callerEnvironment(), ...poison, npm_config_offline: 'true' };
  return ended(await runProcess({ file, args, cwd: projectRoot, env }));
}

/**
 * In a network namespace with nothing but its own loopback: what tried to reach anything else would fail there, whatever
 * it is told by variables. Not by `ip netns exec`, whose mounts end with it: the host's stay.
 */
const runSealed = (...argv: string[]) => run(['nsenter', `--net=/run/netns/${namespace}`, ...argv]);
const runVerb = (verb: string, ...args: string[]) =>
  runSealed('npx', 'zx', `scripts/${verb}.mjs`, '--env', 'sealed', ...args);

const deployPlans = (...args: string[]) => runVerb('deploy', '--plans', plansFolder, ...args);
const readKinds = () =>
  reviewSchema
    .parse(JSON.parse(readFileSync(join(build, 'plan.json'), 'utf8')))
    .stacks.map(({ stack, kind }) => `${stack} ${kind}`);

// A proof that does not hold takes its whole time, and on a slow machine a deploy takes long.
t.setTimeout(1_800_000);

t.test(
  'where nothing but loopback can be reached, with poisoned credentials, an environment is deployed by reviewed plans',
  {
    skip: mayMakeNetworks ? false : 'needs the right to make a network namespace',
  },
  async t => {
    await fetchForHost();
    const config = readFileSync(join(projectRoot, 'config/local.yaml'), 'utf8');
    writeFileSync(configFile, config);
    t.teardown(async () => {
      if (existsSync(join(build, 'emulator'))) await runVerb('destroy');
      await run(['ip', 'netns', 'delete', namespace]);
      rmSync(configFile, { force: true });
    });
    const made = await run(['ip', 'netns', 'add', namespace]);
    t.equal(made.exitCode, 0, made.stderr);
    t.equal((await runSealed('ip', 'link', 'set', 'lo', 'up')).exitCode, 0);
    const links = await runSealed('ip', '-o', 'link');
    t.equal(links.stdout.trim().split('\n').length, 1, links.stdout);

    await t.test('previews are shown and never applied', async t => {
      const plan = await runVerb('plan');
      t.equal(plan.exitCode, 2, plan.stderr);
      const deploy = await deployPlans();
      t.equal(deploy.exitCode, 1);
      t.match(deploy.stderr, /stack bootstrap, stack network, .+: the plan is a preview/);
      t.match(
        deploy.stderr,
        /Make the state bucket \(npx zx scripts\/deploy\.mjs --env sealed --only bootstrap\)/,
      );
      t.notOk(existsSync(join(build, 'bootstrap.tfstate')), 'nothing was applied');
    });

    await t.test('with a state bucket plans may be applied, and two stacks wait', async t => {
      t.equal((await runVerb('deploy', '--only', 'bootstrap')).exitCode, 0);
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
      t.match(edited.stderr, /config\/sealed\.yaml: expects the config .+ got changes in storage/);

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
      t.match(deploy.stderr, /^Plan of sealed \(target local/m, 'the deferred stacks were shown');
      t.equal(report.verification?.processed.length, 3);
    });

    await t.test('with a stopped cron the proof does not hold, whatever earlier runs have left', async t => {
      const host = { root: projectRoot, environment: 'sealed' };
      // Stopped, not ended: an ended cron the playbook would start again, as it should.
      const stopped = ended(await inHost(['pkill', '-STOP', '-x', 'cron'], host));
      t.equal(stopped.exitCode, 0, stopped.stderr);
      t.teardown(() => inHost(['pkill', '-CONT', '-x', 'cron'], host));

      const result = await runVerb('deploy', '--json');
      t.equal(result.exitCode, 1);
      const report = reportSchema.parse(JSON.parse(result.stdout));
      t.same(report.verification?.processed, [], 'the files of earlier proofs count for nothing');
      t.equal(report.verification?.waiting.length, 4);
      t.match(result.stderr, /^error: proof: does not hold:/m);
      t.match(result.stderr, /is still in input\/ after 1[5-9]\d s/);
      t.match(result.stderr, /worker\.log/, 'and says where to look');
    });

    await t.test('and is destroyed', async t => {
      const destroyed = await runVerb('destroy');
      t.equal(destroyed.exitCode, 0, destroyed.stderr);
      t.match(destroyed.stderr, /Environment sealed is gone/);
      t.notOk(existsSync(join(build, 'emulator')));
    });
  },
);
