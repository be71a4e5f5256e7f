import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { z } from 'zod';
import { renderYaml } from '../../../scripts/core/quote.ts';
import { callerEnvironment } from '../../../scripts/edge/environment.ts';
import { describeResult, runProcess } from '../../../scripts/edge/process.ts';
import { type PlaybookRun, runPlaybook } from '../../helpers/ansible.ts';
import { type HostBed, makeHostBed, playbook } from '../../helpers/host/host-bed.ts';
import { changedItems, readDisk, readEntries, readPlaces } from '../../helpers/host/repairs.ts';

// Many runs, one after another.
t.setTimeout(1_800_000);

const bed = await makeHostBed();
t.teardown(bed.remove);

/** What stands on a fresh host after a run. */
let fresh: unknown;

t.test('a fresh host: a check foretells each change, one run makes them all, a second none', async t => {
  const untouched = await readDisk(bed.exec);
  const check = await bed.play('--check', '--diff');
  t.equal(check.exitCode, 0, 'check', check);
  t.strictSame(
    withoutAnsible(await readDisk(bed.exec)),
    withoutAnsible(untouched),
    'a check changes nothing',
  );
  const first = await bed.play();
  t.equal(first.exitCode, 0, 'first run', first);
  t.strictSame(changedItems(check), changedItems(first));
  for (const line of ['+    "bucket": "lake-files",', '+* * * * * millrace /usr/bin/flock -n'])
    t.ok(check.output.includes(line), `the difference shows ${line}`);
  const second = await bed.play();
  t.strictSame([second.exitCode, second.changed], [0, 0], 'second run', second);

  const entries = await readEntries(bed.variables());
  const named = new Set(entries.map(({ path }) => path));
  const made = [...(await readDisk(bed.exec))]
    .filter(line => !untouched.has(line))
    .map(line => line.split(' ')[0] ?? '');
  t.strictSame(
    made.filter(path => !named.has(path) && !besides.test(path)),
    [],
    'what it made is in the lists, so that nothing is left undamaged below',
  );
  const places = entries.filter(({ kind }) => kind !== 'account' && kind !== 'service');
  t.strictSame(
    places.map(({ path }) => path).filter(path => !made.includes(path)),
    [],
    'and the lists name nothing else',
  );
  const found = await readPlaces(bed.exec, entries);
  t.strictSame(
    Object.entries(found).filter(([, what]) => what === null),
    [],
  );
  fresh = found;
});

/** Accounts and services stand in files of the system; the others are traces of the tests' own login. */
const besides =
  /^(\/etc\/((passwd|group|shadow|gshadow|subuid|subgid)-?|\.pwd\.lock)|\/etc\/rc\d\.d\/.*|\/home\/admin\/.*|\/root\/.*|\/var\/log\/(auth\.log|wtmp|lastlog|faillog|btmp)|\/var\/lib\/millrace\/.*|)$/;

