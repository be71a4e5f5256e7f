import t from 'tap';
import { Failure } from '../../../scripts/core/failure.ts';
import { type PlanManifest, parseManifest, planName } from '../../../scripts/core/plan-manifest.ts';

const manifest: PlanManifest = {
  schemaVersion: 1,
  environment: 'dev',
  madeAt: '2026-11-30T10:00:00.000Z',
  config: { storage: 'a'.repeat(64) },
  source: { commit: null, isDirty: false, files: { terraform: 'b'.repeat(64) } },
  tools: { terraform: '1.11.4', aws: '5.100.0' },
  stacks: [
    {
      kind: 'planned',
      stack: 'network',
      sha256: 'c'.repeat(64),
      inputs: 'd'.repeat(64),
      state: null,
      isPreview: false,
      hasChanges: true,
    },
    { kind: 'deferred', stack: 'ec2', awaits: [{ stack: 'network', output: 'vpc_id' }] },
    { kind: 'failed', stack: 'mpp' },
  ],
};
const read = (text: string | undefined) => parseManifest(text, 'plans/manifest.json', 'Plan again.');
const messageOf = (text: string | undefined) => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Failure) return error.message;
  }
  return 'none';
};

t.test('reads a manifest back as it was written', async t => {
  t.strictSame(read(JSON.stringify(manifest)), manifest);
  t.equal(planName('network'), 'network.tfplan');
});

t.test('tells a plan that was interrupted from one that is damaged or of another version', async t => {
  t.equal(
    messageOf(undefined),
    'plans/manifest.json: there is no such file: no plan ended here, or it was interrupted',
  );
  t.equal(
    messageOf(JSON.stringify(manifest).slice(0, 90)),
    'plans/manifest.json: is not the whole manifest of a plan',
  );
  const { tools, ...lacking } = manifest;
  t.ok(tools);
  t.equal(
    messageOf(JSON.stringify(lacking)),
    'plans/manifest.json: is not the whole manifest of a plan at tools',
  );
  t.match(
    messageOf(JSON.stringify({ ...manifest, schemaVersion: 2 })),
    /expects schemaVersion 1, got 2: another version of Millrace made these plans/,
  );
});

t.test('takes no name of a stack that could lead out of the folder', async t => {
  const foreign = { ...manifest, stacks: [{ kind: 'failed', stack: '../../etc/passwd' }] };
  t.match(messageOf(JSON.stringify(foreign)), /is not the whole manifest of a plan at stacks\.0/);
});
