import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { z } from 'zod';
import { runPlaybook } from '../helpers/ansible.ts';
import { copyRoot, ended } from '../helpers/clean-copy.ts';
import { inHost } from '../helpers/deployed-host.ts';
import { deriveDamages, expectedRepairs, groupDamages } from '../helpers/host/damages.ts';
import { changedItems, type RunOnHost, readEntries, readPlaces } from '../helpers/host/repairs.ts';

const build = join(copyRoot, 'build/local');
const variables = z
  .record(z.string(), z.unknown())
  .parse(parse(readFileSync(join(build, 'group_vars/worker.yml'), 'utf8')));

const onHost: RunOnHost = async command => {
  const { exitCode, stdout, stderr } = ended(await inHost(command));
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
};

// One group after another: test/long/environments/host-damages.test.ts.
t.test('the playbook by hand repairs what was damaged, and exactly that', async t => {
  const entries = await readEntries(variables, { root: copyRoot });
  const groups = groupDamages(deriveDamages(entries));
  const [group = []] = [...groups].sort((a, b) => b.length - a.length);
  t.ok(group.length >= 10, `${group.length} damages at once`);
  const intact = await readPlaces(onHost, entries);
  await onHost(['sh', '-c', group.map(({ script }) => `(set -e; ${script})`).join(' && ')]);
  t.notSame(await readPlaces(onHost, entries), intact);
  const repair = await runPlaybook(
    ['-i', join(build, 'inventory.yml'), join(copyRoot, 'ansible/playbook.yml')],
    copyRoot,
  );
  t.equal(repair.exitCode, 0, 'repair', repair);
  t.strictSame(changedItems(repair), expectedRepairs(group, entries));
  t.strictSame(await readPlaces(onHost, entries), intact);
});

t.test('the host tells what it is', async t => {
  const facts = z
    .strictObject({
      bucket: z.string(),
      release: z.string(),
      nodeVersion: z.string(),
      configDigest: z.string(),
    })
    .parse(JSON.parse(await onHost(['cat', '/etc/millrace/facts.json'])));
  const [link, version, digest] = await Promise.all([
    onHost(['readlink', '/opt/millrace/current']),
    onHost(['/usr/local/bin/node', '--version']),
    onHost(['sha256sum', '/etc/millrace/worker.json']),
  ]);
  t.strictSame(facts, {
    bucket: String(variables['worker_bucket']),
    release: link.trim().replace('releases/', ''),
    nodeVersion: version.trim().slice(1),
    configDigest: digest.split(' ')[0] ?? '',
  });
});

/** Asks the instance's metadata for the role's credentials, as the worker does, and looks for them everywhere. */
const searchScript = `
import json, os, re, sys, urllib.request as u
base = sys.argv[1] + '/latest/'
token = u.urlopen(u.Request(base + 'api/token', method='PUT', headers={'X-aws-ec2-metadata-token-ttl-seconds': '60'})).read().decode()
get = lambda path: u.urlopen(u.Request(base + path, headers={'X-aws-ec2-metadata-token': token})).read().decode()
role = get('meta-data/iam/security-credentials/').split()[0]
found = json.loads(get('meta-data/iam/security-credentials/' + role))
needles = [found[name].encode() for name in ('SecretAccessKey', 'Token')]
forms = re.compile(rb'\\b(?:AKIA|ASIA)[A-Z0-9]{16}\\b|aws_secret_access_key|-----BEGIN [A-Z ]*PRIVATE KEY-----', re.I)
seen, hits = 0, []
for top in ('/etc', '/home', '/opt/millrace', '/root', '/srv', '/tmp', '/usr/local', '/var'):
    for folder, _, files in os.walk(top):
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.isfile(path) or os.path.islink(path) or re.match(r'/etc/ssh/ssh_host_\\w+_key$', path): continue
            seen += 1
            data = open(path, 'rb').read()
            if any(needle in data for needle in needles) or (not path.endswith('/worker.cjs') and forms.search(data)): hits.append(path)
print(json.dumps({'isGiven': all(len(needle) > 3 for needle in needles), 'seen': seen, 'hits': hits}))
`;

t.test('no secret lies on the host: the worker asks the metadata service for the role', async t => {
  const environment = z.record(z.string(), z.string()).parse(variables['worker_environment']);
  const endpoint = environment['AWS_EC2_METADATA_SERVICE_ENDPOINT'] ?? '';
  const found = z
    .object({ isGiven: z.boolean(), seen: z.number(), hits: z.array(z.string()) })
    .parse(JSON.parse(await onHost(['python3', '-c', searchScript, endpoint])));
  t.ok(found.isGiven, 'the role has credentials');
  t.ok(found.seen > 100, `${found.seen} files were looked at`);
  t.strictSame(found.hits, []);
});
