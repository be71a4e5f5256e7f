import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Test, test } from 'tap';
import { findCommand } from '../../scripts/edge/toolchain/find-command.ts';
import { copyRoot, ended, runInCopy, runVerb } from '../helpers/clean-copy.ts';

const localConfig = () => readFileSync(join(copyRoot, 'config/local.yaml'), 'utf8');

/** Writes config/<name>.yaml into the copy for one test. */
function writeConfig(t: Test, name: string, text: string): void {
  const path = join(copyRoot, `config/${name}.yaml`);
  writeFileSync(path, text);
  t.teardown(() => {
    rmSync(path, { force: true });
    rmSync(join(copyRoot, 'build', name), { recursive: true, force: true });
  });
}

/** Runs deploy with a PATH that holds these programs alone (a text is a script of our own). */
function deployWithTools(t: Test, env: string, tools: Readonly<Record<string, string | undefined>>) {
  const bin = t.testdir({});
  for (const [name, script] of Object.entries({ node: undefined, ...tools })) {
    const found = findCommand(name);
    if (script !== undefined) writeFileSync(join(bin, name), script, { mode: 0o755 });
    else if (found !== undefined) symlinkSync(name === 'node' ? process.execPath : found, join(bin, name));
  }
  const zx = join(copyRoot, 'node_modules/zx/build/cli.js');
  return runInCopy([join(bin, 'node'), zx, 'scripts/deploy.mjs', '--env', env], { env: { PATH: bin } });
}

test('every fault of a config is told at once, and nothing is made', async t => {
  const text = localConfig()
    .replace('region: us-east-1', 'region: us-east-99')
    .replace('zoneCount: 2', 'zoneCount: two')
    .replace('id: "000000000000"', 'id: 42')
    .replace('keepFiles: true', 'keepFiles: true\n  keepForEver: true');
  writeConfig(t, 'faulty', text);
  const result = ended(await runVerb('deploy', ['--env', 'faulty']));
  t.equal(result.exitCode, 1);
  t.match(result.stderr, /^error: config\/faulty\.yaml: 4 faults$/m);
  t.match(result.stderr, /^ {2}account\.region: expects .+, got "us-east-99"$/m);
  t.match(result.stderr, /^ {2}network\.zoneCount: expects .+, got "two"$/m);
  t.match(result.stderr, /^ {2}account\.id: expects .+, got 42$/m);
  t.match(result.stderr, /^ {2}proof\.keepForEver: expects no such key .+, got true$/m);
  t.notOk(existsSync(join(copyRoot, 'build/faulty')));
});

test('a missing value and a name that grows too long are refused before anything is made', async t => {
  writeConfig(t, 'lacking', localConfig().replace(/^ {2}business:.*\n/m, ''));
  const lacking = ended(await runVerb('deploy', ['--env', 'lacking']));
  t.equal(lacking.exitCode, 1);
  t.match(lacking.stderr, /account\.business: expects .+, got nothing/);

  writeConfig(
    t,
    'longnames',
    localConfig().replace('business: millrace', 'business: averyverylongbusiness'.slice(0, 30)),
  );
  const long = ended(await runVerb('deploy', ['--env', 'longnames']));
  t.equal(long.exitCode, 1);
  t.match(
    long.stderr,
    /account\.business: expects a name \d+ characters shorter, .+at most 63 characters, got bucket name/,
  );
  t.notOk(existsSync(join(copyRoot, 'build/longnames')));
});

test('an unknown environment, flag and stack are refused by name', async t => {
  t.match(
    ended(await runVerb('deploy', ['--env', 'nowhere'])).stderr,
    /config\/nowhere\.yaml: there is no such environment/,
  );
  t.match(ended(await runVerb('deploy', ['--force'])).stderr, /^error: deploy: Unknown option '--force'/m);
  t.match(
    ended(await runVerb('deploy', ['--only', 'lake'])).stderr,
    /--only: expects one of bootstrap, .+, got "lake"/,
  );
});

test('samples that cannot be read are refused before anything is made', async t => {
  const good = join(copyRoot, 'files/samples/good');
  symlinkSync('nowhere.json', join(good, 'dangling.json'));
  t.teardown(() => rmSync(join(good, 'dangling.json'), { force: true }));
  const dangling = ended(await runVerb('deploy', ['--env', 'local']));
  t.equal(dangling.exitCode, 1);
  t.match(dangling.stderr, /files\/samples\/good\/: expects readable samples, got ENOENT/);
  rmSync(join(good, 'dangling.json'));

  renameSync(good, `${good}-away`);
  mkdirSync(good);
  t.teardown(() => {
    rmSync(good, { recursive: true, force: true });
    renameSync(`${good}-away`, good);
  });
  const empty = ended(await runVerb('deploy', ['--env', 'local']));
  t.match(empty.stderr, /files\/samples\/good\/: expects at least one sample, got an empty folder/);
});

