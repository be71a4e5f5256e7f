import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import t, { type Test } from 'tap';
import { createS3 } from '../../scripts/edge/aws.ts';
import { createTarget } from '../../scripts/edge/target-choice.ts';
import { completeBucket, createBucket, hasBucket } from '../../scripts/edge/upload-bucket.ts';
import { openWorkspace } from '../../scripts/edge/workspace.ts';
import { copyProject, ended, poison, runInCopy } from '../helpers/clean-copy.ts';
import { startS3Proxy } from '../helpers/s3-proxy.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'millrace-upload-'));
t.teardown(() => rmSync(copy, { recursive: true, force: true }));
await copyProject(copy);
for (const name of ['node_modules', '.venv']) symlinkSync(join(root, name), join(copy, name));
writeFileSync(join(copy, 'config/cloud.yaml'), readFileSync(join(root, 'config/aws.example.yaml')));

const noKeys = {
  AWS_ACCESS_KEY_ID: '',
  AWS_SECRET_ACCESS_KEY: '',
  AWS_SESSION_TOKEN: '',
  AWS_PROFILE: '',
  HOME: '/nonexistent',
};

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const result = ended(
    await runInCopy([process.execPath, 'node_modules/zx/build/cli.js', 'scripts/upload.mjs', ...args], {
      cwd: copy,
      env,
    }),
  );
  const secrets = [
    poison['AWS_SECRET_ACCESS_KEY'] ?? '',
    poison['AWS_SESSION_TOKEN'] ?? '',
    's3cr3t',
    'T0KEN',
  ];
  const shown = secrets.filter(secret => `${result.stdout}${result.stderr}`.includes(secret));
  if (shown.length > 0) throw new Error(`a secret is shown: ${result.stdout}${result.stderr}`);
  return result;
}

t.test('refuses what cannot be meant before anything', async t => {
  const help = await run(['--help']);
  t.match(help, {
    exitCode: 0,
    stderr: '',
    stdout: /^npx zx scripts\/upload\.mjs FILE\.\.\. .*--bucket NAME .*--dry-run/s,
  });
  const failures = [
    [
      ['nowhere.csv', 'config/*.csv'],
      /^error: upload: 2 faults\n {2}nowhere\.csv: .*\n {2}config\/\*\.csv: expects/,
    ],
    [
      ['files/datasets', '--bucket', 'My_Bucket'],
      /^error: --bucket: expects small letters, .*, got "My_Bucket"\n/,
    ],
    [['files/datasets', '--bucket', 'other-bucket'], /^error: environment local: has no raw bucket yet\n/],
  ] as const;
  for (const [args, stderr] of failures) t.match(await run(args), { exitCode: 1, stdout: '', stderr });
});

t.test('refuses a half-set credential by name, on either target, and never shows a value', async t => {
  const odd = [
    [
      'local',
      { AWS_ACCESS_KEY_ID: 'AKIA0', AWS_SESSION_TOKEN: 'T0KEN' },
      'AWS_SECRET_ACCESS_KEY (environment): expects',
    ],
    ['cloud', { aws_secret_access_key: 's3cr3t' }, 'aws_access_key_id (environment): expects'],
  ] as const;
  for (const [target, env, message] of odd) {
    const result = await run(['files/datasets', '--env', target], { ...noKeys, ...env });
    t.match(result, { exitCode: 1, stdout: '', stderr: `error: ${message}` });
  }
  writeFileSync(join(copy, '.env'), 'aws_access_key_id=AKIA0\naws_session_token=T0KEN\n');
  t.match((await run(['files/datasets'])).stderr, 'error: aws_secret_access_key (.env): expects');
  rmSync(join(copy, '.env'));
});

