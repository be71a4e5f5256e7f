import t from 'tap';
import type { PlanManifest, PlannedEntry } from '../../../scripts/core/plan-manifest.ts';
import { listPlanRefusals, type PlansNow, type StackNow } from '../../../scripts/core/plan-verdict.ts';
import type { StackName } from '../../../scripts/core/stacks.ts';

const digest = (letter: string) => letter.repeat(64);
const lineage = 'd3fcedb9-86d4-345e-755d-4d9e4f017f5b';
const planned = (stack: StackName, over: Partial<PlannedEntry> = {}): PlannedEntry => ({
  kind: 'planned',
  stack,
  sha256: digest('a'),
  inputs: digest('b'),
  state: { lineage, serial: 3 },
  isPreview: false,
  hasChanges: true,
  ...over,
});
const manifest: PlanManifest = {
  schemaVersion: 1,
  environment: 'dev',
  madeAt: '2026-11-30T10:00:00.000Z',
  config: { storage: digest('1'), worker: digest('2') },
  source: { commit: 'abc123', isDirty: false, files: { terraform: digest('3'), worker: digest('4') } },
  tools: { terraform: '1.11.4', aws: '5.100.0' },
  stacks: [
    planned('network'),
    planned('datalake', { state: null }),
    { kind: 'deferred', stack: 'ec2', awaits: [{ stack: 'network', output: 'vpc_id' }] },
  ],
};
const fitting: StackNow = { sha256: digest('a'), inputs: digest('b'), state: { lineage, serial: 3 } };
const now: PlansNow = {
  environment: 'dev',
  config: manifest.config,
  source: manifest.source,
  tools: manifest.tools,
  stacks: { network: fitting, datalake: { ...fitting, state: null } },
};
const choice = { wanted: ['network', 'datalake', 'ec2'], folder: 'p', hint: 'Plan again.' } as const;
const messages = (plans: PlanManifest, found: PlansNow, wanted: readonly StackName[] = choice.wanted) =>
  listPlanRefusals(plans, found, { ...choice, wanted }).map(({ message }) => message);
/** What is said when one thing of the world, or of a stack in it, is another. */
const whenNow = (over: Partial<PlansNow>) => messages(manifest, { ...now, ...over });
const whenNetwork = (over: Partial<StackNow>) =>
  whenNow({ stacks: { ...now.stacks, network: { ...fitting, ...over } } });

t.test('lets plans pass that fit in everything, deferred stacks among them', async t => {
  t.strictSame(messages(manifest, now), []);
});

const refusals: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  'another environment, and nothing else beside it': [
    whenNow({ environment: 'prod', config: {}, tools: {} }),
    ['p/manifest.json: expects plans of environment prod, got dev'],
  ],
  'a changed config, by its groups': [
    whenNow({ config: { storage: digest('9'), proof: digest('2') } }),
    ['config/dev.yaml: expects the config that was planned with, got changes in proof, storage, worker'],
  ],
  'another commit': [
    whenNow({ source: { ...manifest.source, commit: 'def456', isDirty: true } }),
    ['clone: expects commit abc123, which was planned with, got def456 with changes'],
  ],
  'a clone that is none of git any more': [
    whenNow({ source: { ...manifest.source, commit: null } }),
    ['clone: expects commit abc123, which was planned with, got none (no git clone)'],
  ],
  'files that were edited since, whatever the commit': [
    whenNow({ source: { ...manifest.source, files: { terraform: digest('8'), worker: digest('4') } } }),
    ['clone: expects the files that were planned with, got changes in terraform'],
  ],
  'another Terraform and another provider': [
    whenNow({ tools: { terraform: '1.12.0', aws: '5.99.0' } }),
    [
      'toolchain: expects aws 5.100.0, which was planned with, got 5.99.0',
      'toolchain: expects terraform 1.11.4, which was planned with, got 1.12.0',
    ],
  ],
  'a missing plan file': [whenNetwork({ sha256: undefined }), ['p/network.tfplan: there is no such file']],
  'a plan file that was changed on disk': [
    whenNetwork({ sha256: digest('f') }),
    [
      `p/network.tfplan: has changed since it was reviewed: expects SHA-256 ${digest('a')}, got ${digest('f')}`,
    ],
  ],
  'a state that has moved on': [
    whenNetwork({ state: { lineage, serial: 4 } }),
    [
      'stack network: the plan is stale: it was made on serial 3 of state d3fcedb9, got serial 4 of state d3fcedb9',
    ],
  ],
  'a state of another lineage, and one that is gone': [
    [...whenNetwork({ state: { lineage: 'ffffffff-0', serial: 3 } }), ...whenNetwork({ state: null })],
    [
      'stack network: the plan is stale: it was made on serial 3 of state d3fcedb9, got serial 3 of state ffffffff',
      'stack network: the plan is stale: it was made on serial 3 of state d3fcedb9, got no state',
    ],
  ],
  'a state where there was none': [
    whenNow({ stacks: { ...now.stacks, datalake: fitting } }),
    ['stack datalake: the plan is stale: it was made on no state, got serial 3 of state d3fcedb9'],
  ],
  'values that have changed or gone': [
    [...whenNetwork({ inputs: digest('e') }), ...whenNetwork({ inputs: undefined })],
    Array(2).fill(
      'stack network: the plan is stale: values that it was made with, of the config or of other stacks, have changed',
    ),
  ],
  'previews, and nothing else beside it': [
    messages(
      {
        ...manifest,
        stacks: [planned('bootstrap', { isPreview: true }), planned('network', { isPreview: true })],
      },
      { ...now, stacks: {} },
      ['bootstrap', 'network', 'ec2'],
    ),
    [
      'stack bootstrap, stack network: the plan is a preview, made before there was a state bucket: it shows what will come and is never applied',
    ],
  ],
  'a stack that could not be planned': [
    messages({ ...manifest, stacks: [{ kind: 'failed', stack: 'network' }] }, now, ['network']),
    ['stack network: could not be planned: there is nothing to apply'],
  ],
  'a stack that the manifest does not know': [
    messages(manifest, now, ['mpp']),
    ['p/manifest.json: expects stack mpp, got none: it is not whole'],
  ],
};

for (const [title, [found, expected]] of Object.entries(refusals))
  t.test(`refuses ${title}`, async t => {
    t.strictSame(found, expected);
  });

t.test('tells of everything at once, each with the remedy', async t => {
  const found = listPlanRefusals(
    manifest,
    { ...now, tools: { ...now.tools, aws: '6.0.0' }, config: {}, stacks: { network: fitting } },
    choice,
  );
  t.strictSame(
    found.map(({ where }) => where),
    ['config/dev.yaml', 'toolchain', 'p/datalake.tfplan'],
  );
  t.ok(found.every(({ hint }) => hint === 'Plan again.'));
});

t.test('names another remedy for previews: planned again they would be previews again', async t => {
  const stacks = [planned('bootstrap', { isPreview: true })];
  const [found] = listPlanRefusals({ ...manifest, stacks }, now, { ...choice, wanted: ['bootstrap'] });
  t.match(found?.hint, /^Make the state bucket \(npx zx scripts\/deploy\.mjs --env \S+ --only bootstrap\)/);
});

t.test('looks at the wanted stacks alone', async t => {
  t.strictSame(messages(manifest, { ...now, stacks: { network: fitting } }, ['network']), []);
});
