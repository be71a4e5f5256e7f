import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parseConfig } from '../../../scripts/core/config.ts';
import {
  buildStackInputs,
  inOrder,
  listHostAwaited,
  mergeOutputs,
  type Outputs,
  parseOutputs,
  requireOutputs,
} from '../../../scripts/core/contract.ts';
import { buildNames } from '../../../scripts/core/names.ts';
import { stackNames } from '../../../scripts/core/stacks.ts';

const yaml = readFileSync(fileURLToPath(new URL('../../../config/local.yaml', import.meta.url)), 'utf8');
const config = parseConfig(yaml, 'config/local.yaml');
const base = {
  config,
  names: buildNames(config, 'local'),
  facts: {
    archiveUrl: 'http://127.0.0.1:1',
    eventsUrl: 'http://127.0.0.1:1/events',
    publicKey: 'ssh-ed25519 AAAA',
  },
};
const network = {
  vpc_id: 'vpc-1',
  public_subnet_ids: ['subnet-1'],
  private_subnet_ids: ['subnet-2'],
  private_subnet_zones: ['us-east-1a'],
  glue_security_group_id: 'sg-1',
};
const datalake = {
  layer_buckets: { raw: 'r' },
  platform_buckets: { etl: 'e' },
  helper_bucket: 'h',
  databases: { raw: 'dr', staged: 'ds', analytics: 'da' },
  workgroup: 'w',
  kms_key_arn: 'arn:aws:kms:us-east-1:000000000000:key/1',
};

const ownKey = {
  mode: 'kms',
  keyArn: null,
  rawKey: 'alias/millrace-local-lake',
  workerKey: 'alias/millrace-local-worker',
};

/** The text of `terraform output -json` for these values. */
const outputText = (values: object) =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { sensitive: false, type: 'string', value }]),
    ),
  );

t.test('reads the values of an applied stack', async t => {
  t.strictSame(parseOutputs('network', outputText(network)), { network });
});

t.test('passes over an output that is not in the contract', async t => {
  t.strictSame(parseOutputs('network', outputText({ ...network, vpc_arn: 'arn' })), { network });
});

t.test('reads past a warning that stands before the object', async t => {
  const warning =
    '\nWarning: Deprecated Parameter\n\nThe parameter "dynamodb_table" is deprecated. Use parameter "use_lockfile"\ninstead.\n\n';
  t.strictSame(parseOutputs('network', `${warning}${outputText(network)}\n`), { network });
});

t.test('takes a missing key of the lake for none: Terraform leaves out an output that is null', async t => {
  const { kms_key_arn, ...others } = datalake;
  t.ok(kms_key_arn);
  t.strictSame(parseOutputs('datalake', outputText(others)), { datalake: { ...others, kms_key_arn: null } });
});

t.test('gives nothing for a stack that has not been applied, or only in part', async t => {
  t.strictSame(parseOutputs('network', '{}\n'), {});
  t.strictSame(parseOutputs('network', ''), {});
  t.strictSame(parseOutputs('network', outputText({ vpc_id: 'vpc-1' })), {});
  t.strictSame(parseOutputs('network', outputText({ ...network, public_subnet_ids: [] })), {});
});

t.test('refuses a broken object', async t => {
  t.throws(() => parseOutputs('network', '{"vpc_id": '), SyntaxError);
});

const outputsWith = (outputs: Outputs) =>
  stackNames.map(stack => {
    const inputs = buildStackInputs(stack, { ...base, outputs });
    return [
      stack,
      inputs.kind === 'ready'
        ? 'ready'
        : inputs.awaits.map(awaited => `${awaited.stack}.${awaited.output}`).join(' '),
    ];
  });

t.test('defers exactly the stacks whose ids are not known, and names what they wait for', async t => {
  t.strictSame(outputsWith({}), [
    ['bootstrap', 'ready'],
    ['network', 'ready'],
    ['datalake', 'ready'],
    [
      'mpp',
      'network.private_subnet_ids network.private_subnet_zones network.glue_security_group_id datalake.databases datalake.kms_key_arn',
    ],
    ['ingest', 'ready'],
    ['ec2', 'network.vpc_id network.public_subnet_ids'],
  ]);
  t.strictSame(outputsWith({ network }).slice(3), [
    ['mpp', 'datalake.databases datalake.kms_key_arn'],
    ['ingest', 'ready'],
    ['ec2', 'ready'],
  ]);
  t.ok(outputsWith({ network, datalake }).every(([, state]) => state === 'ready'));
});

t.test(
  "puts the host where its transport reaches it: a public subnet, or a private one without a caller's port",
  async t => {
    const inputsWith = (transport: 'public-ssh' | 'ssm', outputs: Outputs) =>
      buildStackInputs('ec2', { ...base, config: { ...config, ssh: { ...config.ssh, transport } }, outputs });
    t.match(inputsWith('public-ssh', { network }), { values: { private: false, subnetId: 'subnet-1' } });
    t.match(inputsWith('ssm', { network }), { values: { private: true, subnetId: 'subnet-2' } });
    t.match(inputsWith('ssm', {}), {
      awaits: [
        { stack: 'network', output: 'vpc_id' },
        { stack: 'network', output: 'private_subnet_ids' },
      ],
    });
  },
);

