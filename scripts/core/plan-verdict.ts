/** Whether saved plans are still what was reviewed, and still fit the world. */
import { Failure } from './failure.ts';
import {
  manifestName,
  type PlanManifest,
  type PlannedEntry,
  planName,
  type SourceMark,
  type StateMark,
} from './plan-manifest.ts';
import type { StackName } from './stacks.ts';

/** What a deploy finds, in the manifest's terms. */
export type PlansNow = {
  readonly environment: string;
  readonly config: Readonly<Record<string, string>>;
  readonly source: SourceMark;
  readonly tools: Readonly<Record<string, string>>;
  readonly stacks: Readonly<Partial<Record<StackName, StackNow>>>;
};

export type StackNow = {
  /** SHA-256 of the plan file; undefined where there is none. */
  readonly sha256: string | undefined;
  /** SHA-256 of what its tfvars would hold now; undefined where a value that it needs is gone. */
  readonly inputs: string | undefined;
  readonly state: StateMark | null;
};

/**
 * Everything that keeps these plans from being applied, none when they may be.
 * @param wanted the stacks that are to be applied
 * @param folder where manifest and plans lie, for the error texts
 */
export function listPlanRefusals(
  manifest: PlanManifest,
  now: PlansNow,
  {
    wanted,
    folder,
    hint,
  }: { readonly wanted: readonly StackName[]; readonly folder: string; readonly hint: string },
): readonly Failure[] {
  const refuse = (where: string, what: string) => new Failure({ where, what, hint });
  const manifestFile = `${folder}/${manifestName}`;
  // Of another environment nothing else can be right.
  if (manifest.environment !== now.environment)
    return [
      refuse(manifestFile, `expects plans of environment ${now.environment}, got ${manifest.environment}`),
    ];
  const previews = wanted.filter(stack => plannedEntry(manifest, stack)?.isPreview === true);
  // A preview was made before there was a state: that it is a preview says all. Planned again it would be one again.
  if (previews.length > 0) return [refusePreviews(previews, now.environment)];
  return [
    ...configFaults(manifest, now).map(what => refuse(`config/${now.environment}.yaml`, what)),
    ...sourceFaults(manifest.source, now.source).map(what => refuse('clone', what)),
    ...toolFaults(manifest.tools, now.tools).map(what => refuse('toolchain', what)),
    ...wanted.flatMap(stack => {
      const entry = manifest.stacks.find(planned => planned.stack === stack);
      if (entry === undefined)
        return [refuse(manifestFile, `expects stack ${stack}, got none: it is not whole`)];
      if (entry.kind === 'deferred') return [];
      if (entry.kind === 'failed')
        return [refuse(`stack ${stack}`, 'could not be planned: there is nothing to apply')];
      return stackFaults(entry, now.stacks[stack], `${folder}/${planName(stack)}`).map(({ where, what }) =>
        refuse(where, what),
      );
    }),
  ];
}

function refusePreviews(previews: readonly StackName[], environment: string): Failure {
  const deploy = `npx zx scripts/deploy.mjs --env ${environment}`;
  return new Failure({
    where: previews.map(stack => `stack ${stack}`).join(', '),
    what: 'the plan is a preview, made before there was a state bucket: it shows what will come and is never applied',
    hint: `Make the state bucket (${deploy} --only bootstrap), plan again and review that; or deploy without --plans (${deploy}), which shows its plans and asks.`,
  });
}

function plannedEntry(manifest: PlanManifest, stack: StackName): PlannedEntry | undefined {
  const entry = manifest.stacks.find(planned => planned.stack === stack);
  return entry?.kind === 'planned' ? entry : undefined;
}

function configFaults({ config: then }: PlanManifest, { config: now }: PlansNow): readonly string[] {
  const changed = differingKeys(then, now);
  if (changed.length === 0) return [];
  return [`expects the config that was planned with, got changes in ${changed.join(', ')}`];
}

function sourceFaults(then: SourceMark, now: SourceMark): readonly string[] {
  if (then.commit !== now.commit)
    return [`expects commit ${describe(then)}, which was planned with, got ${describe(now)}`];
  const changed = differingKeys(then.files, now.files);
  if (changed.length === 0) return [];
  return [`expects the files that were planned with, got changes in ${changed.join(', ')}`];
}

function describe({ commit, isDirty }: SourceMark): string {
  if (commit === null) return 'none (no git clone)';
  return isDirty ? `${commit} with changes` : commit;
}

function toolFaults(
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): readonly string[] {
  return differingKeys(then, now).map(
    tool => `expects ${tool} ${then[tool] ?? 'nowhere'}, which was planned with, got ${now[tool] ?? 'none'}`,
  );
}

function stackFaults(
  entry: PlannedEntry,
  now: StackNow | undefined,
  planFile: string,
): readonly { readonly where: string; readonly what: string }[] {
  if (now?.sha256 === undefined) return [{ where: planFile, what: 'there is no such file' }];
  if (now.sha256 !== entry.sha256) {
    return [
      {
        where: planFile,
        what: `has changed since it was reviewed: expects SHA-256 ${entry.sha256}, got ${now.sha256}`,
      },
    ];
  }
  const where = `stack ${entry.stack}`;
  const faults: string[] = [];
  if (!isSameState(entry.state, now.state)) {
    faults.push(
      `the plan is stale: it was made on ${describeState(entry.state)}, got ${describeState(now.state)}`,
    );
  }
  if (now.inputs !== entry.inputs)
    faults.push(
      'the plan is stale: values that it was made with, of the config or of other stacks, have changed',
    );
  return faults.map(what => ({ where, what }));
}

function isSameState(a: StateMark | null, b: StateMark | null): boolean {
  return a?.lineage === b?.lineage && a?.serial === b?.serial;
}

function describeState(mark: StateMark | null): string {
  return mark === null ? 'no state' : `serial ${mark.serial} of state ${mark.lineage.slice(0, 8)}`;
}

function differingKeys(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(key => a[key] !== b[key]).sort();
}
