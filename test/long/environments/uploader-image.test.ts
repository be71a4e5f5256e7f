import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import t, { test } from 'tap';
import { parse } from 'yaml';
import { imageName, importArgv } from '../../../scripts/core/container.ts';
import { findContainerEngine } from '../../../scripts/edge/container-engine.ts';
import {
  ensureStore,
  type HostPlace,
  hostEngine,
  removeStore,
  runEngine,
} from '../../../scripts/edge/container-store.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { callerEnvironment, cleanEnvironment } from '../../../scripts/edge/environment.ts';
import { ensureHostImage } from '../../../scripts/edge/host-image.ts';
import { ensureNodeBinary } from '../../../scripts/edge/node-binary.ts';
import { runProcess } from '../../../scripts/edge/process.ts';
import { openWorkspace } from '../../../scripts/edge/workspace.ts';
import { copyProject, ended } from '../../helpers/clean-copy.ts';
import { startEmulator } from '../../helpers/emulator.ts';

// No image registry is needed: the local host's root file system stands for every base image.
t.setTimeout(600_000);
const cacheDir = join(projectRoot, 'build/.cache');
const place = mkdtempSync(join(tmpdir(), 'millrace-image-'));
t.teardown(() => rmSync(place, { recursive: true, force: true }));
const context = join(place, 'clone');
await copyProject(context);
// What must stay out of every image.
writeFileSync(join(context, '.env'), 'aws_secret_access_key=s3cr3t\n');
writeFileSync(join(context, 'config/dev.secret.yaml'), 's3cr3t\n');
for (const folder of ['build', 'dist', 'node_modules', 'scripts/__pycache__']) {
  mkdirSync(join(context, folder), { recursive: true });
  writeFileSync(join(context, folder, 'left.txt'), 's3cr3t\n');
}

const found = await findContainerEngine();
if (found?.kind !== 'podman') throw new Error('expected podman, whose store can be a private one');
const store: HostPlace = {
  engine: found,
  buildDir: place,
  name: 'uploader',
  env: cleanEnvironment(),
  logFile: join(place, 'podman.log'),
};
await ensureStore(store);
t.teardown(() => removeStore(store));
const engine = hostEngine(store);
const options = engine.kind === 'podman' ? ['--root', engine.root, '--runroot', engine.runroot] : [];

async function podman(...args: readonly string[]) {
  return ended(await runEngine(store, [...options, ...args], 300_000));
}

async function requirePodman(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await podman(...args);
  if (exitCode !== 0) throw new Error(`podman ${args.join(' ')}: ${stderr}${stdout}`);
  return stdout;
}

/** What the README's first command asks of this machine's npm. */
async function npm(...args: readonly string[]): Promise<string> {
  const result = ended(await runProcess({ file: 'npm', args, env: callerEnvironment(), cwd: place }));
  return result.stdout.trim();
}

const base = await ensureHostImage({ cacheDir, env: callerEnvironment() });
await requirePodman(...importArgv(engine, base).slice(options.length));
const baseImage = imageName(base.key);

/** The same with Node.js and npm, and this machine's way to the npm index. */
async function makeBuildImage(): Promise<string> {
  const folder = join(place, 'build-image');
  mkdirSync(folder);
  const { worker } = openWorkspace(projectRoot, 'local').config;
  const node = await ensureNodeBinary({
    version: worker.nodeVersion,
    arch: process.arch === 'arm64' ? 'arm64' : 'x64',
    cacheDir,
    npm: 'npm',
    python: join(projectRoot, '.venv/bin/python'),
    env: callerEnvironment(),
  });
  cpSync(node, join(folder, 'node'));
  cpSync(join(await npm('root', '--global'), 'npm'), join(folder, 'npm'), { recursive: true });
  const authorities = await npm('config', 'get', 'cafile');
  const hasAuthorities = existsSync(authorities);
  writeFileSync(join(folder, 'authorities.pem'), hasAuthorities ? readFileSync(authorities) : '');
  const settings = [
    `registry=${await npm('config', 'get', 'registry')}`,
    // What this clone was installed from lies in the cache.
    'prefer-offline=true',
    'cache=/var/cache/npm',
    ...(hasAuthorities ? ['cafile=/etc/authorities.pem'] : []),
  ];
  writeFileSync(join(folder, 'npmrc'), `${settings.join('\n')}\n`);
  const dockerfile = [
    `FROM ${baseImage}`,
    'COPY node /usr/local/bin/node',
    'COPY npm /usr/local/lib/npm',
    'COPY authorities.pem /etc/authorities.pem',
    'COPY npmrc /usr/local/etc/npmrc',
    'RUN ln -s ../lib/npm/bin/npm-cli.js /usr/local/bin/npm',
  ];
  writeFileSync(join(folder, 'Dockerfile'), `${dockerfile.join('\n')}\n`);
  await requirePodman('build', '--pull-never', '--tag', 'localhost/node:test', folder);
  return 'localhost/node:test';
}

/** Builds a service of compose.yaml as Compose does. */
async function build(service: string, tag: string, ...more: readonly string[]): Promise<void> {
  const { dockerfile } = parse(readFileSync(join(context, 'compose.yaml'), 'utf8'), { merge: true }).services[
    service
  ].build;
  const cache = join(await npm('config', 'get', 'cache'));
  await requirePodman(
    ...['build', '--pull-never', '--network', 'host', '--volume', `${cache}:/var/cache/npm`],
    ...['--build-arg', `BASE_IMAGE=${baseImage}`, ...more],
    ...['--file', join(context, dockerfile), '--tag', tag, context],
  );
}

