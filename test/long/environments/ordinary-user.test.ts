import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import t, { test } from 'tap';
import { reportSchema } from '../../../scripts/core/report.ts';
import { callerEnvironment } from '../../../scripts/edge/environment.ts';
import { runProcess } from '../../../scripts/edge/process.ts';
import { copyProject, ended, poison } from '../../helpers/clean-copy.ts';
import { commandLine, processesNaming } from '../../helpers/processes.ts';

const isRoot = process.getuid?.() === 0;
const user = `millrace-${process.pid}`;

/** The caller's settings without those that lie in the caller's own home, or are for the caller's own children. */
function environmentOf(home: string): Record<string, string> {
  const { HOME: ownHome = '/root', PATH = '', ...others } = callerEnvironment();
  const kept = Object.entries(others).filter(
    ([name]) => !/^(npm_|XDG_|TF_|INIT_CWD|NODE_OPTIONS|_TAPJS)/.test(name),
  );
  const path = PATH.split(delimiter).filter(folder => !folder.startsWith(ownHome));
  return {
    ...Object.fromEntries(kept),
    ...poison,
    HOME: home,
    USER: user,
    LOGNAME: user,
    PATH: path.join(delimiter),
  };
}

async function run(argv: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
  const [file = '', ...args] = argv;
  return ended(await runProcess({ file, args, env: callerEnvironment(), ...options }));
}

// Everything is installed anew, as on a new machine: on a slow one that takes long.
t.setTimeout(1_800_000);

test('an ordinary user goes from a clone to processed files with a rootless engine, and back', {
  skip: isRoot ? false : 'needs the right to make a user',
}, async t => {
  const place = mkdtempSync(join(tmpdir(), 'millrace-user-'));
  chmodSync(place, 0o755);
  const [home, env] = [join(place, 'home'), environmentOf(join(place, 'home'))];
  const clone = join(home, 'clone');
  t.equal((await run(['useradd', '--create-home', '--home-dir', home, user])).exitCode, 0);
  t.teardown(async () => {
    await run(['runuser', '-u', user, '--', 'sh', '-c', 'kill -KILL -1']);
    await run(['userdel', '--force', user]);
    rmSync(place, { recursive: true, force: true });
  });
  await copyProject(clone);
  t.equal((await run(['chown', '-R', `${user}:`, home])).exitCode, 0);
  const asUser = (...argv: string[]) => run(['runuser', '-u', user, '--', ...argv], { cwd: clone, env });

  t.equal((await asUser('npm', 'ci')).exitCode, 0);
  const deployed = await asUser('npx', 'zx', 'scripts/deploy.mjs');
  t.equal(deployed.exitCode, 0, deployed.stderr);
  const report = reportSchema.parse(JSON.parse(readFileSync(join(clone, 'build/local/report.json'), 'utf8')));
  t.equal(report.verification?.processed.length, 3);
  const container = join(clone, 'build/local/host');
  const others = await run(['find', clone, '-path', container, '-prune', '-o', '!', '-user', user, '-print']);
  t.equal(others.stdout, '', 'every file outside the container is its own');

  const destroyed = await asUser('npx', 'zx', 'scripts/destroy.mjs');
  t.equal(destroyed.exitCode, 0, destroyed.stderr);
  t.notOk(existsSync(container), 'files of the user namespace are gone too');
  t.same(processesNaming([clone]).map(commandLine), [], 'no process of the clone is left');
});
