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
  /** The environment of npm and pip: the caller's own, since it may hold the registry and a proxy. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile?: string;
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
  const scratch = await mkdtemp(join(input.cacheDir, '.node-'));
  try {
    const fetched = await fetchBinary(release.source, scratch, input);
    const sha256 = await hashFile(fetched);
    if (sha256 !== release.sha256) {
      throw new Failure({
        where: release.source.spec,
        what: `expected bin/node for ${release.arch} with SHA-256 ${release.sha256}, got ${sha256}`,
        hint: 'The registry served other bytes than those known. Nothing was kept.',
      });
    }
    await chmod(fetched, 0o755);
    await rename(fetched, file);
    return file;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
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
  const [client, args] = source.kind === 'npm' ? npmPack(source, input) : pipDownload(source, input);
  const fetched = await run(client, [...args, scratch]);
  const [archive] = (await readdir(scratch)).filter(name => /\.(tgz|whl)$/.test(name));
  if (!hasSucceeded(fetched) || archive === undefined) {
    throw new Failure({
      where: source.spec,
      what: `cannot be fetched: ${describeResult(fetched)}`,
      hint: `Try: ${basename(client)} ${args.join(' ')} .`,
    });
  }
  const unpacked: ProcessResult =
    source.kind === 'npm'
      ? await run('tar', ['-xzf', archive, source.member])
      : await run(input.python, ['-c', unpackScript, archive, source.member]);
  if (!hasSucceeded(unpacked)) {
    throw new Failure({
      where: source.spec,
      what: `cannot unpack ${source.member}: ${describeResult(unpacked)}`,
    });
  }
  return join(scratch, source.member);
}

function npmPack(source: NodeSource, { npm }: NodeFetchInput): readonly [string, readonly string[]] {
  return [npm, ['pack', source.spec, '--ignore-scripts', '--silent', '--pack-destination']];
}

function pipDownload(
  source: NodeSource & { readonly kind: 'wheel' },
  { python }: NodeFetchInput,
): readonly [string, readonly string[]] {
  const wheel = ['--no-deps', '--only-binary=:all:', `--platform=${source.platform}`];
  return [python, ['-m', 'pip', 'download', '--quiet', '--no-input', ...wheel, source.spec, '--dest']];
}

/** A wheel is a zip archive (PEP 427). */
const unpackScript = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2])';

/** SHA-256 of a file's bytes, in hexadecimal. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
