import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { nodeVersions } from '../../../scripts/core/node-release.ts';
import { ensureTunnel, stopTunnel } from '../../../scripts/edge/tunnel.ts';
import { testRegion } from '../../helpers/emulator.ts';
import { makeHostBed } from '../../helpers/host/host-bed.ts';
import { startS3Proxy } from '../../helpers/s3-proxy.ts';
import { prepareWorker } from '../../helpers/worker-bed.ts';

t.setTimeout(1_800_000);

const [newNode = '', oldNode = ''] = nodeVersions;
const { emulator, worker, makeBed } = await prepareWorker(t);
const [bed, files] = await Promise.all([makeHostBed({ versions: [newNode, oldNode] }), makeBed()]);

/** While it is set, a run lasts longer than a playbook, however fast either is. */
let isSlow = false;
const store = await startS3Proxy(t, emulator.endpoint, async () => {
  if (isSlow) await sleep(150);
  return 'pass' as const;
});
const port = Number(new URL(store.endpoint).port);
t.teardown(async () => {
  await stopTunnel(bed.place, port);
  await bed.remove();
});
await ensureTunnel(bed.place, { connection: bed.connection(), port });

const settings = {
  worker_bucket: files.bucket,
  worker_region: testRegion,
  worker_options: { concurrency: 1 },
  worker_environment: {
    AWS_ENDPOINT_URL: store.endpoint,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: store.endpoint,
  },
};

/** Starts what the cron entry starts, again and again instead of once a minute, until /srv/stop is there. */
const cronScript = `
import os, re, subprocess, time
while not os.path.exists('/srv/stop'):
    lines = open('/etc/cron.d/millrace').read().splitlines()
    env = dict(re.match(r'([A-Z0-9_]+)="?(.*?)"?$', line).groups() for line in lines if re.match('[A-Z0-9_]+=', line))
    command = lines[-1].split(None, 6)[6]
    subprocess.run(['su', '-s', '/bin/sh', 'millrace', '-c', command], env=env)
    time.sleep(0.2)
`;

type Line = {
  readonly event: string;
  readonly outcome: string;
  readonly key?: string;
  readonly workerVersion?: string;
};
const readLog = async (): Promise<readonly Line[]> =>
  (await bed.onHost('cat /var/log/millrace/worker.log'))
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
const isRunning = async () =>
  (await bed.onHost('flock -n /var/lib/millrace/lock true && echo free || echo held')).trim() === 'held';
const current = async () =>
  (await bed.onHost('readlink /opt/millrace/current')).trim().replace('releases/', '');

const sent = new Map<string, string>();
async function send(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const name = `${String(sent.size).padStart(5, '0')}.json`;
    const body = JSON.stringify({ number: sent.size, text: name });
    sent.set(name, body);
    await files.put(`input/${name}`, body);
  }
}

t.test('releases and Node.js go up and back while files are worked on, and none is lost', async t => {
  const bundle = readFileSync(worker, 'utf8');
  const first = (await bed.bundle(bundle)).slice(0, 12);
  bed.vary(settings);
  const set = await bed.play();
  t.equal(set.exitCode, 0, 'first release', set);
  // So that the first run begins when all of them are there.
  await bed.onHost('service cron stop');
  await send(400);
  isSlow = true;
  await bed.onHost(
    `nohup python3 -c '${cronScript.replaceAll("'", "'\\''")}' >/srv/cron.log 2>&1 & echo begun`,
  );
  while (!(await isRunning())) await sleep(50);

  const second = (await bed.bundle(`${bundle}\n// a later release\n`)).slice(0, 12);
  bed.vary(settings);
  const up = await bed.play();
  t.equal(up.exitCode, 0, 'second release', up);
  t.equal(await current(), second);
  t.ok(await isRunning(), 'the run that was in progress goes on');
  const runs = async () => (await readLog()).filter(({ event }) => event === 'run');
  const ended = (await runs()).length;
  isSlow = false;
  while ((await runs()).length === ended) await sleep(100);
  t.equal((await runs())[ended]?.workerVersion, first, 'and ends on the release that it began with');

  await send(100);
  while (!(await runs()).some(({ workerVersion }) => workerVersion === second)) await sleep(100);
  isSlow = true;
  const sending = send(300);
  const back = await bed.play('-e', `worker_release=${first}`, '-e', `node_version=${oldNode}`);
  t.equal(back.exitCode, 0, 'back by one variable each', back);
  t.strictSame(
    back.changes.map(({ item }) => item),
    [
      `/opt/node-${oldNode}`,
      `/opt/node-${oldNode}/bin`,
      `/opt/node-${oldNode}/bin/node`,
      '/usr/local/bin/node',
      '/opt/millrace/current',
      '/etc/millrace/facts.json',
    ],
    'only what has to',
  );
  t.equal(await current(), first);
  t.match(JSON.parse(await bed.onHost('cat /etc/millrace/facts.json')), {
    release: first,
    nodeVersion: oldNode,
  });
  await sending;
  isSlow = false;
  const before = (await runs()).length;
  bed.vary({ ...settings, worker_options: { concurrency: 8 } });
  const forward = await bed.play();
  t.strictSame(
    [forward.exitCode, forward.changes.map(({ item }) => item)],
    [
      0,
      [
        '/usr/local/bin/node',
        '/etc/millrace/worker.json',
        '/opt/millrace/current',
        '/etc/millrace/facts.json',
      ],
    ],
    'forward again with other settings: nothing is copied, nothing restarted',
    forward,
  );
  while ((await runs()).length < before + 3) await sleep(100);
  while ((await files.keys('input/')).length > 0) await sleep(200);
  await bed.onHost('touch /srv/stop');
  while (await isRunning()) await sleep(50);

  const log = await readLog();
  t.strictSame(
    [...new Set(log.filter(({ event }) => event === 'run').map(({ outcome }) => outcome))],
    ['done'],
  );
  const done = log.filter(({ event }) => event === 'file');
  t.equal(done.length, sent.size, 'each file was worked on once');
  t.strictSame([...new Set(done.map(({ outcome }) => outcome))], ['processed']);
  t.strictSame(await files.keys('errors/'), []);
  t.strictSame(await files.keys('output/'), [...sent.keys()].map(name => `output/${name}`).sort());
  for (const [name, body] of [...sent].filter((_, index) => index % 50 === 0)) {
    const { _millrace, ...rest } = JSON.parse((await files.read(`output/${name}`)).toString());
    t.strictSame(rest, JSON.parse(body), name);
    t.equal(_millrace.key, name);
  }
});

t.test('old releases go, those that one goes back to stay', async t => {
  const kept = new Set([await current()]);
  for (const name of ['third', 'fourth', 'fifth']) {
    const sha256 = await bed.bundle(`${readFileSync(worker, 'utf8')}\n// ${name}\n`);
    bed.vary(settings);
    t.equal((await bed.play('--tags', 'worker')).exitCode, 0);
    kept.add(sha256.slice(0, 12));
  }
  const releases = (await bed.onHost('ls /opt/millrace/releases')).trim().split('\n');
  t.strictSame(releases, [...kept].slice(-3).sort());
});
