import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { unzipSync } from 'fflate';
import t from 'tap';
import { jobNames } from '../../../scripts/core/job-names.ts';
import { bundlePrograms } from '../../../scripts/edge/bundle.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { openStore } from '../../../worker/host/s3.ts';
import { spool } from '../../../worker/host/work-files.ts';
import { testRegion } from '../../helpers/emulator.ts';
import { planEstate } from '../../helpers/estate/estate.ts';
import { readExampleConfig } from '../../helpers/estate/example-variables.ts';
import { awsCallsOf, type Recorder, startRecorder } from '../../helpers/privilege/aws-calls.ts';
import {
  type Documented,
  hostCalls,
  jobCalls,
  lambdaCalls,
  tokenCalls,
} from '../../helpers/privilege/documented-calls.ts';
import {
  bucketCalls,
  datasetCalls,
  filesCalls,
  publishCalls,
  readCalls,
  secretCalls,
  sourceMarkCalls,
  watermarkCalls,
} from '../../helpers/privilege/job-calls.ts';
import {
  findDenied,
  findUnused,
  type JudgedRole,
  parsePolicy,
} from '../../helpers/privilege/policy-simulator.ts';
import { bucketKeyOf, keyArnOf, roleOf } from '../../helpers/privilege/role-policies.ts';
import { startS3Proxy } from '../../helpers/s3-proxy.ts';
import { prepareWorker } from '../../helpers/worker-bed.ts';

const estate = await planEstate(t, t.testdir());
const { region, accountId: account } = estate;
const scene = { region, account };
const facts = { ...scene, keyOf: (bucket: string) => bucketKeyOf(estate, bucket) };
const { emulator, s3, scratch, startWorker } = await prepareWorker(t);

/** What a stack was given. */
function given(stack: string, name: string): unknown {
  const found = estate.resources.find(one => one.stack === stack && one.address === `var.${name}`);
  return found?.after['value'];
}
const text = (stack: string, name: string) => String(given(stack, name));
const prefix = text('ec2', 'name_prefix');

/** A bucket on the emulator with the name that it has on AWS, so that the recorded calls fit the planned policies. */
async function makeBucket(Bucket: string): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: testRegion } as const;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
}

const inPartsAlways = { singlePut: 1, part: 5 * 1024 ** 2, parts: 10_000 };
const judged = new Set<string>();

/** All calls are allowed, and none of the role's rights could go. */
async function judge(
  t: Tap,
  input: {
    readonly role: JudgedRole;
    readonly recorder?: Recorder;
    readonly documented: readonly Documented[];
  },
): Promise<void> {
  const { role, recorder, documented } = input;
  judged.add(role.name);
  const recorded = awsCallsOf(recorder?.seen ?? [], facts);
  const calls = [...recorded, ...documented.flatMap(({ calls }) => calls)];
  t.same(await findDenied(role, calls), [], `${role.name}: every call is allowed`);
  t.same(await findUnused(role, calls), [], `${role.name}: every right is needed`);
}

type Tap = Pick<typeof t, 'same'>;

