/** The Node.js build that the playbook copies to the host, fetched once by this machine. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../core/failure.ts';
import { findNodeRelease, type NodeArch, type NodeRelease } from '../core/node-release.ts';
import { describeResult, hasSucceeded, runProcess } from './process.ts';

export type NodeBinaryInput = {
  readonly version: string;
  readonly arch: NodeArch;
  /** Absolute path; the builds of several versions lie in it side by side. */
  readonly cacheDir: string;
  /** npm's program name or path. */
  readonly npm: string;
  /** npm's environment: the caller's own, since it may hold the registry and a proxy. */
  readonly env: Readonly<Record<string, string>>;
  readonly logFile?: string;
};

export type NodeBinary = { readonly file: string; readonly sha256: string };

/**
 * Gives the path of `bin/node` of a build whose SHA-256 is the one in the table.
 * @throws Failure when the version is unknown, the registry does not answer, or the bytes are not the known ones
 */
export async function ensureNodeBinary(input: NodeBinaryInput): Promise<NodeBinary> {
  const release = findNodeRelease(input.version, input.arch);
  const file = join(input.cacheDir, `node-${release.version}-linux-${release.arch}`);
  const binary = { file, sha256: release.sha256 };
  // Only a checked file ever gets this name, and the playbook checks it again before it is shipped.
  if (existsSync(file)) return binary;
  await mkdir(input.cacheDir, { recursive: true });
  const scratch = await mkdtemp(join(input.cacheDir, '.node-'));
  try {
    const fetched = await fetchBinary(release, scratch, input);
    const sha256 = await hashFile(fetched);
    if (sha256 !== release.sha256) {
      throw new Failure({
        where: `${release.packageName}@${release.version}`,
        what: `expected bin/node with SHA-256 ${release.sha256}, got ${sha256}`,
        hint: 'The registry served other bytes than those known. Nothing was kept.',
      });
    }
    await chmod(fetched, 0o755);
    await rename(fetched, file);
    return binary;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function fetchBinary(release: NodeRelease, scratch: string, input: NodeBinaryInput): Promise<string> {
  const spec = `${release.packageName}@${release.version}`;
  const common = {
    env: input.env,
    cwd: scratch,
    timeoutMs: 300_000,
    ...(input.logFile === undefined ? {} : { logFile: input.logFile }),
  };
  const packed = await runProcess({
    ...common,
    file: input.npm,
    args: ['pack', spec, '--ignore-scripts', '--silent', '--pack-destination', scratch],
  });
  const archive = hasSucceeded(packed) ? packed.stdout.trim().split('\n').at(-1) : undefined;
  if (archive === undefined || archive === '') {
    throw new Failure({
      where: spec,
      what: `npm pack failed: ${describeResult(packed)}`,
      hint: `Try: npm pack ${spec}`,
    });
  }
  const unpacked = await runProcess({
    ...common,
    file: 'tar',
    args: ['-xzf', join(scratch, basename(archive)), '-C', scratch, 'package/bin/node'],
  });
  if (!hasSucceeded(unpacked)) {
    throw new Failure({ where: spec, what: `cannot unpack bin/node: ${describeResult(unpacked)}` });
  }
  return join(scratch, 'package', 'bin', 'node');
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