test('Terraform that is missing, or too old, is named with its version and the remedy', async t => {
  const missing = ended(await deployWithTools(t, 'local', {}));
  t.equal(missing.exitCode, 1);
  t.match(missing.stderr, /terraform: is not on PATH\n +Install Terraform >= 1\.11, < 2/);

  const old = '#!/bin/sh\necho \'{"terraform_version": "1.5.7"}\'\n';
  const tooOld = ended(await deployWithTools(t, 'local', { terraform: old }));
  t.equal(tooOld.exitCode, 1);
  t.match(tooOld.stderr, /expects version >= 1\.11, < 2, got 1\.5\.7/);
});

test('without a container engine, and without apt to get one, the run ends with what is needed', async t => {
  const tools = {
    terraform: undefined,
    ssh: undefined,
    'ssh-keygen': undefined,
    docker: '#!/bin/sh\nexit 1\n',
  };
  const result = ended(await deployWithTools(t, 'local', tools));
  t.equal(result.exitCode, 1);
  t.match(result.stderr, /toolchain: needs podman .+ and this system has no apt/);
});

test('where this user may not install, the exact command to type is printed', async t => {
  const tools = {
    terraform: undefined,
    ssh: undefined,
    'ssh-keygen': undefined,
    'apt-get': '#!/bin/sh\necho "E: cannot reach the archive" >&2\nexit 100\n',
  };
  const result = ended(await deployWithTools(t, 'local', tools));
  t.equal(result.exitCode, 1);
  t.match(
    result.stderr,
    process.getuid?.() === 0
      ? /apt-get: could not install podman .+exit code 100: E: cannot reach the archive/
      : /Run: sudo apt-get update && sudo apt-get install -y/,
  );
});

test('a port that another program uses is named, and nothing is started', async t => {
  writeConfig(t, 'porttaken', localConfig());
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await new Promise(resolve => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  mkdirSync(join(copyRoot, 'build/porttaken'), { recursive: true });
  writeFileSync(
    join(copyRoot, 'build/porttaken/local.json'),
    JSON.stringify({ emulatorPort: port, sourcePort: port + 1 }),
  );
  const result = ended(await runVerb('deploy', ['--env', 'porttaken']));
  t.equal(result.exitCode, 1);
  t.match(result.stderr, new RegExp(`emulator, port ${port}: is in use by another program`));
  t.notOk(existsSync(join(copyRoot, 'build/porttaken/source-server.pid')));
  t.notOk(existsSync(join(copyRoot, 'build/porttaken/emulator/pid')));
});

const mayMount = process.getuid?.() === 0;

test('a full disk under build/ is told with the file and the remedy', {
  skip: mayMount ? false : 'needs the right to mount a small file system',
}, async t => {
  writeConfig(t, 'fulldisk', localConfig());
  const folder = join(copyRoot, 'build/fulldisk');
  mkdirSync(folder, { recursive: true });
  t.equal(ended(await runInCopy(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])).exitCode, 0);
  t.teardown(() => runInCopy(['umount', '-l', folder]));
  ended(
    await runInCopy(['sh', '-c', 'cat /dev/zero > "$FOLDER/filler" || true'], { env: { FOLDER: folder } }),
  );
  const result = ended(await runVerb('deploy', ['--env', 'fulldisk']));
  t.equal(result.exitCode, 1);
  t.match(result.stderr, /build\/fulldisk\/\S+: cannot be written, got ENOSPC\n +The disk is full/);
});

test('what would remove a key that data need is refused before any stack changes', async t => {
  const config = join(copyRoot, 'config/local.yaml');
  const original = readFileSync(config, 'utf8');
  t.teardown(() => writeFileSync(config, original));
  const storage = original.slice(original.indexOf('\nstorage:'));
  const protectedStorage = storage
    .replace('forceDestroy: true', 'forceDestroy: false')
    .replace('deletionProtection: false', 'deletionProtection: true')
    .replace('encryption: kms', 'encryption: sse-s3');
  writeFileSync(config, original.replace(storage, protectedStorage));

  const plan = ended(await runVerb('plan', []));
  t.equal(plan.exitCode, 2, plan.stderr);
  t.match(
    plan.stderr,
    /^deploy will refuse this:\nstack datalake: the plan would remove what holds data: .*aws_kms_key/m,
  );
  const deploy = ended(await runVerb('deploy', []));
  t.equal(deploy.exitCode, 1);
  t.match(deploy.stderr, /stack datalake: the plan would remove what holds data/);
  t.notMatch(deploy.stderr, /^> (network|datalake|ingest|ec2)$/m, 'no stack was begun');
});
