/** Runs folders of tests and ends with one line over all: `N passed, N failed`. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderFailure } from '../scripts/core/failure.ts';
import { projectRoot } from '../scripts/edge/entry.ts';
import { callerEnvironment } from '../scripts/edge/environment.ts';
import { writeFile } from '../scripts/edge/files.ts';
import { ensureHostImage } from '../scripts/edge/host-image.ts';
import { runProcess } from '../scripts/edge/process.ts';
import { renderTemplate } from '../scripts/edge/templates.ts';
import { ensureBrowser } from '../scripts/edge/toolchain/browser.ts';
import { ensurePostgres } from '../scripts/edge/toolchain/postgres.ts';
import { ensureSparkPackages, ensureSparkToolchain } from '../scripts/edge/toolchain/spark.ts';
import { ensureSystemPackages, ensureToolchain } from '../scripts/edge/toolchain.ts';

type Group = {
  readonly name: string;
  readonly folder: string;
  readonly lane: 'environments' | 'others';
  /** Whether it uses the tools of this clone. */
  readonly needsTools: boolean;
  /** Whether the container host's image is built first: two files would build it at the same time. */
  readonly needsHostImage?: true;
  /** Whether it opens pages. */
  readonly needsBrowser?: true;
  /** Whether its files go in the order of their names: tap begins them in whatever order it has looked at them. */
  readonly isOrdered?: true;
  /** Files at a time, one if absent: more only where they wait much, or they take the processors from the other lane. */
  readonly jobs?: number;
};

/**
 * Tests that deploy whole environments wait much, so the other tests run beside them. The end-to-end tests go in a clone
 * with tools of its own, one after another: they share it. The long ones have an environment each, so two go at a time.
 */
const groups: Readonly<Record<string, Group>> = {
  unit: { name: 'unit', folder: 'test/unit', lane: 'others', needsTools: true },
  emulator: { name: 'emulator', folder: 'test/emulator', lane: 'others', needsTools: true },
  e2e: { name: 'e2e', folder: 'test/e2e', lane: 'environments', needsTools: false, isOrdered: true },
  // In this lane for the time alone: both then take about as long.
  jobs: { name: 'jobs', folder: 'test/spark', lane: 'environments', needsTools: true },
  environments: {
    name: 'environments',
    folder: 'test/long/environments',
    lane: 'environments',
    needsTools: true,
    needsHostImage: true,
    jobs: 2,
  },
  estate: {
    name: 'estate',
    folder: 'test/long/estate',
    lane: 'others',
    needsTools: true,
    needsBrowser: true,
  },
  worker: { name: 'worker', folder: 'test/long/worker', lane: 'others', needsTools: true },
  'jobs-long': {
    name: 'jobs-long',
    folder: 'test/long/spark',
    lane: 'environments',
    needsTools: true,
  },
};

const logDir = join(projectRoot, 'build/test');

/**
 * What every test inherits. A provider of Terraform lives for seconds, and a third of them it spends on looking for
 * memory to free: at four times the default that is hardly anything, and its peak is the same.
 */
const testEnvironment = { GOGC: '400', ...callerEnvironment() };

