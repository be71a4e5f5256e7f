/** The committed plans, and the reviews that are expected of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ReviewInput } from '../../../scripts/core/review/input.ts';
import { planJson, planned, reviewInput } from './inputs.ts';
import type { MadePlan } from './make-plans.ts';

const plansFolder = fileURLToPath(new URL('../../fixtures/plans', import.meta.url));

export function planFixture(name: string): string {
  return `${plansFolder}/${name}.json`;
}

export function renderFixture(made: MadePlan): string {
  return `${JSON.stringify(made, null, 1)}\n`;
}

/** The committed plan of this case, as its script wrote it. */
export function readPlan(name: string): MadePlan {
  return JSON.parse(readFileSync(planFixture(name), 'utf8'));
}

/** The names of all committed plans. */
export function planNames(): readonly string[] {
  return readdirSync(plansFolder)
    .filter(name => name.endsWith('.json'))
    .map(name => name.replace(/\.json$/, ''))
    .sort();
}

export function goldenFile(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/reviews/${name}.txt`, import.meta.url));
}

/** A review for each committed plan, and one over stacks of every kind. */
export function goldenInputs(): readonly (readonly [string, ReviewInput])[] {
  const ofPlans = planNames().map(
    name => [name, reviewInput([planned(readPlan(name).json, 'lake')])] as const,
  );
  return [...ofPlans, ['deferred', mixedInput()]];
}

/** A fresh environment: a preview, a stack that fails, two that wait, and a host that is not there yet. */
export function mixedInput(): ReviewInput {
  return reviewInput(
    [
      { kind: 'preview', stack: 'bootstrap', json: readPlan('create').json },
      {
        kind: 'failed',
        stack: 'network',
        error: {
          summary: 'Invalid index',
          detail: 'The given key does not identify an element in this collection value.\n\nmain.tf line 3',
          address: 'aws_subnet.private["c"]',
        },
      },
      {
        kind: 'deferred',
        stack: 'mpp',
        waitsFor: [
          { value: 'private_subnet_ids', fromStack: 'network' },
          { value: 'databases', fromStack: 'datalake' },
        ],
      },
      { kind: 'deferred', stack: 'ec2', waitsFor: [{ value: 'vpc_id', fromStack: 'network' }] },
    ],
    { host: { kind: 'deferred', reason: 'the host does not exist yet' } },
  );
}

/** An environment where everything happens that a review can show. */
export function richInput(): ReviewInput {
  const plan = (stack: string, name: string) => planned(readPlan(name).json, stack);
  const { stacks, host: _, ...rest } = mixedInput();
  return {
    ...rest,
    stacks: [
      plan('groups', 'network'),
      plan('datalake', 'stores'),
      plan('roles', 'policy'),
      plan('hosts', 'nested'),
      plan('logs', 'drift'),
      plan('old', 'moved'),
      plan('names', 'hostile'),
      plan('scripts', 'long-text'),
      plan('sets', 'sets'),
      plan('values', 'outputs'),
      ...stacks,
    ],
    host: {
      kind: 'checked',
      changes: [
        {
          host: 'worker',
          task: 'Write the cron table',
          diff: '--- before: /etc/cron.d/millrace\n+++ after: /etc/cron.d/millrace\n@@ -1,2 +1,2 @@\n MAILTO=""\n-*/5 * * * * millrace run\n+* * * * * millrace run\n',
        },
      ],
    },
  };
}

type Change = { readonly address: string; readonly change: { readonly actions: readonly string[] } };

/** A review as large as a reviewer will ever meet: the resources of a real plan again and again. */
export function hugeInput(resources: number): ReviewInput {
  const names = ['create', 'update', 'replace', 'destroy'];
  const all = names.flatMap(name => {
    const { json } = readPlan(name);
    return typeof json === 'object' && json !== null && 'resource_changes' in json
      ? (json.resource_changes as readonly Change[]).filter(({ change }) => !change.actions.includes('no-op'))
      : [];
  });
  const changes = Array.from({ length: resources }, (_, index) => {
    const change = all[index % all.length];
    if (change === undefined) throw new Error('the plans to take them from change nothing');
    return { ...change, address: `module.part[${index}].${change.address}` };
  });
  const stacks = ['network', 'datalake', 'mpp', 'ingest'];
  const size = Math.ceil(changes.length / stacks.length);
  return reviewInput(
    stacks.map((stack, index) => planned(planJson(changes.slice(index * size, (index + 1) * size)), stack)),
  );
}
