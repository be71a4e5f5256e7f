/** The Node.js build that the playbook copies to the host, fetched once by this machine. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../core/failure.ts';
import {
  findNodeRelease,
  type NodeArch,
  type NodeRelease,
  type NodeSource,
  nodeFile,
} from '../core/node-release.ts';
import { describeResult, hasSucceeded, type ProcessResult, runProcess } from './process.ts';

export type NodeBinaryInput = NodeFetchInput & { readonly version: string; readonly arch: NodeArch };

export type NodeFetchInput = {
  /** Absolute path; the builds of several versions lie in it side by side. */
  readonly cacheDir: string;
  /** npm's program name or path. */
  readonly npm: string;
  /** A Python that has pip. */
  readonly python: string;
  /** The environment of what downloads: the caller's own, since it may hold the registry and a proxy. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile?: string;
  /** Seconds that nodejs.org may be silent. */
  readonly patience?: number;
};

/**
 * Gives the path of `bin/node` of a build whose SHA-256 is the one in the table.
 * @throws Failure when the version is unknown, the registry does not answer, or the bytes are not the known ones
 */
export function ensureNodeBinary(input: NodeBinaryInput): Promise<string> {
  return ensureRelease(findNodeRelease(input.version, input.arch), input);
}

/** The same for one release. What lies in the cache and is not what it was is fetched again. */
export async function ensureRelease(release: NodeRelease, input: NodeFetchInput): Promise<string> {
  const file = nodeFile(input.cacheDir, release);
  if (existsSync(file) && (await hashFile(file)) === release.sha256) return file;
  await mkdir(input.cacheDir, { recursive: true });
  const faults: Failure[] = [];
  for (const source of release.sources) {
    const scratch = await mkdtemp(join(input.cacheDir, '.node-'));
    try {
      const fetched = await fetchBinary(source, scratch, input);
      await requireSha256({ what: `${source.spec}: bin/node`, file: fetched, sha256: release.sha256 });
      await chmod(fetched, 0o755);
      await rename(fetched, file);
      return file;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      faults.push(error);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  throw new Failure({
    where: `Node.js ${release.version} for linux-${release.arch}`,
    what: `cannot be had: ${faults.map(({ message }) => message).join('; ')}`,
    hint: [...new Set(faults.flatMap(({ hint }) => hint ?? []))].join('\n'),
  });
}

async function requireSha256(input: {
  readonly what: string;
  readonly file: string;
  readonly sha256: string;
}): Promise<void> {
  const got = await hashFile(input.file);
  if (got === input.sha256) return;
  throw new Failure({
    where: input.what,
    what: `expected SHA-256 ${input.sha256}, got ${got}`,
    hint: 'A server gave other bytes than those known. Nothing was kept.',
  });
}

/** Downloads and unpacks into the scratch folder. Gives the path of bin/node. */
async function fetchBinary(source: NodeSource, scratch: string, input: NodeFetchInput): Promise<string> {
  const run = (file: string, args: readonly string[]) =>
    runProcess({
      file,
      args,
      env: input.env,
      cwd: scratch,
      timeoutMs: 300_000,
      ...(input.logFile === undefined ? {} : { logFile: input.logFile }),
    });
  const [client, args] = clientOf(source, input);
  const fetched = await run(client, [...args, scratch]);
  const [archive] = (await readdir(scratch)).filter(name => /\.(tar\.gz|tgz|whl)$/.test(name));
  if (!hasSucceeded(fetched) || archive === undefined) {
    throw new Failure({
      where: source.spec,
      what: `cannot be fetched: ${describeResult(fetched)}`,
      ...(source.kind === 'archive' ? {} : { hint: `Try: ${basename(client)} ${args.join(' ')} .` }),
    });
  }
  if (source.kind === 'archive')
    await requireSha256({ what: source.spec, file: join(scratch, archive), sha256: source.sha256 });
  const unpacked: ProcessResult =
    source.kind === 'wheel'
      ? await run(input.python, ['-c', unpackScript, archive, source.member])
      : await run('tar', ['-xzf', archive, source.member]);
  if (!hasSucceeded(unpacked)) {
    throw new Failure({
      where: source.spec,
      what: `cannot unpack ${source.member}: ${describeResult(unpacked)}`,
    });
  }
  return join(scratch, source.member);
}

/** The program that downloads, and its arguments; the folder to download into comes last. */
function clientOf(
  source: NodeSource,
  { npm, python, patience }: NodeFetchInput,
): readonly [string, readonly string[]] {
  switch (source.kind) {
    case 'archive':
      return [python, ['-c', downloadScript, source.spec, String(patience ?? archivePatience)]];
    case 'npm':
      return [npm, ['pack', source.spec, '--ignore-scripts', '--silent', '--pack-destination']];
    case 'wheel': {
      const wheel = ['--no-deps', '--only-binary=:all:', `--platform=${source.platform}`];
      return [python, ['-m', 'pip', 'download', '--quiet', '--no-input', ...wheel, source.spec, '--dest']];
    }
  }
}

/** Seconds of silence after which nodejs.org is given up: where it is out of reach, the package index may not be. */
const archivePatience = 5;

/** Python's own client: it heeds the proxies of its environment, which Node.js 20 does not. */
const downloadScript = `import os, shutil, sys, urllib.request
url, patience, folder = sys.argv[1:]
with urllib.request.urlopen(url, timeout=float(patience)) as body, open(os.path.join(folder, os.path.basename(url)), 'xb') as file:
    shutil.copyfileobj(body, file)`;

/** A wheel is a zip archive (PEP 427). */
const unpackScript = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2])';

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