t.test('the worker may do what it does, and nothing else', async t => {
  const bucket = text('ec2', 'worker_bucket');
  await makeBucket(bucket);
  const put = (Key: string, Body: Buffer | string) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  const workDir = join(scratch, 'least-privilege');
  mkdirSync(workDir);
  const config = `${workDir}.json`;
  writeFileSync(config, JSON.stringify({ bucket, region: testRegion, workDir }));
  const recorder = await startRecorder(t, emulator.endpoint);
  const run = async (endpoint = recorder.endpoint) => {
    const { lines } = await startWorker(config, { AWS_ENDPOINT_URL: endpoint }).done;
    return lines.at(-1);
  };
  await put('input/', '');
  await put('input/good.json', '{"n":1}');
  await put('input/deep/er/good.csv', 'a,b\n1,2\n');
  await put('input/large.json', `[${'"abcdefg",'.repeat(2_000_000)}0]`);
  await put('input/deep/good.json', '{"n":1}');
  await put('input/empty.json', '');
  await put('input/bad.json', '{"n":');
  await put('input/picture.png', 'png');
  await put('input/~odd.json', '{');
  t.match(await run(), { outcome: 'done', processed: 4, rejected: 4, left: 0 }, 'results of both kinds');

  await put('input/good.json', '{"n":2}');
  await put('input/bad.json', '{"n":"');
  t.match(await run(), { processed: 1, rejected: 1 }, 'results replaced by newer ones');

  await put('input/changed.json', '{"n":1}');
  await put('input/gone.json', '{"n":1}');
  await put('input/lost.json', '{"n":1}');
  await put('input/newer.json', '{"n":1}');
  const happened = new Set<string>();
  const meddler = await startS3Proxy(t, recorder.endpoint, async ({ method, url }) => {
    const step = `${method} ${url.replace(/^\/[^/]+\/|\?.*$/g, '')}`;
    if (happened.has(step)) return 'pass';
    happened.add(step);
    if (step === 'GET input/changed.json') await put('input/changed.json', '{"n":2}');
    if (step === 'GET input/gone.json') {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'input/gone.json' }));
    }
    if (step === 'DELETE input/newer.json') await put('input/newer.json', '{"n":2}');
    return step === 'PUT output/lost.json' ? 'lose' : 'pass';
  });
  await run(meddler.endpoint);
  const statuses = new Set(recorder.seen.map(({ method, status }) => `${method} ${status}`));
  for (const outcome of [
    'GET 412',
    'GET 404',
    'HEAD 404',
    'HEAD 200',
    'PUT 200',
    'DELETE 204',
    'DELETE 412',
  ]) {
    t.ok(statuses.has(outcome), outcome);
  }
  t.match(await run(), { processed: 2, left: 0 }, 'the newer inputs');

  const environment = { ...process.env };
  Object.assign(process.env, { ...emulator.env, AWS_ENDPOINT_URL: recorder.endpoint });
  // The worker's own store, to which a small file is already too large for one PUT.
  const store = openStore({ bucket, region: testRegion, concurrency: 1, putLimits: inPartsAlways });
  const provenance = { sourceSha256: '', sourceEtag: '', sourceVersionId: undefined, redrives: 0 };
  const file = await spool(Readable.from([Buffer.from('{"n":1}')]), join(workDir, 'in-parts'));
  const upload = { ...file, objectKey: 'output/in-parts.json', replaces: undefined, provenance };
  t.equal(await store.put(upload), 'written');
  t.equal(await store.put(upload), 'changed', 'and the parts of the second are taken back');
  process.env = environment;

  await judge(t, {
    role: roleOf(estate, `${prefix}-worker`),
    recorder,
    documented: hostCalls(scene, { logGroup: `/millrace/${prefix}/worker` }),
  });
});

/** Runs a function's zip as Lambda does, with the environment that Terraform gives it and what `env` adds. */
async function invoke(
  zip: string,
  planned: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<unknown> {
  const folder = join(scratch, planned);
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
    writeFileSync(join(folder, name), bytes);
  }
  const lambda = estate.resources.find(
    ({ type, after }) => type === 'aws_lambda_function' && after['function_name'] === planned,
  );
  const variables = /"variables":(\{[^}]*\})/.exec(JSON.stringify(lambda?.after))?.[1] ?? '{}';
  const context = `{ functionName: ${JSON.stringify(planned)}, getRemainingTimeInMillis: () => 300000 }`;
  const call = `require(${JSON.stringify(join(folder, 'index.js'))}).handler({}, ${context})
    .then(r => process.send(r), ({ message }) => process.send({ message }))`;
  const child = spawn(process.execPath, ['-e', call], {
    env: { ...emulator.env, ...JSON.parse(variables), ...env, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('close', code => reject(new Error(`${planned}: ended with ${code}\n${errors}`)));
  });
}

/**
 * Stands for both outside sources: other events each time, and any hour of the archive. The first one is damaged behind
 * more than a part of it.
 */
