import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig } from '../../../scripts/core/config.ts';
import { reportSchema } from '../../../scripts/core/report.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { callerEnvironment } from '../../../scripts/edge/environment.ts';
import { ensureHostImage } from '../../../scripts/edge/host-image.ts';
import { ensureNodeBinary } from '../../../scripts/edge/node-binary.ts';
import { runProcess } from '../../../scripts/edge/process.ts';
import { ended, poison } from '../../helpers/clean-copy.ts';
import { inHost } from '../../helpers/deployed-host.ts';

const configFile = join(projectRoot, 'config/sealed.yaml');
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

// A proof that does not hold takes its whole time, and on a slow machine a deploy takes long.
t.setTimeout(1_800_000);

t.test(
  'where nothing but loopback can be reached, with poisoned credentials',
  {
    skip: mayMakeNetworks ? false : 'needs the right to make a network namespace',
  },
  async t => {
    await fetchForHost();
    copyFileSync(join(projectRoot, 'config/local.yaml'), configFile);
    t.teardown(async () => {
      if (existsSync(join(projectRoot, 'build/sealed/emulator'))) await runVerb('destroy');
      await run(['ip', 'netns', 'delete', namespace]);
      rmSync(configFile, { force: true });
    });
    const made = await run(['ip', 'netns', 'add', namespace]);
    t.equal(made.exitCode, 0, made.stderr);
    t.equal((await runSealed('ip', 'link', 'set', 'lo', 'up')).exitCode, 0);
    const links = await runSealed('ip', '-o', 'link');
    t.equal(links.stdout.trim().split('\n').length, 1, links.stdout);

    await t.test('the whole chain is deployed and proven', async t => {
      const deployed = await runVerb('deploy');
      t.equal(deployed.exitCode, 0, deployed.stderr);
      t.match(deployed.stderr, /Proven in \d+ s/);
      const again = await runVerb('deploy', '--only', 'network');
      t.equal(again.exitCode, 0, again.stderr);
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
      t.notOk(existsSync(join(projectRoot, 'build/sealed/emulator')));
    });
  },
);