const buildArgument = ['--build-arg', `BUILD_IMAGE=${await makeBuildImage()}`];
const [image, initImage] = ['localhost/upload:test', 'localhost/init:test'];
await build('upload', image, ...buildArgument);
await build('init', initImage);

const emulator = await startEmulator(t);
const s3 = new S3Client({
  endpoint: emulator.endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: '000000000000', secretAccessKey: 'local' },
});
t.teardown(() => s3.destroy());

/** The uploader as compose.yaml runs it; the emulator is reached at this machine's loopback. */
function upload(args: readonly string[], env: readonly string[] = []) {
  return podman(
    ...['run', '--rm', '--network', 'host', '--read-only', '--cap-drop', 'all'],
    ...['--security-opt', 'no-new-privileges', '--volume', 'csv_files:/data:ro'],
    ...['--volume', `${join(context, 'config')}:/app/config:ro`, '--volume', 'upload_notes:/app/build'],
    ...[`MILLRACE_EMULATOR_URL=${emulator.endpoint}`, ...env].flatMap(entry => ['--env', entry]),
    ...[image, ...args],
  );
}

test('the volume is filled with the datasets, and the uploader puts both in place, byte for byte', async t => {
  await requirePodman('run', '--rm', '--network', 'none', '--volume', 'csv_files:/data', initImage);
  const bucket = 'my-bucket';
  const args = ['/data', '--bucket', bucket, '--day', '2026-11-20', '--json'];
  const first = await upload(args);
  t.equal(first.exitCode, 0, first.stderr);
  const report = JSON.parse(first.stdout);
  t.match(report, { environment: 'local', bucket, created: true, skipped: [], failed: [] });
  t.match(report.uploaded, [
    { file: '/data/movies.csv', key: 'Raw/Local/CSV/Movies/2026/11/20/movies.csv' },
    { file: '/data/series.csv', key: 'Raw/Local/CSV/Series/2026/11/20/series.csv' },
  ]);
  for (const { key, file } of report.uploaded) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
    t.ok(bytes.equals(readFileSync(join(context, 'files/datasets', file.replace('/data/', '')))), file);
  }
  const second = await upload(args);
  t.equal(second.exitCode, 0);
  t.match(JSON.parse(second.stdout), { created: false, uploaded: [], skipped: report.uploaded });
});

test('it ends with 1 for the local target, which it does not reach', async t => {
  const mounts = ['--volume', 'csv_files:/data:ro', '--volume', `${join(context, 'config')}:/app/config:ro`];
  t.match(await podman('run', '--rm', '--network', 'none', ...mounts, image, '/data'), {
    exitCode: 1,
    stdout: '',
    stderr: /^error: environment local: is on the local target, .*\n.*docker compose up upload-offline\n$/,
  });
});

test('it ends with 1 for a bucket that is not there and for a half-set credential', async t => {
  t.match(await upload(['/data']), {
    exitCode: 1,
    stdout: '',
    stderr: /^error: environment local: has no raw bucket yet\n/,
  });
  const half = await upload(['/data'], ['aws_access_key_id=AKIA0', 'aws_session_token=s3cr3t']);
  t.match(half, {
    exitCode: 1,
    stdout: '',
    stderr: /^error: aws_secret_access_key \(environment\): expects/,
  });
  t.notMatch(half.stderr, 's3cr3t');
  await s3.send(new CreateBucketCommand({ Bucket: 'millrace-local-raw-000000000000-us-east-1' }));
  t.equal((await upload(['/data/movies.csv'])).exitCode, 0, 'with the raw bucket it goes there');
});

test('the image is small, not root, and holds the program alone', async t => {
  const inside = (program: string) =>
    requirePodman('run', '--rm', '--entrypoint', '/usr/local/bin/node', image, '-p', program);
  t.equal((await inside('process.getuid() + ":" + process.getgid()')).trim(), '65532:65532');
  const files = "require('fs').readdirSync('/app', { recursive: true }).join('\\n')";
  const names = (await inside(files)).trim().split('\n');
  t.same(names.filter(name => !/^program\/scripts\/[\w-]+\.mjs$/.test(name)).sort(), [
    'build',
    'program',
    'program/scripts',
  ]);
  t.ok(names.includes('program/scripts/upload.mjs'));
  const [size, baseSize] = await Promise.all(
    [image, baseImage].map(async name =>
      Number(await requirePodman('image', 'inspect', '--format', '{{.Size}}', name)),
    ),
  );
  t.ok(Number(size) - Number(baseSize) < 150e6, 'Node.js and the bundle');
});

test('nothing secret and nothing built enters a build', async t => {
  await build('upload', 'localhost/upload-build:test', ...buildArgument, '--target', 'build');
  const names = await requirePodman(
    ...['run', '--rm', '--entrypoint', '/bin/sh', 'localhost/upload-build:test'],
    ...[
      '-c',
      'cd /build && find . -path ./node_modules -prune -o -type f -print && grep -rl s3cr3t . || true',
    ],
  );
  t.match(names, './scripts/upload.mjs');
  t.notMatch(names, /\.env|secret\.yaml|left\.txt|\.git\/|terraform\//);
});
