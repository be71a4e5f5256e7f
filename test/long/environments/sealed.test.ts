import { copyFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'tap';
import { parseConfig } from '../../../scripts/core/config.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { callerEnvironment } from '../../../scripts/edge/environment.ts';
import { ensureHostImage } from '../../../scripts/edge/host-image.ts';
import { ensureNodeBinary } from '../../../scripts/edge/node-binary.ts';
import { runProcess } from '../../../scripts/edge/process.ts';
import { ended, poison } from '../../helpers/clean-copy.ts';

const configFile = join(projectRoot, 'config/sealed.yaml');
const mayUnshare = process.getuid?.() === 0;

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
    ensureNodeBinary({ version, arch, cacheDir, npm: 'npm', env }),
  ]);
}

// A network namespace with nothing but its own loopback: what tried to reach anything else would fail here, whatever
// it is told by variables, and the run with it. The toolchain is there already: that step alone needs the outside.
const script = `set -e
ip link set lo up
test "$(ip -o link | wc -l)" = 1
npx zx scripts/deploy.mjs --env sealed
npx zx scripts/deploy.mjs --env sealed --only network
npx zx scripts/destroy.mjs --env sealed`;

test('the whole chain runs where nothing but loopback can be reached, with poisoned credentials', {
  skip: mayUnshare ? false : 'needs the right to make a network namespace',
}, async t => {
  await fetchForHost();
  copyFileSync(join(projectRoot, 'config/local.yaml'), configFile);
  t.teardown(() => rmSync(configFile, { force: true }));
  const result = ended(
    await runProcess({
      file: 'unshare',
      args: ['--net', 'bash', '-c', script],
      cwd: projectRoot,
      env: { ...callerEnvironment(), ...poison, npm_config_offline: 'true' },
    }),
  );
  t.equal(result.exitCode, 0, result.stderr);
  t.match(result.stderr, /Proven in \d+ s/);
  t.match(result.stderr, /Environment sealed is gone/);
  t.notOk(existsSync(join(projectRoot, 'build/sealed/emulator')));
});
