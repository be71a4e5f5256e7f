import {
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DescribeLogGroupsCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import t, { type Test } from 'tap';
import { manifestSchema } from '../../scripts/core/plan-manifest.ts';
import { reportSchema } from '../../scripts/core/report.ts';
import { type Entry, type Review, reviewSchema } from '../../scripts/core/review/model.ts';
import { createLogs } from '../../scripts/edge/aws.ts';
import { openWorkspace } from '../../scripts/edge/workspace.ts';
import { copyRoot, ended, runVerb } from '../helpers/clean-copy.ts';
import { accessOf, listDifferences, recordWorld } from '../helpers/world.ts';

const build = join(copyRoot, 'build/local');
const readReview = (folder = build): Review =>
  reviewSchema.parse(JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')));
const kindsOf = (review: Review) => review.stacks.map(({ stack, kind }) => [stack, kind]);

/** Each entry in one line: what a reader is told, in the order of reading. */
const linesOf = (review: Review) =>
  review.entries.map(entry => `${entry.section}: ${entry.stack}: ${wordsOf(entry)}`);

function wordsOf(entry: Entry): string {
  switch (entry.kind) {
    case 'resource':
      return `${entry.action} ${entry.address}`;
    case 'deferred':
      return entry.reason ?? entry.waitsFor.map(({ fromStack, value }) => `${fromStack}.${value}`).join(' ');
    case 'output':
      return `${entry.action} ${entry.name}`;
    case 'check':
      return entry.name;
    case 'task':
      return entry.task;
    case 'error':
      return entry.summary;
  }
}

function editConfig(t: Test, edit: (text: string) => string): void {
  const path = join(copyRoot, 'config/local.yaml');
  const original = readFileSync(path, 'utf8');
  t.teardown(() => writeFileSync(path, original));
  writeFileSync(path, edit(original));
}

t.test('a fresh environment: what can be planned is a preview, the rest names what it waits for', async t => {
  const config = join(copyRoot, 'config/fresh.yaml');
  copyFileSync(join(copyRoot, 'config/local.yaml'), config);
  t.teardown(async () => {
    ended(await runVerb('destroy', ['--env', 'fresh', '--confirm', 'fresh']));
    rmSync(config);
  });
  const result = ended(await runVerb('plan', ['--env', 'fresh']));
  t.equal(result.exitCode, 2, result.stderr);
  const folder = join(copyRoot, 'build/fresh');
  const review = readReview(folder);
  t.strictSame(kindsOf(review), [
    ['bootstrap', 'preview'],
    ['network', 'preview'],
    ['datalake', 'preview'],
    ['mpp', 'deferred'],
    ['ingest', 'preview'],
    ['ec2', 'deferred'],
  ]);
  t.strictSame(
    linesOf(review).filter(line => line.startsWith('deferred')),
    [
      'deferred: mpp: network.private_subnet_ids network.private_subnet_zones network.glue_security_group_id datalake.databases datalake.kms_key_arn',
      'deferred: ec2: network.vpc_id network.public_subnet_ids',
      'deferred: host: ec2.worker_bucket ec2.instance_id ec2.public_ip',
    ],
  );
  t.ok(review.counts.add > 100 && review.counts.change === 0 && review.counts.destroy === 0);
  t.notOk(existsSync(join(folder, 'bootstrap.tfstate')), 'no state is written');
  const world = await recordWorld(copyRoot, 'fresh', { withState: false });
  t.strictSame(
    [...world.keys()].filter(key => key.startsWith('s3 ')),
    [],
    'no bucket is made',
  );
});

t.test('a deployed environment: nothing to do, and planning it changes nothing', async t => {
  const before = await recordWorld(copyRoot, 'local', { withState: true });
  const result = ended(await runVerb('plan'));
  const after = await recordWorld(copyRoot, 'local', { withState: true });
  t.equal(result.exitCode, 0, result.stderr);
  const review = readReview();
  t.ok(review.stacks.every(({ kind, hasChanges }) => kind === 'planned' && !hasChanges));
  t.strictSame([review.host, review.entries], [{ kind: 'checked', changed: 0 }, []]);
  t.strictSame(listDifferences(before, after), []);
  t.ok(
    ['s3 ', 'dynamodb ', 'iam ', 'ec2 ', 'file '].every(part =>
      [...before.keys()].some(key => key.startsWith(part)),
    ),
    'each of these was looked at',
  );
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(build, 'plans/manifest.json'), 'utf8')));
  t.ok(
    manifest.stacks.every(
      entry => entry.kind === 'planned' && !entry.isPreview && (entry.state?.serial ?? 0) > 0,
    ),
  );
  for (const name of readdirSync(join(build, 'plans')))
    t.equal(statSync(join(build, 'plans', name)).mode & 0o777, 0o600, `${name} is for this user alone`);
});

