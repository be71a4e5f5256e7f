/** The gate: npm run check. Every check runs, whatever the one before said; the last line counts them. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Failure, renderFailure } from '../scripts/core/failure.ts';
import { stackNames } from '../scripts/core/stacks.ts';
import { bundlePrograms } from '../scripts/edge/bundle.ts';
import { projectRoot } from '../scripts/edge/entry.ts';
import { callerEnvironment, cleanEnvironment } from '../scripts/edge/environment.ts';
import { readText, writeFile } from '../scripts/edge/files.ts';
import { describeResult, hasSucceeded, runProcess } from '../scripts/edge/process.ts';
import { renderTemplate } from '../scripts/edge/templates.ts';
import { mirrorTerraform } from '../scripts/edge/terraform-tree.ts';
import { ensureToolchain, type Toolchain } from '../scripts/edge/toolchain.ts';
import { ensureAnsibleLint } from './helpers/ansible-lint.ts';
import { findRoomFaults, readSources } from './helpers/import-graph.ts';
import { schemaFiles } from './helpers/write-schemas.ts';

type Check = { readonly name: string; readonly run: () => Promise<void> };

const checkDir = join(projectRoot, 'build/check');
const say = (message: string) => void process.stdout.write(`${message}\n`);

async function main(): Promise<number> {
  mkdirSync(checkDir, { recursive: true });
  const toolchain = await ensureToolchain({
    root: projectRoot,
    cacheDir: join(projectRoot, 'build/.cache'),
    logDir: checkDir,
    needsContainer: false,
    report: say,
  });
  const checks = [
    ...languageChecks(),
    ...terraformChecks(toolchain),
    ...ansibleChecks(toolchain),
    { name: 'rooms and doors', run: checkRooms },
    { name: 'schemas are up to date', run: checkSchemas },
    { name: 'no trace of a machine', run: checkTraces },
  ];
  let failed = 0;
  for (const check of checks) if (!(await runCheck(check))) failed += 1;
  say(`${checks.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function runCheck(check: Check): Promise<boolean> {
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  try {
    await check.run();
    say(`+ ${check.name} ${seconds()}`);
    return true;
  } catch (error) {
    say(`x ${check.name} ${seconds()}\n  ${renderFailure(error).replaceAll('\n', '\n  ')}`);
    return false;
  }
}

function languageChecks(): readonly Check[] {
  const bin = (name: string) => join(projectRoot, 'node_modules/.bin', name);
  const env = callerEnvironment();
  return [
    {
      name: 'format and lint (biome)',
      run: () => runTool([bin('biome'), 'ci', '--colors=off', '.'], env, 'Run: npm run format'),
    },
    { name: 'types (tsc)', run: () => runTool([bin('tsc'), '--noEmit'], env) },
  ];
}

function terraformChecks(toolchain: Toolchain): readonly Check[] {
  const terraform = toolchain.terraform.file;
  const env = {
    ...cleanEnvironment(),
    TF_CLI_CONFIG_FILE: join(checkDir, 'terraform.rc'),
    TF_DATA_DIR: '.terraform-check',
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
  };
  return [
    {
      name: 'terraform fmt',
      run: () =>
        runTool([terraform, 'fmt', '-check', '-diff', '-recursive', 'terraform'], env, 'Run: npm run format'),
    },
    {
      name: 'terraform mirror',
      run: async () => {
        const rc = renderTemplate(projectRoot, 'terraform.rc', { providerMirror: toolchain.providerMirror });
        writeFile(env.TF_CLI_CONFIG_FILE, rc);
        // Validation evaluates the hashes of the programs' zips.
        await bundlePrograms({ root: projectRoot, outDir: join(projectRoot, 'dist') });
        mirrorTerraform({ root: projectRoot, into: checkDir, withEmulatorOverrides: false });
      },
    },
    ...stackNames.map(stack => ({
      name: `terraform validate ${stack}`,
      run: async () => {
        const chdir = `-chdir=${join(checkDir, 'terraform', stack)}`;
        const init = ['init', '-backend=false', '-input=false', '-no-color', '-lockfile=readonly'];
        await runTool([terraform, chdir, ...init], env);
        await runTool([terraform, chdir, 'validate', '-no-color'], env);
      },
    })),
  ];
}

function ansibleChecks(toolchain: Toolchain): readonly Check[] {
  const inventory = join(checkDir, 'inventory.yml');
  const base = cleanEnvironment();
  const env = { ...base, LC_ALL: 'C.UTF-8', ANSIBLE_NOCOLOR: '1' };
  return [
    {
      name: 'ansible syntax',
      run: async () => {
        writeFile(inventory, 'worker:\n  hosts:\n    example:\n');
        const playbook = join(toolchain.venvBin, 'ansible-playbook');
        await runTool([playbook, '-i', inventory, '--syntax-check', 'ansible/playbook.yml'], env);
      },
    },
    {
      name: 'ansible-lint',
      run: async () => {
        const bin = await ensureAnsibleLint(projectRoot, join(checkDir, 'ansible-lint.log'));
        const path = `${bin}:${base['PATH'] ?? ''}`;
        await runTool([join(bin, 'ansible-lint'), '-c', 'ansible/.ansible-lint', '--nocolor', 'ansible'], {
          ...env,
          PATH: path,
        });
      },
    },
  ];
}

async function checkRooms(): Promise<void> {
  const faults = findRoomFaults(readSources(projectRoot));
  if (faults.length === 0) return;
  throw new Failure({
    where: 'imports',
    what: `expects the rules of the rooms to hold, got\n${faults.join('\n')}`,
    hint: 'The rules: CONTRIBUTING.md, "Rules of the rooms".',
  });
}

async function checkSchemas(): Promise<void> {
  const stale = schemaFiles.filter(({ path, text }) => readText(path) !== text).map(({ path }) => path);
  if (stale.length === 0) return;
  throw new Failure({
    where: 'scripts/core/schema',
    what: `expects what the code declares, got other text in\n${stale.join('\n')}`,
    hint: 'Run: npx tsx test/helpers/write-schemas.ts',
  });
}

/** What names one person's machine, or the package index it happens to use: such a clone works nowhere else. */
const traces: readonly { readonly files: RegExp; readonly pattern: RegExp }[] = [
  {
    files: /./,
    pattern: /(?<![\w.}])\/(?:home|Users)\/(?!me\/)[\w.-]+\/|(?<![\w.}])\/root\/|[A-Z]:\\Users\\/,
  },
  { files: /^package-lock\.json$/, pattern: /"resolved": "https?:/ },
  { files: /^\.npmrc$/, pattern: /registry *=/ },
  {
    files: /^requirements.*\.(txt|in)$/,
    pattern: /^ *(?:-i|-f|--(?:extra-)?index-url|--find-links|--trusted-host)\b/,
  },
];
const ownFolders = /^(node_modules|build|dist|\.git|\.tap|\.venv.*|\.terraform.*|__pycache__)$/;

