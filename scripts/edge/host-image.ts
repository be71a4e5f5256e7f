/** The root file system of the container host, built from this machine's own package sources. */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AptSource,
  parseAptDeb822,
  parseAptList,
  renderDistributionSources,
} from '../core/apt-sources.ts';
import { Failure } from '../core/failure.ts';
import {
  containerRecipe,
  type HostRecipe,
  hostImageArgv,
  hostImageKey,
  parseSuite,
} from '../core/host-image.ts';
import { describeResult, hasSucceeded, runProcess } from './process.ts';

export type HostImage = { readonly key: string; readonly tarFile: string };

/**
 * Builds the tar unless one with the same content key lies in `cacheDir` (about 240 MB, half a minute).
 * @throws Failure when this machine's system or package sources cannot be used, or mmdebstrap fails
 */
export async function ensureHostImage(input: {
  readonly cacheDir: string;
  /** The environment of apt's programs: the caller's own, since it may hold a proxy. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile?: string;
  readonly recipe?: HostRecipe;
}): Promise<HostImage> {
  const { recipe = containerRecipe } = input;
  const { suite, sources } = await readDistribution();
  const key = hostImageKey({ recipe, suite, sources });
  const tarFile = join(input.cacheDir, `host-${key}.tar`);
  if (existsSync(tarFile)) return { key, tarFile };
  await mkdir(input.cacheDir, { recursive: true });
  const unfinished = `${tarFile}.${process.pid}`;
  try {
    const mode = process.getuid?.() === 0 ? 'root' : 'unshare';
    const built = await runProcess({
      file: 'mmdebstrap',
      args: hostImageArgv({ recipe, suite, tarFile: unfinished, mode }),
      env: input.env,
      input: sources,
      timeoutMs: 600_000,
      ...(input.logFile === undefined ? {} : { logFile: input.logFile }),
    });
    if (!hasSucceeded(built)) {
      throw new Failure({
        where: 'mmdebstrap',
        what: `cannot build the host's root file system: ${describeResult(built)}`,
        hint: input.logFile === undefined ? 'Try: apt-get update' : `See ${input.logFile}`,
      });
    }
    await rename(unfinished, tarFile);
  } finally {
    await rm(unfinished, { force: true });
  }
  return { key, tarFile };
}

async function readDistribution(): Promise<{ suite: string; sources: string }> {
  const suite = parseSuite(await readFile('/etc/os-release', 'utf8').catch(emptyWhenMissing));
  if (suite === undefined) {
    throw new Failure({
      where: '/etc/os-release',
      what: 'expected a VERSION_CODENAME, got none: the container host is built on Debian and Ubuntu only',
    });
  }
  const sources = renderDistributionSources(await readSources('/etc/apt'), suite);
  if (sources === '') {
    throw new Failure({
      where: '/etc/apt/sources.list.d',
      what: `expected a source with component main for ${suite}, got none`,
    });
  }
  return { suite, sources };
}

async function readSources(folder: string): Promise<AptSource[]> {
  const parts = join(folder, 'sources.list.d');
  const names = (await readdir(parts).catch(() => [])).sort(); // no such folder: sources.list has them all
  const read = (path: string) => readFile(path, 'utf8').catch(emptyWhenMissing);
  const texts = names.map(async name => {
    if (name.endsWith('.sources')) return parseAptDeb822(await read(join(parts, name)));
    return name.endsWith('.list') ? parseAptList(await read(join(parts, name))) : [];
  });
  return [...parseAptList(await read(join(folder, 'sources.list'))), ...(await Promise.all(texts)).flat()];
}

function emptyWhenMissing(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
  throw error;
}