t.test('drift and a replacement: both are told, and what takes a value that will change waits', async t => {
  const { names } = openWorkspace(copyRoot, 'local');
  const logs = await createLogs(accessOf(copyRoot, 'local'));
  t.teardown(() => logs.destroy());
  const { logGroups = [] } = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: `/aws/lambda/${names.prefix}-ingest-batch` }),
  );
  const logGroupName = logGroups[0]?.logGroupName ?? '';
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
  editConfig(t, text => text.replace('vpcCidr: 10.20.0.0/16', 'vpcCidr: 10.21.0.0/16'));

  const result = ended(await runVerb('plan'));
  t.equal(result.exitCode, 2, result.stderr);
  const review = readReview();
  const replaced = review.entries.find(
    entry => entry.kind === 'resource' && entry.section === 'removals' && entry.address === 'aws_vpc.this',
  );
  t.match(replaced, { action: 'replace', attributes: [{ path: 'cidr_block', forcesReplacement: true }] });
  t.equal(review.entries[0]?.section, 'removals', 'they come first');
  const lines = linesOf(review);
  t.ok(
    lines.some(line => /^drift: ingest: update .*aws_cloudwatch_log_group/.test(line)),
    lines.join('\n'),
  );
  t.strictSame(
    kindsOf(review).filter(([, kind]) => kind === 'deferred'),
    [
      ['mpp', 'deferred'],
      ['ec2', 'deferred'],
    ],
  );
  t.equal(review.host.kind, 'deferred');
  for (const name of ['plan.md', 'plan.html'])
    t.match(readFileSync(join(build, name), 'utf8'), /aws_vpc\.this/, `${name} tells of it too`);

  const tampered = join(t.testdir(), 'plans');
  cpSync(join(build, 'plans'), tampered, { recursive: true });
  const plan = readFileSync(join(tampered, 'ingest.tfplan'));
  plan[plan.length - 1] = (plan.at(-1) ?? 0) ^ 1;
  writeFileSync(join(tampered, 'ingest.tfplan'), plan);
  const refused = ended(await runVerb('deploy', ['--only', 'ingest', '--plans', tampered]));
  t.equal(refused.exitCode, 1);
  t.match(refused.stderr, /ingest\.tfplan: has changed since it was reviewed: expects SHA-256/);
  t.notMatch(refused.stderr, /^> ingest$/m, 'nothing was begun');

  const applied = ended(
    await runVerb('deploy', ['--only', 'ingest', '--plans', join(build, 'plans'), '--json']),
  );
  t.equal(applied.exitCode, 0, applied.stderr);
  const { stacks } = reportSchema.parse(JSON.parse(applied.stdout));
  t.match(
    stacks.find(({ name }) => name === 'ingest'),
    { outcome: 'applied', add: 0, change: 1, destroy: 0 },
  );
  const again = ended(await runVerb('deploy', ['--only', 'ingest', '--plans', join(build, 'plans')]));
  t.match(again.stderr, /stack ingest: the plan is stale: it was made on serial \d+ of state/);
});
