import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { openWorkspace } from '../../../scripts/edge/workspace.ts';

const local = readFileSync(fileURLToPath(new URL('../../../config/local.yaml', import.meta.url)), 'utf8');

/** A root with two environments and a sample of each kind. */
const makeRoot = (t: Test) =>
  t.testdir({
    config: { 'local.yaml': local, 'dev.yaml': local, 'aws.example.yaml': 'not read' },
    files: { samples: { good: { 'a.json': '{}' }, unreadable: { 'b.json': '{' } } },
  });

t.test('opens an environment with its folders, config and names', async t => {
  const root = makeRoot(t);
  const workspace = openWorkspace(root, 'dev');
  t.match(workspace, {
    root,
    environment: 'dev',
    config: { target: 'local' },
    names: { workerBucket: 'millrace-dev-worker-000000000000-us-east-1' },
    buildDir: join(root, 'build/dev'),
    logDir: join(root, 'build/dev/logs'),
    cacheDir: join(root, 'build/.cache'),
  });
});

t.test('refuses a name that no environment can have, and lists those there are', async t => {
  const root = makeRoot(t);
  for (const name of ['', 'Dev', 'global', '../local', 'aws.example', 'x'.repeat(13)]) {
    t.throws(() => openWorkspace(root, name), {
      name: 'Failure',
      message: `--env: expects up to 12 small letters and digits, a letter first, and not global, got "${name}"`,
      hint: 'Environments here: dev, local',
    });
  }
});

t.test('refuses an environment without a file, and says how to make one', async t => {
  t.throws(() => openWorkspace(makeRoot(t), 'live'), {
    name: 'Failure',
    message: 'config/live.yaml: there is no such environment',
    hint: 'Environments here: dev, local. For a new one: cp config/aws.example.yaml config/live.yaml',
  });
});

t.test('passes the faults of the config on', async t => {
  const root = makeRoot(t);
  writeFileSync(join(root, 'config/dev.yaml'), local.replace('us-east-1', 'us-east'));
  t.throws(() => openWorkspace(root, 'dev'), {
    message:
      'config/dev.yaml: one fault\n  account.region: expects an AWS region, like us-east-1, got "us-east"',
  });
});

t.test('tells faults of names and of samples together', async t => {
  const root = makeRoot(t);
  const long = local.replace('business: millrace', `business: ${'a'.repeat(20)}`);
  writeFileSync(join(root, 'config/dev.yaml'), long.replace('us-east-1', 'ap-southeast-1'));
  rmSync(join(root, 'files/samples/good/a.json'));
  rmSync(join(root, 'files/samples/unreadable'), { recursive: true });
  t.throws(() => openWorkspace(root, 'dev'), {
    name: 'Failure',
    message: new RegExp(
      [
        '^config/dev.yaml: 3 faults',
        '  account.business: expects a name 3 characters shorter, .*',
        '  files/samples/good/: expects at least one sample, got an empty folder',
        '  files/samples/unreadable/: expects readable samples, got ENOENT$',
      ].join('\n'),
    ),
  });
});

t.test('opens without samples where none are needed', async t => {
  const root = makeRoot(t);
  rmSync(join(root, 'files'), { recursive: true });
  t.equal(openWorkspace(root, 'local', { needsSamples: false }).environment, 'local');
});

t.test('refuses a sample that cannot be read', async t => {
  const root = makeRoot(t);
  rmSync(join(root, 'files/samples/good/a.json'));
  mkdirSync(join(root, 'files/samples/good/a.json'));
  t.throws(() => openWorkspace(root, 'local'), {
    message: 'config/local.yaml: one fault\n  files/samples/good/: expects readable samples, got EISDIR',
  });
});

t.test('refuses a place where the container store cannot lie, on the local target', async t => {
  const made = makeRoot(t);
  for (const name of ['a,b', 'a:b', 'a"b', 'a\\b']) {
    const root = join(made, name);
    cpSync(join(made, 'config'), join(root, 'config'), { recursive: true });
    cpSync(join(made, 'files'), join(root, 'files'), { recursive: true });
    t.throws(() => openWorkspace(root, 'local'), {
      name: 'Failure',
      message: `${root}: expects a path without colon, comma, backslash and double quote`,
    });
  }
});
