/** The values that a plan marks as secret, or that go by a secret's name: so that they can be hidden wherever else they stand. */
import { tryJson } from '../json.ts';
import { findSecrets, withLines } from '../redact.ts';
import { decodeBase64 } from '../secret-encodings.ts';
import { hidesByName, isSecretName } from '../secret-name.ts';
import { isReference } from '../secret-reference.ts';
import type { PlanJson, PlannedChange } from './plan-json.ts';
import { isObject, nameOfEntry, nameOfItem } from './value-tree.ts';

/** Shorter ones are hidden where they are marked, and not looked for elsewhere: they stand in every other word. */
const shortest = 6;
/** Like `postgres`, `read-only`, `customer_id`, `eu-central-1`, `aws:kms`, `AES256`, `0.0.0.0/0` and `fd00::/8`. */
const ordinary =
  /^(?:(?:[A-Z]?[a-z]{1,20}|[A-Z]{1,20}\d{0,4})(?:[-_.:/](?:[A-Z]?[a-z]{1,20}|[A-Z]{1,20}\d{0,4}))*(?:-\d[a-z]?)?|[\d.]+(?:\/\d+)?|[\da-f:]*::[\da-f:]*(?:\/\d+)?)$/;
/** A program, and no secret by itself: what is secret in it is looked for. */
const program = /(?:user|custom)_?data/i;

/** Every secret text of the plan, each once. */
export function collectSecrets(plan: PlanJson): readonly string[] {
  const found = new Set<string>();
  const add = (text: string) => {
    if (text.length >= shortest && !isReference(text)) found.add(text);
  };
  const declared = plan.configuration?.root_module?.variables ?? {};
  for (const [name, { value }] of Object.entries(plan.variables ?? {})) {
    collect({ value, sensitive: declared[name]?.sensitive, name }, add);
  }
  for (const { change } of [...(plan.resource_changes ?? []), ...(plan.resource_drift ?? [])])
    collectChange(change, undefined, add);
  for (const [name, change] of Object.entries(plan.output_changes ?? {})) collectChange(change, name, add);
  const outputs = plan.prior_state?.values?.['outputs'];
  for (const [name, output] of Object.entries(isObject(outputs) ? outputs : {})) {
    if (isObject(output)) collect({ value: output['value'], sensitive: output['sensitive'], name }, add);
  }
  return [...found];
}

function collectChange(change: PlannedChange, name: string | undefined, add: (text: string) => void): void {
  collect({ value: change.before, sensitive: change.before_sensitive, name }, add);
  collect({ value: change.after, sensitive: change.after_sensitive, name }, add);
}

function collect(
  { value, sensitive, name }: { value: unknown; sensitive: unknown; name: string | undefined },
  add: (text: string) => void,
): void {
  if (sensitive === true || (name !== undefined && hidesByName(name, value))) {
    addAll(value, name, add);
    return;
  }
  if (Array.isArray(value)) {
    const marks: readonly unknown[] = Array.isArray(sensitive) ? sensitive : [];
    for (const [index, item] of value.entries())
      collect({ value: item, sensitive: marks[index], name: nameOfItem(value, index) }, add);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const mark = isObject(sensitive) && Object.hasOwn(sensitive, key) ? sensitive[key] : undefined;
      collect({ value: item, sensitive: mark, name: nameOfEntry(value, key) }, add);
    }
  } else if (typeof value === 'string') {
    const document = /^\s*[[{]/.test(value) ? tryJson(value) : undefined;
    if (document !== undefined) collect({ value: document, sensitive: undefined, name: undefined }, add);
    else for (const text of findSecrets(value)) addParts(unquote(text), undefined, add);
  }
}

function unquote(text: string): string {
  return /^\\*(["'])(.*?)\\*\1$/s.exec(text)?.[2] ?? text;
}

/**
 * All texts of a secret value, and each line of one with several: an error may quote a single line. An ordinary word is
 * looked for only if its name says that it is secret: hiding `production` wherever it stands would hide the review.
 */
function addAll(value: unknown, name: string | undefined, add: (text: string) => void): void {
  if (typeof value === 'number') add(String(value));
  if (typeof value !== 'string') addParts(value, name, add);
  else if (name !== undefined && program.test(name)) {
    add(value);
    for (const text of findSecrets(decodeBase64(value) ?? value)) addParts(unquote(text), undefined, add);
  } else {
    addParts(value, name, add);
    if (/^\s*[[{]/.test(value)) addParts(tryJson(value), undefined, add);
  }
}

function addParts(value: unknown, name: string | undefined, add: (text: string) => void): void {
  if (typeof value === 'string') {
    if ((name !== undefined && isSecretName(name)) || !ordinary.test(value))
      for (const text of withLines(value)) add(text);
  } else if (Array.isArray(value)) for (const item of value) addParts(item, name, add);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) addParts(item, key, add);
}