t.test('waits for no key of the lake where the config has another', async t => {
  const storage = { ...config.storage, encryption: 'sse-s3' };
  t.strictSame(buildStackInputs('mpp', { ...base, config: { ...config, storage }, outputs: { network } }), {
    kind: 'deferred',
    awaits: [{ stack: 'datalake', output: 'databases' }],
  });
});

t.test('defers on an output that a planned apply will change, and on no other', async t => {
  const changing = [
    { stack: 'network', output: 'vpc_id' },
    { stack: 'datalake', output: 'workgroup' },
  ] as const;
  const withChanges = { ...base, outputs: { network, datalake }, changing };
  t.strictSame(buildStackInputs('ec2', withChanges), { kind: 'deferred', awaits: [changing[0]] });
  t.equal(buildStackInputs('mpp', withChanges).kind, 'ready');
});

t.test('lets the host wait for what its inventory holds of stack ec2', async t => {
  const ec2 = {
    worker_bucket: 'b',
    instance_id: 'i-1',
    public_ip: '',
    security_group_id: 'sg',
    log_group: 'l',
  };
  const outputsOf = (outputs: Outputs, changed: readonly string[]) =>
    listHostAwaited(
      outputs,
      changed.map(output => ({ stack: 'ec2', output })),
    ).map(({ output }) => output);
  t.strictSame(outputsOf({}, []), ['worker_bucket', 'instance_id', 'public_ip']);
  t.strictSame(outputsOf({ ec2 }, ['log_group']), []);
  t.strictSame(outputsOf({ ec2 }, ['instance_id']), ['instance_id']);
});

t.test('hands the outputs on as they are', async t => {
  t.strictSame(buildStackInputs('mpp', { ...base, outputs: { network, datalake } }), {
    kind: 'ready',
    values: { ...base, encryption: ownKey, network, datalake },
  });
  t.strictSame(buildStackInputs('network', { ...base, outputs: { network } }), {
    kind: 'ready',
    values: { ...base, encryption: ownKey },
  });
});

t.test("gives bootstrap its repository in Terraform's words, or none", async t => {
  const valuesWith = (github: typeof config.account.github) =>
    buildStackInputs('bootstrap', {
      ...base,
      config: { ...config, account: { ...config.account, github } },
      outputs: {},
    });
  t.match(valuesWith(config.account.github), {
    values: {
      github: {
        repository: 'millrace/rehearsal',
        owner_id: '1',
        repository_id: '2',
        branch: 'main',
        environment: 'production',
        create_provider: true,
      },
    },
  });
  t.match(valuesWith(null), { values: { github: null } });
});

t.test('lets the role that plans see the catalog, where there is one', async t => {
  const readersWith = (account: Partial<typeof config.account>) => {
    const changed = { ...config, account: { ...config.account, ...account } };
    const inputs = buildStackInputs('datalake', { ...base, config: changed, outputs: {} });
    return inputs.kind === 'ready' && inputs.values['catalogReaders'];
  };
  const role = 'arn:aws:iam::000000000000:role/ci/millrace-ci-plan-us-east-1';
  t.strictSame(readersWith({}), [role]);
  t.strictSame(readersWith({ github: null }), [role]);
  t.strictSame(readersWith({ github: null, serviceUser: false }), []);
});

t.test('tells the stacks how buckets are encrypted', async t => {
  const arn = 'arn:aws:kms:us-east-1:000000000000:key/1';
  const encryptionWith = (encryption: string) => {
    const storage = { ...config.storage, encryption };
    const inputs = buildStackInputs('datalake', { ...base, config: { ...config, storage }, outputs: {} });
    return inputs.kind === 'ready' && inputs.values['encryption'];
  };
  t.strictSame(encryptionWith('sse-s3'), { mode: 'sse-s3', keyArn: null, rawKey: null, workerKey: null });
  t.strictSame(encryptionWith('kms'), ownKey);
  t.strictSame(encryptionWith(arn), { mode: 'kms', keyArn: arn, rawKey: arn, workerKey: arn });
});

t.test('requires outputs with a failure that says how to get them', async t => {
  t.strictSame(requireOutputs({ network }, 'network'), network);
  t.throws(() => requireOutputs({ network }, 'ec2'), {
    name: 'Failure',
    message: 'stack ec2: has no outputs yet',
    hint: 'Run: npx zx scripts/deploy.mjs',
  });
});

t.test('merges outputs and puts stacks in order', async t => {
  t.strictSame(mergeOutputs([{ network }, {}, { datalake }]), { network, datalake });
  t.strictSame(inOrder(['ec2', 'bootstrap', 'mpp', 'ec2']), ['bootstrap', 'mpp', 'ec2']);
});
