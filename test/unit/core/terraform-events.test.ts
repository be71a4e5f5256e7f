import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { logTextOf, parseTerraformRun } from '../../../scripts/core/terraform-events.ts';

/** Lines that Terraform 1.11.4 printed for a root of `terraform_data` resources. */
const fixture = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/terraform/${name}`, import.meta.url)), 'utf8');

const changes = [
  { address: 'terraform_data.replaced', type: 'terraform_data', action: 'replace' },
  { address: 'terraform_data.old[0]', type: 'terraform_data', action: 'delete' },
  { address: 'terraform_data.new[0]', type: 'terraform_data', action: 'create' },
  { address: 'terraform_data.updated', type: 'terraform_data', action: 'update' },
];

t.test('reads a plan', async t => {
  t.strictSame(parseTerraformRun(fixture('plan.jsonl')), {
    changes,
    add: 2,
    change: 1,
    destroy: 2,
    changedOutputs: ['text'],
    hasDrift: false,
    errors: [],
  });
});

t.test('reads an apply', async t => {
  t.strictSame(parseTerraformRun(fixture('apply.jsonl')), {
    changes,
    add: 2,
    change: 1,
    destroy: 2,
    changedOutputs: [],
    hasDrift: false,
    errors: [],
  });
});

t.test('tells of drift, and of no output that stays as it is', async t => {
  const resource = { addr: 'terraform_data.a', resource_type: 'terraform_data' };
  const outputs = {
    kept: { sensitive: false, action: 'noop' },
    gone: { sensitive: false, action: 'delete' },
    hidden: { sensitive: true, action: 'update' },
  };
  const lines = [
    { type: 'resource_drift', change: { resource, action: 'update' } },
    { type: 'outputs', outputs },
  ];
  const run = parseTerraformRun(lines.map(line => JSON.stringify(line)).join('\n'));
  t.match(run, { changedOutputs: ['gone', 'hidden'], hasDrift: true, changes: [] });
});

t.test('reads the error of a plan that failed, with its place', async t => {
  t.strictSame(parseTerraformRun(fixture('plan-failed.jsonl')).errors, [
    'main.tf:26: Resource precondition failed: the new thing is broken',
  ]);
});

t.test('prefers the resource to the line, and takes a warning for no error', async t => {
  const line = (severity: string) =>
    JSON.stringify({
      '@message': `${severity}: Bucket gone`,
      type: 'diagnostic',
      diagnostic: {
        severity,
        summary: 'Bucket gone',
        detail: '',
        address: 'aws_s3_bucket.this',
        range: { filename: 'bucket.tf', start: { line: 3 } },
      },
    });
  t.strictSame(parseTerraformRun([line('warning'), line('error')].join('\n')).errors, [
    'aws_s3_bucket.this: Bucket gone',
  ]);
  t.equal(logTextOf(line('warning')), 'warning: aws_s3_bucket.this: Bucket gone');
});

t.test('passes over what is no event, and over changes that change nothing', async t => {
  const planned = (action: string) =>
    JSON.stringify({
      type: 'planned_change',
      change: { resource: { addr: 'x.y', resource_type: 'x' }, action },
    });
  const lines = ['', 'Warning: something', '{"type":', '[]', 'null', '{"type":"version"}'];
  t.strictSame(parseTerraformRun([...lines, ...['noop', 'read', 'move', 'import'].map(planned)].join('\n')), {
    changes: [],
    add: 0,
    change: 0,
    destroy: 0,
    changedOutputs: [],
    hasDrift: false,
    errors: [],
  });
});

t.test('keeps the message of each line in the log, and a line that is no event as it is', async t => {
  const lines = fixture('plan-failed.jsonl').trimEnd().split('\n');
  t.strictSame(lines.map(logTextOf), [
    'Terraform 1.11.4',
    'terraform_data.old[0]: Plan to delete',
    'Plan: 0 to add, 0 to change, 1 to destroy.',
    'error: main.tf:26: Resource precondition failed: the new thing is broken',
  ]);
  t.equal(logTextOf('Terraform crashed'), 'Terraform crashed');
});
