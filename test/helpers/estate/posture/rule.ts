/** Rules over the planned estate: what is judged, and what is wrong with it. */
import type { Estate, PlannedResource } from '../estate.ts';

export type Rule = {
  readonly name: string;
  /** The resource types that it judges: each must be in the estate, or the rule would pass without a look. */
  readonly types: readonly string[] | 'every';
  /** What is wrong with a resource of these types; undefined when there is nothing about it to judge. */
  readonly judge: (resource: PlannedResource, estate: Estate) => readonly string[] | undefined;
};

export type Finding = { readonly rule: string; readonly address: string; readonly what: string };

/** Faults of the estate's resources, and every type that a rule found none of. */
export function findPosture(rules: readonly Rule[], estate: Estate): readonly Finding[] {
  return rules.flatMap(rule => [...findFaults(rule, estate), ...findVacuity(rule, estate)]);
}

export function findFaults(rule: Rule, estate: Estate): readonly Finding[] {
  return estate.resources
    .filter(({ type }) => rule.types === 'every' || rule.types.includes(type))
    .flatMap(resource =>
      (rule.judge(resource, estate) ?? []).map(what => ({
        rule: rule.name,
        address: `${resource.stack}: ${resource.address}`,
        what,
      })),
    );
}

/** A rule that had nothing to judge has shown nothing. */
export function findVacuity(rule: Rule, estate: Estate): readonly Finding[] {
  const judged = new Set(
    estate.resources.filter(resource => rule.judge(resource, estate) !== undefined).map(({ type }) => type),
  );
  const missing =
    rule.types === 'every'
      ? judged.size > 0
        ? []
        : ['of any type']
      : rule.types.filter(type => !judged.has(type));
  return missing.map(type => ({ rule: rule.name, address: 'estate', what: `had nothing ${type} to judge` }));
}

/** The resources of a type that speak of the same bucket. */
export function companionsOf(
  bucket: PlannedResource,
  type: string,
  { resources }: Estate,
): readonly PlannedResource[] {
  const name = bucket.after['bucket'];
  return resources.filter(
    other => other.type === type && other.stack === bucket.stack && other.after['bucket'] === name,
  );
}

/** The value at a path through attributes, blocks and lists; undefined when it ends early. */
export function valueAt(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null
        ? Object.entries(at).find(([name]) => name === String(key))?.[1]
        : undefined,
    value,
  );
}

/** Whether a text is there, or will be: what AWS gives only later counts where the configuration sets it. */
export function isSet({ after, unknown, given }: PlannedResource, name: string): boolean {
  const value = after[name];
  return typeof value === 'string' ? value !== '' : unknown[name] === true && given.includes(name);
}

/** The faults of those expectations that do not hold. */
export function expecting(
  expectations: readonly (readonly [holds: boolean, fault: string])[],
): readonly string[] {
  return expectations.filter(([holds]) => !holds).map(([, fault]) => fault);
}
