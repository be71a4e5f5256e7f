import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'tap';
import { reportSchema } from '../../scripts/core/report.ts';
import { copyRoot, ended, runVerb } from '../helpers/clean-copy.ts';
import { commandLine, processesNaming } from '../helpers/processes.ts';

const build = join(copyRoot, 'build/cutoff');
const configFile = join(copyRoot, 'config/cutoff.yaml');
const log = join(build, 'logs/bootstrap.log');

/** Waits until Terraform's log of bootstrap tells that a resource is done. */
async function untilLogged(text: RegExp): Promise<void> {
  const end = Date.now() + 90_000;
  while (!(existsSync(log) && text.test(readFileSync(log, 'utf8')))) {
    if (Date.now() > end) throw new Error(`never logged: ${text}`);
    await sleep(50);
  }
}

test('a first run that is killed while it makes the state bucket is adopted by the next', async t => {
  writeFileSync(configFile, readFileSync(join(copyRoot, 'config/local.yaml')));
  const killed = runVerb('deploy', ['--env', 'cutoff']);
  await untilLogged(/module\.state_bucket\.aws_s3_bucket\.this: Creation complete/);
  // Of this clone alone: somebody else's deploy may run beside.
  const isOurs = (pid: number) => /scripts\/deploy\.mjs|plans\/bootstrap\.tfplan/.test(commandLine(pid));
  for (const pid of processesNaming([copyRoot]).filter(isOurs)) process.kill(pid, 'SIGKILL');
  await killed;
  // The worst case: the bucket stands, and no state at all tells of it.
  await sleep(500);
  rmSync(join(build, 'bootstrap.tfstate'), { force: true });

  const next = ended(await runVerb('deploy', ['--env', 'cutoff', '--only', 'bootstrap', '--json']));
  t.equal(next.exitCode, 0, next.stderr);
  t.match(next.stderr, /bootstrap: adopted module\.state_bucket\.aws_s3_bucket\.this/);
  const [bootstrap] = reportSchema.parse(JSON.parse(next.stdout)).stacks;
  t.equal(bootstrap?.outcome, 'applied');
  t.notOk(existsSync(join(build, 'bootstrap.tfstate')), 'the state has moved into its bucket');

  const again = ended(await runVerb('deploy', ['--env', 'cutoff', '--only', 'bootstrap', '--json']));
  t.equal(reportSchema.parse(JSON.parse(again.stdout)).stacks[0]?.outcome, 'unchanged', again.stderr);
});

test('an emulator that dies half-way ends the run with one clear error', async t => {
  const running = runVerb('deploy', ['--env', 'cutoff']);
  const networkLog = join(build, 'logs/network.log');
  const end = Date.now() + 90_000;
  while (
    !(existsSync(networkLog) && /Creating\.\.\./.test(readFileSync(networkLog, 'utf8'))) &&
    Date.now() < end
  )
    await sleep(50);
  process.kill(Number(readFileSync(join(build, 'emulator/pid'), 'utf8')), 'SIGKILL');
  const result = ended(await running);
  t.equal(result.exitCode, 1);
  t.equal([...result.stderr.matchAll(/^error: /gm)].length, 1, result.stderr);
  t.match(
    result.stderr,
    /^error: emulator: has ended in the middle of the run\n +Its output: .+emulator\.log/m,
  );
});

test('the next command notices, wipes the environment and says so', async t => {
  const result = ended(await runVerb('destroy', ['--env', 'cutoff', '--confirm', 'cutoff']));
  t.equal(result.exitCode, 0, result.stderr);
  t.match(result.stderr, /ended without writing its state: this local environment is wiped/);
  rmSync(configFile);
});
