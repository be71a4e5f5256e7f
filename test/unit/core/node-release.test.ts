import t from 'tap';
import { findNodeRelease, nodeVersions } from '../../../scripts/core/node-release.ts';

t.test('knows a checksum for both processors of every version', async t => {
  for (const version of nodeVersions) {
    for (const arch of ['x64', 'arm64'] as const) {
      t.match(findNodeRelease(version, arch), {
        packageName: `node-linux-${arch}`,
        sha256: /^[0-9a-f]{64}$/,
      });
    }
  }
});

t.test('refuses a version without a known checksum', async t => {
  for (const version of ['22.0.0', '', 'toString', '../22']) {
    t.throws(() => findNodeRelease(version, 'x64'), {
      message: `worker.nodeVersion: one of ${nodeVersions.join(', ')}, got ${JSON.stringify(version)}`,
    });
  }
});
