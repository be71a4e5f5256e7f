import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { installerEnvironment, readVariable } from '../environment.ts';
import { readText, writeFile } from '../files.ts';
import { describeResult, hasSucceeded, runProcess } from '../process.ts';

const registry = 'registry.terraform.io';
const provider = `${registry}/hashicorp/aws`;

type Input = {
  readonly root: string;
  readonly cacheDir: string;
  readonly terraformFile: string;
  readonly logFile: string;
};

/** The AWS provider's version, as the committed lock file pins it. */
export function pinnedProviderVersion(root: string): string {
  const path = 'terraform/bootstrap/.terraform.lock.hcl';
  const version = readText(join(root, path))?.match(/hashicorp\/aws"\s*\{\s*version\s*=\s*"([^"]+)"/)?.[1];
  if (version === undefined)
    throw new Failure({ where: path, what: 'expects a pinned version of hashicorp/aws, got none' });
  return version;
}

/**
 * The folder that serves as Terraform's file system mirror and holds the pinned AWS provider, unpacked. It is fetched
 * from the registry once; where that cannot be reached, any unpacked mirror of this machine serves.
 * @throws Failure when neither has the pinned version
 */
export async function ensureProviderMirror(input: Input): Promise<string> {
  const version = pinnedProviderVersion(input.root);
  const holds = (folder: string) => existsSync(join(folder, provider, version, platformName()));
  const noteFile = join(input.cacheDir, 'provider-mirror');
  const known = readText(noteFile);
  if (known !== undefined && holds(known)) return known;
  const fetched = join(input.cacheDir, 'providers');
  const failure = holds(fetched) ? undefined : await fetchFromRegistry(input, version, fetched);
  const found = holds(fetched) ? fetched : mirrorCandidates().find(holds);
  if (found === undefined) {
    throw new Failure({
      where: 'terraform provider',
      what: `hashicorp/aws ${version} is neither in the registry (${failure ?? 'not reached'}) nor in a mirror on this machine`,
      hint: `Unpack it to ~/.terraform.d/plugins/${provider}/${version}/${platformName()}/, or connect to the registry and run again.`,
    });
  }
  writeFile(noteFile, found);
  return found;
}

/** Folders that may hold a `registry.terraform.io/` tree: Terraform's own implied mirrors, plugin caches, add-on folders. */
export function mirrorCandidates(
  addOnRoots: readonly string[] = [
    '/opt',
    '/srv',
    '/usr/local',
    '/usr/local/lib',
    '/usr/local/share',
    '/usr/share',
    '/usr/lib',
    '/var/lib',
    homedir(),
  ],
): readonly string[] {
  const dataDirs = [
    readVariable('XDG_DATA_HOME') ?? join(homedir(), '.local/share'),
    ...(readVariable('XDG_DATA_DIRS') ?? '/usr/local/share:/usr/share').split(':'),
  ];
  const cliConfig = readText(readVariable('TF_CLI_CONFIG_FILE') ?? join(homedir(), '.terraformrc')) ?? '';
  const configured = [...cliConfig.matchAll(/^\s*(?:plugin_cache_dir|path)\s*=\s*"([^"]+)"/gm)].map(
    ([, path = '']) => path.replace(/^(\$HOME|~)(?=\/)/, homedir()),
  );
  const cache = readVariable('TF_PLUGIN_CACHE_DIR');
  const implied = [
    join(homedir(), '.terraform.d/plugins'),
    ...dataDirs.map(dir => join(dir, 'terraform/plugins')),
  ];
  const addOns = addOnRoots.flatMap(folder => [folder, ...foldersIn(folder)]);
  const nested = addOnRoots.flatMap(folder => foldersIn(folder)).flatMap(foldersIn);
  return [...(cache === undefined ? [] : [cache]), ...configured, ...implied, ...addOns, ...nested].filter(
    folder => existsSync(join(folder, registry)),
  );
}

/** Terraform's name of this platform, like linux_amd64. */
function platformName(): string {
  return `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .slice(0, 500)
      .map(entry => join(folder, entry.name));
  } catch {
    return []; // not there, or not ours to read: it holds no mirror for us
  }
}

/** Fills the folder through a plugin cache. Returns why it could not, or undefined. */
async function fetchFromRegistry(input: Input, version: string, folder: string): Promise<string | undefined> {
  const unreachable = await fetch(`https://${registry}/.well-known/terraform.json`, {
    signal: AbortSignal.timeout(4_000),
  })
    .then(response => (response.ok ? undefined : `HTTP ${response.status}`))
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  if (unreachable !== undefined) return unreachable;
  const scratch = mkdtempSync(join(tmpdir(), 'millrace-provider-'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(scratch, 'main.tf'),
    `terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws", version = "${version}" }\n  }\n}\n`,
  );
  try {
    const result = await runProcess({
      file: input.terraformFile,
      args: ['init', '-input=false', '-no-color'],
      cwd: scratch,
      env: { ...installerEnvironment(), TF_PLUGIN_CACHE_DIR: folder, CHECKPOINT_DISABLE: '1' },
      logFile: input.logFile,
    });
    return hasSucceeded(result) ? undefined : describeResult(result);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