async function startSources(): Promise<string> {
  let id = 0;
  const lines = Array.from(
    { length: 12 },
    () => `${JSON.stringify({ id: randomBytes(1_000_000).toString('hex') })}\n`,
  );
  const damaged = Buffer.concat([gzipSync(lines.join('')), Buffer.from('garbage')]);
  const server = createServer(({ url = '' }, answer) => {
    id += 1;
    const event = { id: `${id}`, type: 'PushEvent', created_at: '2026-01-01T00:00:00Z' };
    answer.writeHead(200, { etag: `"${id}"` });
    if (!url.endsWith('.json.gz')) answer.end(JSON.stringify([event]));
    else answer.end(id === 1 ? damaged : gzipSync(`${JSON.stringify(event)}\n`));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

t.test('the functions may do what they do, and nothing else', async t => {
  await makeBucket(text('ingest', 'raw_bucket'));
  const { functions } = await bundlePrograms({ root: projectRoot, outDir: join(scratch, 'functions') });
  const sources = await startSources();
  const outcomes = {
    // What a damaged hour has brought of its parts is taken back.
    batch: [{ message: /^1 of \d+ hours failed: .*incorrect header check$/ }, { failed: [] }],
    // The first poll finds no state, the second reads it.
    realtime: [{ outcome: 'written' }, { outcome: 'written' }],
  };
  for (const [kind, expected] of Object.entries(outcomes)) {
    const name = `${prefix}-ingest-${kind}`;
    const recorder = await startRecorder(t, emulator.endpoint);
    const env = {
      AWS_ENDPOINT_URL: recorder.endpoint,
      ARCHIVE_URL: sources,
      EVENTS_URL: `${sources}/events`,
      TOKEN_SECRET_ARN: undefined, // the emulator has it not
    };
    for (const outcome of expected) {
      t.match(await invoke(functions[`ingest-${kind}`] ?? '', name, env), outcome, name);
    }
    const { resourcePolicies, ...role } = roleOf(estate, name);
    await judge(t, {
      role: { ...role, resourcePolicies: { ...resourcePolicies, [readToken().keyArn]: defaultKeyPolicy } },
      recorder,
      documented: [
        ...lambdaCalls(scene, {
          name,
          keyArn: keyArnOf(estate, `alias/${prefix}-ingest`),
          deadLetterQueue: `${prefix}-ingest-dead-letters`,
        }),
        ...(kind === 'realtime' ? [tokenCalls(scene, readToken())] : []),
      ],
    });
  }
});

/**
 * What KMS gives a key where nobody says otherwise, and what IAM needs to decide at all: AWS KMS developer guide,
 * "Default key policy". The token's key is none of the estate's.
 */
const defaultKeyPolicy = parsePolicy(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  }),
);

/** The example's secret and its key. */
function readToken(): { readonly arn: string; readonly keyArn: string } {
  const { arn, key } = readExampleConfig().ingest.tokenSecret ?? {};
  if (arn === undefined || key == null)
    throw new Error('expected a secret with a key in the example, got none');
  return { arn, keyArn: key };
}

/** What each script does, from the code that it calls. */
function scriptCalls(): Readonly<Record<string, readonly Documented[]>> {
  const [raw, staged, analytics] = [layerBucket('raw'), layerBucket('staged'), layerBucket('analytics')];
  const foldersIn = (bucket: string, prefixes: readonly string[]) =>
    prefixes.map(prefix => ({ bucket, key: `${prefix}/` }));
  const datasets: Readonly<Record<'staged' | 'analytics', object>> = JSON.parse(
    readFileSync(join(projectRoot, 'files/configuration/datasets.json'), 'utf8'),
  );
  const sources = foldersIn(raw, [
    'Raw/Local/CSV/Movies',
    'Raw/Local/CSV/Series',
    'github/archive',
    'github/events',
  ]);
  const stagedTables = foldersIn(staged, Object.keys(datasets.staged));
  const analyticsTables = foldersIn(analytics, Object.keys(datasets.analytics));
  const helper = text('mpp', 'helper_bucket');
  const datasetsRead = datasetCalls(text('mpp', 'configuration_bucket'));
  const workerBucket = text('ec2', 'worker_bucket');
  const workerKey = bucketKeyOf(estate, workerBucket);
  if (workerKey === undefined) throw new Error(`${workerBucket}: expected a key of its own, got none`);
  return {
    'raw-to-staged': [
      datasetsRead,
      bucketCalls([raw, staged, helper]),
      readCalls(sources),
      publishCalls(stagedTables),
      sourceMarkCalls(stagedTables),
    ],
    'staged-to-analytics': [
      datasetsRead,
      bucketCalls([staged, analytics, helper]),
      readCalls(stagedTables),
      publishCalls(analyticsTables),
      sourceMarkCalls(analyticsTables),
    ],
    'jdbc-to-raw': [
      bucketCalls([raw, helper]),
      publishCalls(foldersIn(raw, ['jdbc/public.orders'])),
      watermarkCalls(raw),
      secretCalls(scene, { arn: secretArn(), keyArn: keyArnOf(estate, `alias/${prefix}-mpp`) }),
    ],
    'files-batch': [bucketCalls([workerBucket]), filesCalls(scene, { bucket: workerBucket, key: workerKey })],
  };
}

t.test('the jobs may do what is documented of them, and nothing else', async t => {
  const scripts = scriptCalls();
  const jobResources = estate.resources.filter(({ type }) => type === 'aws_glue_job');
  t.same(
    jobResources.map(({ after }) => after['name']).sort(),
    jobNames.map(kind => `${prefix}-${kind}`).sort(),
    'every job is there',
  );
  // Stack mpp gets the lake's key as an output, which a fixture stands for.
  const lakeKey = keyArnOf(estate, `alias/${prefix}-lake`);
  const givenKey = text('mpp', 'lake_kms_key_arn');
  for (const kind of jobNames) {
    const name = `${prefix}-${kind}`;
    const planned = jobResources.find(({ after }) => after['name'] === name);
    const json = JSON.stringify(planned?.after);
    const [, script = ''] = /"script_location":"([^"]+)"/.exec(json) ?? [];
    const [, archive = ''] = /"--extra-py-files":"([^"]+)"/.exec(json) ?? [];
    const [, temporary = ''] = /"--TempDir":"([^"]+)"/.exec(json) ?? [];
    const [, connection = ''] = /"connections":\["([^"]+)"/.exec(json) ?? [];
    const { resourcePolicies, ...role } = roleOf(estate, name);
    const keyPolicy = resourcePolicies[lakeKey];
    await judge(t, {
      role: {
        ...role,
        resourcePolicies: {
          ...resourcePolicies,
          ...(keyPolicy === undefined ? {} : { [givenKey]: keyPolicy }),
        },
      },
      documented: [
        ...jobCalls(scene, {
          script,
          archive,
          temporary,
          connection,
          logGroups: estate.resources
            .filter(({ type, after }) => type === 'aws_cloudwatch_log_group' && isGroupOf(after, kind))
            .map(({ after }) => String(after['name'])),
          subnetId: text('mpp', 'private_subnet_id'),
          securityGroupId: text('mpp', 'glue_security_group_id'),
          dataKey: { arn: givenKey, alias: `alias/${prefix}-lake` },
        }),
        ...(scripts[kind] ?? []),
      ],
    });
  }
});