t.test('the command on a local environment', async t => {
  const { access, names } = await startLocalTarget(t);
  const accountId = '000000000000';
  const s3 = createS3(access);
  t.teardown(() => s3.destroy());
  t.match(await run(['files/datasets']), {
    exitCode: 1,
    stderr: /^error: environment local: has no raw bucket/m,
  });
  const raw = names.layerBuckets.raw;
  await s3.send(new CreateBucketCommand({ Bucket: raw }));

  const args = ['files/datasets', '--day', '2026-11-20', '--json'];
  const planned = await run([...args, '--dry-run']);
  t.match(planned, { exitCode: 0, stderr: /\nNothing was changed\. Would be: 2 uploaded \(/ });
  const done = await run(args);
  t.match(done, { exitCode: 0, stderr: /\n2 uploaded \(\d+\.\d KiB\), 0 there already, 0 failed, / });
  const report = JSON.parse(done.stdout);
  t.strictSame(JSON.parse(planned.stdout), { ...report, dryRun: true });
  t.match(report, { schemaVersion: 1, environment: 'local', bucket: raw, created: false, failed: [] });
  // What env.sh of the local environment sets.
  const sourced = await run([...args, '--dry-run'], {
    AWS_ACCESS_KEY_ID: accountId,
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  const { uploaded } = report;
  t.strictSame(JSON.parse(sourced.stdout), { ...report, dryRun: true, uploaded: [], skipped: uploaded });
  t.match(sourced.stderr, `skipped   "files/datasets/movies.csv": ${uploaded[0]?.bytes} bytes, Raw/Local`);
  t.same(await keysOf(s3, raw), [
    'Raw/Local/CSV/Movies/2026/11/20/movies.csv',
    'Raw/Local/CSV/Series/2026/11/20/series.csv',
  ]);
  await t.test('makes a bucket that is asked for, closed like those of the lake', async t => {
    const bucket = 'my-own-bucket-1';
    const made = JSON.parse((await run([...args, '--bucket', bucket])).stdout);
    t.strictSame(made, { ...report, bucket, created: true });
    await checkDefaults(t, s3, bucket);
  });

  await t.test('takes any file, with a dataset and a pattern', async t => {
    const { exitCode } = await run([
      'files/**/mo*.csv',
      'README.md',
      '--dataset',
      'anyThing',
      '--day',
      '2020-02-29',
    ]);
    t.equal(exitCode, 0);
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: raw, Key: 'Raw/Local/CSV/AnyThing/2020/02/29/README.md' }),
    );
    t.ok(
      Buffer.from((await Body?.transformToByteArray()) ?? []).equals(readFileSync(join(copy, 'README.md'))),
    );
    t.ok((await keysOf(s3, raw)).includes('Raw/Local/CSV/AnyThing/2020/02/29/movies.csv'));
  });

  await t.test("tells somebody else's bucket, another region, and a missing right apart", async t => {
    const other = createS3({
      ...access,
      local: { endpoint: access.local?.endpoint ?? '', accountId: '111111111111' },
    });
    const far = createS3({ ...access, region: 'eu-west-1' });
    t.teardown(() => {
      other.destroy();
      far.destroy();
    });
    await other.send(new CreateBucketCommand({ Bucket: 'taken-bucket' }));
    await far.send(
      new CreateBucketCommand({
        Bucket: 'far-bucket',
        CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
      }),
    );
    const noteDir = t.testdir();
    const here = { s3, region: access.region, accountId, noteDir };
    await t.rejects(hasBucket(here, 'taken-bucket'), {
      message: "bucket taken-bucket: expects a bucket of account 000000000000, got one of somebody else's",
    });
    t.match(await run([...args, '--bucket', 'far-bucket']), {
      exitCode: 1,
      stderr: /error: bucket far-bucket: expects a bucket in region us-east-1, got one in eu-west-1\n/,
    });
    const denied = { status: 403, code: 'AccessDenied' };
    const place = async (isDenied: (method: string, url: string) => boolean, region = access.region) => {
      const proxy = await startS3Proxy(t, access.local?.endpoint ?? '', ({ method, url }) =>
        isDenied(method, url) ? denied : 'pass',
      );
      const client = createS3({ region, local: { endpoint: proxy.endpoint, accountId } });
      t.teardown(() => client.destroy());
      return { s3: client, region, accountId, noteDir };
    };
    const noHead = await place(method => method === 'HEAD');
    await t.rejects(hasBucket(noHead, raw), { message: /these credentials have no right to look into it/ });
    const nothing = await place(() => true);
    await t.rejects(hasBucket(nothing, raw), {
      message: /is somebody else's, or these credentials have no right/,
    });
    await t.rejects(createBucket(nothing, 'no-right'), {
      message: /no right to make it \(s3:CreateBucket\)/,
    });
    const noPolicy = await place((_method, url) => url.includes('?policy'));
    await t.rejects(createBucket(noPolicy, 'half-made'), {
      message: /no right to make it \(s3:PutBucketPolicy\)/,
    });
    t.equal(await hasBucket(noPolicy, 'half-made'), false, 'it is removed again');
    t.equal(await completeBucket(here, 'half-made'), false);
    const cutOff = await place((method, url) => method === 'DELETE' || url.includes('?policy'));
    await t.rejects(createBucket(cutOff, 'cut-off'));
    t.equal(await completeBucket(here, 'cut-off'), true);
    await checkDefaults(t, s3, 'cut-off');
    t.equal(await completeBucket(here, 'cut-off'), false, 'once');
    await t.rejects(createBucket(noPolicy, 'taken-bucket'), { message: /got one of somebody else's/ });
    const west = await place(() => false, 'eu-west-1');
    await createBucket(west, 'west-bucket');
    const { LocationConstraint } = await west.s3.send(
      new GetBucketLocationCommand({ Bucket: 'west-bucket' }),
    );
    t.equal(LocationConstraint, 'eu-west-1');
  });
});

async function checkDefaults(t: Test, s3: S3Client, Bucket: string): Promise<void> {
  const access = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
  t.same(Object.values(access.PublicAccessBlockConfiguration ?? {}), [true, true, true, true]);
  const ownership = await s3.send(new GetBucketOwnershipControlsCommand({ Bucket }));
  t.same(ownership.OwnershipControls?.Rules, [{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  t.match(encryption.ServerSideEncryptionConfiguration?.Rules, [
    { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
  ]);
  t.match(await s3.send(new GetBucketVersioningCommand({ Bucket })), { Status: 'Enabled' });
  const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  t.match(JSON.parse(Policy).Statement, [
    {
      Effect: 'Deny',
      Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]);
  const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  t.match(Rules, [
    {
      Status: 'Enabled',
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      NoncurrentVersionExpiration: { NoncurrentDays: 90 },
    },
  ]);
}

async function keysOf(s3: S3Client, Bucket: string): Promise<readonly (string | undefined)[]> {
  return ((await s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);
}

/** What a deploy would have brought up for environment local of the copy. */
async function startLocalTarget(t: Test) {
  const workspace = openWorkspace(copy, 'local');
  const target = await createTarget(workspace);
  t.teardown(target.remove);
  await target.start(() => {});
  return { access: target.access, names: workspace.names };
}
