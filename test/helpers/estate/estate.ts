/** The plans of all stacks for `target: aws` as data, from config/aws.example.yaml, without override files. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { type StackName, stackNames } from '../../../scripts/core/stacks.ts';
import { bundlePrograms } from '../../../scripts/edge/bundle.ts';
import { projectRoot } from '../../../scripts/edge/entry.ts';
import { writeFile, writeLink } from '../../../scripts/edge/files.ts';
import { mirrorTerraform, writeLocalBackend } from '../../../scripts/edge/terraform-tree.ts';
import { startEmulator } from '../emulator.ts';
import { terraformDir, terraformFolders, terraformTestEnv } from '../terraform.ts';
import { readExampleConfig, renderExampleVariables } from './example-variables.ts';
import type { Place } from './plan-ids.ts';
import { type ModuleCall, type ModuleConfig, planStack, type StackPlan } from './plan-json.ts';

/** A resource as the plan would leave it. */
export type PlannedResource = {
  readonly stack: StackName;
  readonly address: string;
  readonly type: string;
  /** Below terraform/: its own folder first, then those of the modules that call it, the stack's last. */
  readonly folders: readonly string[];
  /** What only AWS gives, such as a key's ARN, has a stand-in wherever a policy or another attribute names it. */
  readonly after: Readonly<Record<string, unknown>>;
  /** `true` in the place of each attribute that is not known even so. */
  readonly unknown: Readonly<Record<string, unknown>>;
  readonly sensitive: Readonly<Record<string, unknown>>;
  /** Names of the attributes and blocks that the configuration sets, to whatever value. */
  readonly given: readonly string[];
};

export type Estate = {
  readonly accountId: string;
  readonly region: string;
  /** What each stack was given is among them: `var.<name>` of type `variable` with its `value`. */
  readonly resources: readonly PlannedResource[];
  /** Text of every .tf file of the stacks and modules, by path below terraform/. */
  readonly sources: Readonly<Record<string, string>>;
};

interface TestScope {
  teardown(stop: () => unknown): void;
}

/**
 * Plans every stack, two at a time, as a deploy to AWS would, against an emulator that stands for the account.
 * @param scratch an empty folder
 * @throws Error with what Terraform said about every stack that it could not plan
 */
export async function planEstate(test: TestScope, scratch: string): Promise<Estate> {
  const { account } = readExampleConfig();
  const place = { accountId: account.id, region: account.region };
  const tree = mirrorTerraform({ root: projectRoot, into: scratch, withEmulatorOverrides: false });
  const programs = join(scratch, 'programs');
  await bundlePrograms({ root: projectRoot, outDir: programs });
  writeLink(join(scratch, 'dist'), programs);
  const emulator = await startEmulator(test);
  const env = {
    ...terraformTestEnv(),
    ...emulator.env,
    AWS_ACCESS_KEY_ID: place.accountId,
    AWS_REGION: place.region,
    AWS_DEFAULT_REGION: place.region,
    AWS_MAX_ATTEMPTS: '3',
  };
  const waiting = [...stackNames];
  const planned = new Map<StackName, StackPlan>();
  const failures: unknown[] = [];
  const work = async () => {
    for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
      try {
        const folder = join(tree, stack);
        writeFile(join(folder, 'millrace.tfvars'), renderExampleVariables(stack));
        writeLocalBackend(folder, 'local.tfstate');
        planned.set(stack, await planStack(folder, env, place));
      } catch (error) {
        failures.push(`${stack}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  };
  await Promise.all([work(), work()]);
  await emulator.stop();
  if (failures.length > 0) throw new Error(failures.join('\n\n'));
  return buildEstate(place, planned);
}

function buildEstate(place: Place, plans: ReadonlyMap<StackName, StackPlan>): Estate {
  return {
    ...place,
    resources: [...plans].flatMap(([stack, planned]) => [
      ...variablesOf(stack, planned),
      ...resourcesOf(stack, planned),
    ]),
    sources: readSources(),
  };
}

function variablesOf(stack: StackName, { plan }: StackPlan): readonly PlannedResource[] {
  return Object.entries(plan.variables).map(([name, { value }]) => ({
    stack,
    address: `var.${name}`,
    type: 'variable',
    folders: [stack],
    after: { value },
    unknown: {},
    sensitive: {},
    given: ['value'],
  }));
}

/** The managed resources of a stack's plan, with the stand-ins for ids where the plan alone does not know them. */
export function resourcesOf(stack: StackName, planned: StackPlan): readonly PlannedResource[] {
  const { plan, ids, filled } = planned;
  return plan.resource_changes
    .filter(({ mode }) => mode === 'managed')
    .map(({ address, type, name, module_address, change }) => {
      const { folders, module } = findModule(stack, module_address ?? '', plan.configuration.root_module);
      const config = module?.resources?.find(resource => resource.address === `${type}.${name}`);
      const given = Object.keys(config?.expressions ?? {});
      const own = ids.get(address);
      // What Terraform makes up around a stand-in is noise: of such a resource only what the configuration gives counts.
      const known = Object.entries(filled.get(address) ?? {}).filter(
        ([attribute, value]) => value !== null && (own === undefined || given.includes(attribute)),
      );
      const added = { ...Object.fromEntries(known), ...own };
      const unknown = Object.entries(recordOf(change.after_unknown)).filter(([, mark]) => hasTrue(mark));
      return {
        stack,
        address,
        type,
        folders,
        after: {
          ...change.after,
          ...pick(
            added,
            unknown.map(([attribute]) => attribute),
          ),
        },
        unknown: Object.fromEntries(unknown.filter(([attribute]) => !(attribute in added))),
        sensitive: recordOf(change.after_sensitive),
        given,
      };
    });
}

/** Follows `module.a["x"].module.b` through the calls: the folders on the way, and the last one's configuration. */
function findModule(
  stack: string,
  moduleAddress: string,
  root: ModuleConfig,
): { readonly folders: readonly string[]; readonly module: ModuleConfig | undefined } {
  const calls = [...moduleAddress.matchAll(/(?:^|\.)module\.([\w-]+)/g)].map(([, name = '']) => name);
  const folders = [stack];
  let module: ModuleConfig | undefined = root;
  for (const name of calls) {
    const call: ModuleCall | undefined = module?.module_calls?.[name];
    folders.unshift(normalize(join(folders[0] ?? '', call?.source ?? '.')));
    module = call?.module;
  }
  return { folders, module };
}

function readSources(): Readonly<Record<string, string>> {
  const paths = terraformFolders().flatMap(folder =>
    readdirSync(join(terraformDir, folder))
      .filter(name => name.endsWith('.tf'))
      .map(name => join(folder, name)),
  );
  return Object.fromEntries(paths.map(path => [path, readFileSync(join(terraformDir, path), 'utf8')]));
}

/** Whether anything in Terraform's marks of a value is marked. */
function hasTrue(mark: unknown): boolean {
  return mark === true || (typeof mark === 'object' && mark !== null && Object.values(mark).some(hasTrue));
}

function recordOf(value: boolean | Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return typeof value === 'boolean' ? {} : value;
}

function pick(
  from: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