async function checkTraces(): Promise<void> {
  const found = listFiles(projectRoot).flatMap(path => {
    const name = relative(projectRoot, path);
    const patterns = traces.filter(({ files }) => files.test(name)).map(({ pattern }) => pattern);
    return (readText(path) ?? '')
      .split('\n')
      .flatMap((line, index) =>
        patterns.some(pattern => pattern.test(line))
          ? [`${name}:${index + 1}: ${line.trim().slice(0, 120)}`]
          : [],
      );
  });
  if (found.length === 0) return;
  throw new Failure({
    where: 'the project',
    what: `expects no path or index of one machine, got\n${found.join('\n')}`,
  });
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ownFolders.test(entry.name) ? [] : listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Runs one tool in the root. @throws Failure with what the tool said */
async function runTool(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  hint?: string,
): Promise<void> {
  const [file = '', ...args] = argv;
  const result = await runProcess({ file, args, env, cwd: projectRoot, timeoutMs: 300_000 });
  if (hasSucceeded(result)) return;
  const said = result.kind === 'spawn-failed' ? '' : `${result.stdout}${result.stderr}`.trim();
  throw new Failure({
    where: file,
    what: `${describeResult(result)}${said === '' ? '' : `\n${said}`}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  say(`error: ${renderFailure(error, true)}\n0 passed, 1 failed`);
  process.exitCode = 1;
}