/** Ansible's own temporary files, and the folders that hold what changed, whose time is not looked at. */
function withoutAnsible(disk: ReadonlySet<string>): readonly string[] {
  return [...disk].filter(line => !/^\/(home|root|var\/log)\//.test(line)).sort();
}

t.test('a package that is missing is installed', async t => {
  const [file, text] = await fetchPackage('logrotate');
  await bed.onHost(`mkdir -p /srv/packages && cd /srv/packages && echo '${text}' | base64 -d >${file}
    { dpkg-deb -f ${file} && echo "Filename: ./${file}" && echo "Size: $(stat -c %s ${file})" &&
      echo "SHA256: $(sha256sum ${file} | cut -d' ' -f1)"; } >Packages
    echo 'deb [trusted=yes] file:/srv/packages ./' >/etc/apt/sources.list.d/own.list
    apt-get update && dpkg --purge --force-depends logrotate`);
  const steps = [
    'worker : See whether the package manager would install what is missing',
    'worker : Install cron, flock and logrotate',
  ];
  const check = await bed.play('--check', '--diff', '--tags', 'worker');
  t.strictSame([check.exitCode, check.changes.map(({ task }) => task)], [0, steps], 'check', check);
  const repair = await bed.play('--tags', 'worker');
  t.strictSame([repair.exitCode, repair.changes.map(({ task }) => task)], [0, steps], 'repair', repair);
  await bed.onHost('logrotate --version && rm -r /srv/packages /etc/apt/sources.list.d/own.list');
});

/** From this machine's package sources, as the host's image is: the host has none. */
async function fetchPackage(name: string): Promise<readonly [file: string, base64: string]> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-package-'));
  try {
    const args = ['download', '--quiet', '-o', 'APT::Sandbox::User=root', name];
    const result = await runProcess({ file: 'apt-get', args, cwd: folder, env: callerEnvironment() });
    const [file] = readdirSync(folder);
    if (file === undefined) throw new Error(describeResult(result));
    return [file.replaceAll('%', '_'), readFileSync(join(folder, file)).toString('base64')];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

t.test('roles run one by one, and together they are all', async t => {
  await bed.renew();
  const tasks = async (...tags: string[]) => {
    const run = await bed.play(...tags);
    t.equal(run.exitCode, 0, tags.join(' '), run);
    return [...new Set(run.changes.map(({ task }) => task))];
  };
  const rolesOf = (names: readonly string[]) => [...new Set(names.map(name => name.split(' : ')[0]))];
  t.strictSame(rolesOf(await tasks('--tags', 'node')), ['node']);
  t.strictSame(rolesOf(await tasks('--tags', 'worker')), ['worker']);
  t.strictSame(await readPlaces(bed.exec, await readEntries(bed.variables())), fresh, 'all is there');
  const { nodeVersion } = JSON.parse(await bed.onHost('cat /etc/millrace/facts.json'));
  t.equal(await bed.onHost('/usr/local/bin/node --version'), `v${nodeVersion}\n`);
  t.strictSame(await tasks(), [], 'nothing is left to do');
});

t.test('several hosts are set up side by side, in turn, or some of them alone', async t => {
  const other = await makeHostBed();
  t.teardown(other.remove);
  const inventory = join(bed.buildDir, 'both.yml');
  const hosts = { ...readHosts(bed), ...readHosts(other) };
  writeFileSync(inventory, renderYaml({ worker: { hosts } }));
  const play = (...args: readonly string[]) => runPlaybook([...args, '-i', inventory, playbook]);
  const damage = () => Promise.all([bed, other].map(host => host.onHost('rm /etc/cron.d/millrace')));
  const changed = (run: PlaybookRun) => run.changes.map(({ host, item }) => `${host} ${item}`);
  const plays = (run: PlaybookRun) => run.output.match(/^PLAY \[Set up the worker hosts\]/gm)?.length;

  const fresh = await play();
  t.equal(fresh.exitCode, 0, 'one of them new', fresh);
  t.strictSame([...new Set(fresh.changes.map(({ host }) => host))], [other.name]);
  t.equal(plays(fresh), 1);
  await damage();
  const inTurn = await play('-e', 'worker_serial=1', '--tags', 'worker');
  t.equal(plays(inTurn), 2, 'one after another', inTurn);
  t.strictSame(
    changed(inTurn),
    Object.keys(hosts).map(name => `${name} /etc/cron.d/millrace`),
  );
  await damage();
  const limited = await play('--limit', other.name, '--tags', 'worker');
  t.strictSame(changed(limited), [`${other.name} /etc/cron.d/millrace`]);
  t.match(
    await bed.onHost('ls /etc/cron.d/millrace 2>&1 || true'),
    /No such file/,
    'the other is left alone',
  );
});

/** The hosts of a bed's inventory, with their connections. */
function readHosts({ inventory }: HostBed): object {
  const { worker } = z
    .object({ worker: z.object({ hosts: z.record(z.string(), z.unknown()) }) })
    .parse(parse(readFileSync(inventory, 'utf8')));
  return worker.hosts;
}