t.test('every role of a program is judged', async t => {
  const others = [
    { roles: /-(flow-logs|lake-formation|schedule-\w+)$/, reason: 'an AWS service alone acts with it' },
    { roles: /-crawler$/, reason: 'Glue alone acts with it, no script' },
    { roles: /-ci-(plan|apply)-/, reason: 'Terraform acts with it: no program of the estate' },
  ];
  const roles = estate.resources
    .filter(({ type }) => type === 'aws_iam_role')
    .map(({ after }) => String(after['name']));
  t.same(
    roles.filter(role => !judged.has(role) && !others.some(other => other.roles.test(role))),
    [],
  );
  t.same(
    others.filter(other => !roles.some(role => other.roles.test(role))),
    [],
  );
});

function layerBucket(layer: string): string {
  const buckets = given('mpp', 'layer_buckets');
  const name = typeof buckets === 'object' && buckets !== null ? Object.entries(buckets) : [];
  return String(name.find(([one]) => one === layer)?.[1]);
}

function isGroupOf({ name }: Readonly<Record<string, unknown>>, kind: string): boolean {
  return String(name).startsWith(`/aws-glue/jobs/${prefix}-${kind}/`);
}

function secretArn(): string {
  return String(estate.resources.find(({ type }) => type === 'aws_secretsmanager_secret')?.after['arn']);
}
