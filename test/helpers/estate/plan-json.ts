/** Terraform's plan of one stack as data. */
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { writeFile } from '../../../scripts/edge/files.ts';
import { describeResult, hasSucceeded, runProcess } from '../../../scripts/edge/process.ts';
import { idsOf, type Place } from './plan-ids.ts';

type Attributes = Readonly<Record<string, unknown>>;
export const attributes = z.record(z.string(), z.unknown());
const marks = z.union([z.boolean(), attributes]);
const resourceChange = z.object({
  address: z.string(),
  module_address: z.string().optional(),
  mode: z.enum(['managed', 'data']),
  type: z.string(),
  name: z.string(),
  change: z.object({
    actions: z.array(z.string()),
    after: attributes.nullable(),
    after_unknown: marks,
    after_sensitive: marks,
  }),
});
export type ModuleConfig = {
  readonly resources?:
    | readonly { readonly address: string; readonly expressions: Readonly<Record<string, unknown>> }[]
    | undefined;
  readonly module_calls?: Readonly<Record<string, ModuleCall>> | undefined;
};
export type ModuleCall = { readonly source: string; readonly module: ModuleConfig };
const moduleConfig: z.ZodType<ModuleConfig> = z.lazy(() =>
  z.object({
    resources: z.array(z.object({ address: z.string(), expressions: attributes.default({}) })).optional(),
    module_calls: z.record(z.string(), z.object({ source: z.string(), module: moduleConfig })).optional(),
  }),
);
const planJson = z.object({
  variables: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
  resource_changes: z.array(resourceChange),
  configuration: z.object({ root_module: moduleConfig }),
  checks: z
    .array(z.object({ address: z.object({ kind: z.string(), to_display: z.string() }), status: z.string() }))
    .default([]),
});
export type PlanJson = z.infer<typeof planJson>;

/** A plan, and what its resources would be told once AWS had given their ids. */
export type StackPlan = {
  readonly plan: PlanJson;
  /** Stand-ins for the ids, by address. */
  readonly ids: Ids;
  /** Planned attributes with the stand-ins in the place of the ids, by address. */
  readonly filled: ReadonlyMap<string, Attributes>;
};
type Ids = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * Plans twice: the first plan tells which resources there are; in the second those that get an id from AWS have a
 * stand-in for it, so that the policies and attributes that name it are known.
 * @param folder a stack's, with its values in millrace.tfvars
 * @throws Error with what Terraform said
 */
export async function planStack(
  folder: string,
  env: Readonly<Record<string, string>>,
  place: Place,
): Promise<StackPlan> {
  const terraform = (...args: readonly string[]) => runTerraform(folder, env, args);
  await terraform('init', '-input=false', '-no-color', '-lockfile=readonly');
  await terraform('plan', '-input=false', '-no-color', '-var-file=millrace.tfvars', '-out=plan.bin');
  const plan = planJson.parse(JSON.parse(await terraform('show', '-json', 'plan.bin')));
  const ids = new Map(
    plan.resource_changes.flatMap(({ address, type, change }) => {
      const digest = createHash('sha256')
        .update(`${basename(folder)} ${address}`)
        .digest('hex');
      const values = idsOf(type, change.after ?? {}, digest.slice(0, 12), place);
      return values === undefined ? [] : [[address, values] as const];
    }),
  );
  const warnings = plan.checks
    .filter(({ address, status }) => address.kind === 'check' && status !== 'pass')
    .map(({ address }) => address.to_display);
  writeFile(join(folder, 'tests/ids.tftest.hcl'), renderTest(ids, warnings));
  const lines = await terraform('test', '-json', '-verbose', '-var-file=millrace.tfvars');
  const changes = parseTestPlan(lines).map(({ address, change }) => [address, change.after ?? {}] as const);
  return { plan, ids, filled: new Map(changes) };
}

/** @param warnings checks that fail in the plan: they would end a test */
function renderTest(ids: Ids, warnings: readonly string[]): string {
  const overrides = [...ids].map(([address, values]) => {
    const lines = Object.entries(values).map(([name, value]) => `    ${name} = ${JSON.stringify(value)}\n`);
    return `override_resource {\n  target          = ${address}\n  override_during = plan\n  values = {\n${lines.join('')}  }\n}\n`;
  });
  const run = `run "ids" {\n  command         = plan\n  expect_failures = [${warnings.join(', ')}]\n}\n`;
  return `${overrides.join('')}${run}`;
}

function parseTestPlan(lines: string): PlanJson['resource_changes'] {
  const message = z.object({
    type: z.literal('test_plan'),
    test_plan: z.object({ resource_changes: z.array(resourceChange) }),
  });
  for (const line of lines.split('\n')) {
    if (!line.includes('"type":"test_plan"')) continue;
    return message.parse(JSON.parse(line)).test_plan.resource_changes;
  }
  throw new Error(`terraform test: expected the plan of its run, got\n${lines}`);
}

async function runTerraform(
  cwd: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<string> {
  const result = await runProcess({ file: 'terraform', args, cwd, env, timeoutMs: 300_000 });
  if (hasSucceeded(result)) return result.stdout;
  const said =
    result.kind === 'spawn-failed' ? '' : `\n${args[0] === 'show' ? '' : result.stdout}${result.stderr}`;
  throw new Error(`terraform ${args[0]}: ${describeResult(result)}${said}`);
}
