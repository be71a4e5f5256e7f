/** The Node.js builds for hosts that this version of Millrace knows, each with the SHA-256 of its `bin/node`. */
import { Failure } from './failure.ts';

export type NodeArch = 'x64' | 'arm64';
export type NodeRelease = {
  readonly version: string;
  readonly arch: NodeArch;
  /** The package of the npm index that holds the official build. */
  readonly packageName: string;
  readonly sha256: string;
};

const binaries: Readonly<Record<string, Readonly<Record<NodeArch, string>>>> = {
  '22.23.3': {
    x64: 'fde6a4bf8d0562f7751d1a2d6cb9b417c4cfe107bbcb0aa3e9a24e125e348f48',
    arm64: 'd09e299258c24f7cdf6f5d5ec185e3a56512b27a697113735dac909f1cac7b8d',
  },
};

/** The versions that {@link findNodeRelease} accepts. */
export const nodeVersions: readonly string[] = Object.keys(binaries);

/** @throws Failure when the version is not in the table: a build without a known checksum is never shipped. */
export function findNodeRelease(version: string, arch: NodeArch): NodeRelease {
  const sha256 = Object.hasOwn(binaries, version) ? binaries[version]?.[arch] : undefined;
  if (sha256 === undefined) {
    throw new Failure({
      where: 'worker.nodeVersion',
      what: `one of ${nodeVersions.join(', ')}, got ${JSON.stringify(version)}`,
      hint: 'Add the version and the checksums of its two builds to scripts/core/node-release.ts.',
    });
  }
  return { version, arch, packageName: `node-linux-${arch}`, sha256 };
}
