import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { z } from 'zod';
import { stackNames } from '../../../scripts/core/stacks.ts';
import type { Estate, PlannedResource } from '../../helpers/estate/estate.ts';
import { findFaults, findPosture, findVacuity, type Rule } from '../../helpers/estate/posture/rule.ts';
import { rules } from '../../helpers/estate/posture/rules.ts';

const record = z.record(z.string(), z.unknown());
const resource = z.strictObject({
  stack: z.enum(stackNames).default('datalake'),
  address: z.string(),
  type: z.string(),
  folders: z.array(z.string()).optional(),
  after: record,
  unknown: record.default({}),
  sensitive: record.default({}),
  given: z.array(z.string()).default([]),
});
/** Per rule: resources that it lets pass, others that it does not, and what it says of those. */
const fixture = z.strictObject({
  passing: z.array(resource),
  failing: z.array(resource),
  faults: z.array(z.string()).min(1),
  sources: z.record(z.string(), z.string()).default({}),
});

function readFixture(rule: Rule): z.infer<typeof fixture> {
  return fixture.parse(JSON.parse(readFileSync(fixturePath(rule), 'utf8')));
}

function fixturePath({ name }: Rule): URL {
  return new URL(`../../fixtures/posture/${name}.json`, import.meta.url);
}

function estateOf(resources: readonly z.infer<typeof resource>[], sources: Estate['sources'] = {}): Estate {
  return {
    accountId: '123456789012',
    region: 'eu-west-1',
    sources,
    resources: resources.map((one): PlannedResource => ({ ...one, folders: one.folders ?? [one.stack] })),
  };
}

t.test('every rule has a name of its own and a fixture', async t => {
  t.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
  for (const rule of rules) t.ok(existsSync(fixturePath(rule)), rule.name);
});

for (const rule of rules.filter(rule => existsSync(fixturePath(rule)))) {
  t.test(`${rule.name} says what is wrong, and lets the rest pass`, async t => {
    const { passing, failing, faults, sources } = readFixture(rule);
    const found = findFaults(rule, estateOf(failing, sources));
    t.strictSame(
      found.map(({ address, what }) => `${address}: ${what}`),
      faults,
    );
    const good = estateOf(passing, sources);
    t.strictSame(findFaults(rule, good), []);
    t.strictSame(findVacuity(rule, good), [], 'each of its types is there to pass');
  });

  t.test(`${rule.name} does not pass where there is nothing to judge`, async t => {
    const types = rule.types === 'every' ? ['of any type'] : rule.types;
    t.strictSame(
      findPosture([rule], estateOf([])),
      types.map(type => ({ rule: rule.name, address: 'estate', what: `had nothing ${type} to judge` })),
    );
  });
}