async function main(names: readonly string[]): Promise<number> {
  const wanted = names.map(name => {
    const group = groups[name];
    if (group === undefined)
      throw new Error(`expected one of ${Object.keys(groups).join(', ')}, got ${name}`);
    return group;
  });
  mkdirSync(logDir, { recursive: true });
  const say = (message: string) => process.stdout.write(`${message}\n`);
  const tools = {
    root: projectRoot,
    cacheDir: join(projectRoot, 'build/.cache'),
    logDir,
    needsContainer: true,
    report: say,
  };
  // What every clone on the machine shares comes first: the clone of the end-to-end tests would install it too.
  await ensureSystemPackages(tools);
  await ensureSparkPackages(tools);
  await ensurePostgres(tools);
  if (wanted.some(group => group.needsBrowser === true)) await ensureBrowser(tools);
  const prepared = wanted.some(group => group.needsTools)
    ? prepareThisClone(tools)
    : Promise.resolve(testEnvironment);
  const runLane = async (lane: Group['lane']) => {
    const results: Result[] = [];
    for (const group of wanted.filter(group => group.lane === lane)) {
      const env = group.needsTools ? await prepared : testEnvironment;
      if (group.needsHostImage === true) await ensureHostImage({ cacheDir: tools.cacheDir, env });
      results.push(await runGroup(group, env, say));
    }
    return results;
  };
  const results = (await Promise.all([runLane('environments'), runLane('others')])).flat();
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  say(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 && results.every(result => result.exitCode === 0) ? 0 : 1;
}

/** Gives the tests' environment; Terraform's own tests find the provider as a deploy does. */
async function prepareThisClone(
  tools: Parameters<typeof ensureToolchain>[0],
): Promise<Readonly<Record<string, string>>> {
  const { providerMirror } = await ensureToolchain(tools);
  await ensureSparkToolchain(tools);
  const cliConfig = join(logDir, 'terraform.rc');
  writeFile(cliConfig, renderTemplate(projectRoot, 'terraform.rc', { providerMirror }));
  return { ...testEnvironment, TF_CLI_CONFIG_FILE: cliConfig, CHECKPOINT_DISABLE: '1' };
}

type Result = { readonly passed: number; readonly failed: number; readonly exitCode: number };

async function runGroup(
  group: Group,
  env: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<Result> {
  const began = Date.now();
  const logFile = join(logDir, `${group.name}.tap`);
  writeFile(logFile, '');
  say(`> ${group.name}`);
  const exitCodes: number[] = [];
  for (const target of targetsOf(group)) {
    const result = await runProcess({
      file: join(projectRoot, 'node_modules/.bin/tap'),
      args: ['--reporter=tap', `--jobs=${group.jobs ?? 1}`, target],
      cwd: projectRoot,
      env,
      logFile,
      onStdoutLine: line => {
        if (/^(not )?ok \d+ - /.test(line)) say(`  ${line}`);
      },
    });
    exitCodes.push(result.kind === 'exited' ? result.exitCode : 1);
  }
  const text = readFileSync(logFile, 'utf8');
  const leaves = countAssertions(text);
  const exitCode = exitCodes.find(code => code !== 0) ?? 0;
  const failed = Math.max(leaves.failed, exitCode === 0 ? 0 : 1);
  say(
    `${failed === 0 ? '+' : 'x'} ${group.name}: ${leaves.passed} passed, ${failed} failed, ${Math.round((Date.now() - began) / 1000)} s`,
  );
  for (const skip of skipsOf(text)) say(`- skipped: ${skip}`);
  if (failed > 0) say(failuresOf(text));
  return { passed: leaves.passed, failed, exitCode };
}

function targetsOf({ folder, isOrdered }: Group): readonly string[] {
  if (isOrdered !== true) return [folder];
  return readdirSync(join(projectRoot, folder))
    .filter(name => name.endsWith('.test.ts'))
    .sort()
    .map(name => `${folder}/${name}`);
}

/** Assertions, not the files and subtests around them: those are followed by a time and a brace, or stand at the margin. */
function countAssertions(tap: string): { readonly passed: number; readonly failed: number } {
  const lines = tap
    .split('\n')
    .filter(line => /^ +(not )?ok \d+/.test(line) && !/# time=/.test(line) && !/# SKIP/i.test(line));
  const failed = lines.filter(line => /^ +not ok/.test(line)).length;
  return { passed: lines.length - failed, failed };
}

/** What was not run and why: a run is no proof of it. */
function skipsOf(tap: string): readonly string[] {
  const skips = tap.matchAll(/^ *ok \d+ - (.*?) # SKIP(?: (.*))?$/gim);
  return [...skips].map(([, name, reason]) => `${name}: ${reason ?? 'no reason given'}`);
}

/** The failed assertions with their diagnostics, for the terminal of a machine whose log files are not kept. */
function failuresOf(tap: string): string {
  const lines = tap.split('\n');
  const starts = lines.flatMap((line, index) => (/^\s*not ok/.test(line) ? [index] : []));
  return starts
    .slice(0, 40)
    .map(start => lines.slice(start, start + 40).join('\n'))
    .join('\n')
    .slice(0, 40_000);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stdout.write(`error: ${renderFailure(error, true)}\n0 passed, 1 failed\n`);
  process.exitCode = 1;
}
