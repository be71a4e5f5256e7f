import { parseDocument } from 'yaml';
import { z } from 'zod';
import { crossFaults } from './config-faults.ts';
import { type Config, type ConfigParts, configSchema } from './config-schema.ts';
import { Failure, showValue } from './failure.ts';

/**
 * Checks the text of config/<env>.yaml.
 * @param furtherFaults what else is wrong with the groups that are right in themselves
 * @throws Failure with every fault at once, a line each: `path: expectation, got value`
 */
export function parseConfig(
  yamlText: string,
  where: string,
  furtherFaults: (parts: ConfigParts) => readonly string[] = () => [],
): Config {
  const data = parseYaml(yamlText, where);
  const result = configSchema.safeParse(data);
  const parts = parseParts(data);
  const faults = [
    ...(result.success ? [] : result.error.issues.flatMap(issue => describeIssue(issue, data))),
    ...crossFaults(parts),
    ...furtherFaults(parts),
  ];
  if (faults.length > 0 || !result.success) throw configFailure(where, faults);
  return result.data;
}

/** The failure that lists faults of a config, one a line. */
export function configFailure(where: string, faults: readonly string[]): Failure {
  const count = faults.length === 1 ? 'one fault' : `${faults.length} faults`;
  return new Failure({
    where,
    what: `${count}\n${faults.map(fault => `  ${fault}`).join('\n')}`,
    hint: `Mend ${where}; nothing has been changed.`,
  });
}

/** The JSON Schema that editors use. */
export function buildConfigJsonSchema(): object {
  return { title: 'Millrace environment', ...z.toJSONSchema(configSchema, { io: 'input' }) };
}

function parseYaml(text: string, where: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true });
  const [syntax] = document.errors;
  try {
    if (syntax !== undefined) throw syntax;
    return document.toJS(); // an alias of nothing shows only here
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new Failure({ where, what: `is not YAML: ${message}`, hint: `Mend ${where}.`, cause });
  }
}

function describeIssue(issue: z.core.$ZodIssue, data: unknown): readonly string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => {
      const known = Object.keys(groupShape(path)).join(', ');
      return `${[...path, key].join('.')}: expects no such key (known here: ${known}), got ${showValue(valueAt(data, [...path, key]))}`;
    });
  }
  const name = path.length === 0 ? 'the file' : path.join('.');
  return [`${name}: expects ${issue.message}, got ${showValue(valueAt(data, path))}`];
}

function groupShape(path: readonly string[]): object {
  const [name] = path;
  const shape = configSchema.shape;
  if (name === undefined) return shape;
  const inner = Object.entries(shape).find(([key]) => key === name)?.[1];
  return inner instanceof z.ZodObject ? inner.shape : {};
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([k]) => k === key)?.[1]
        : undefined,
    data,
  );
}

function parseParts(data: unknown): ConfigParts {
  const shape = configSchema.shape;
  const part = <T extends z.ZodType>(schema: T, name: string): z.infer<T> | undefined =>
    schema.safeParse(valueAt(data, [name])).data;
  return {
    target: part(shape.target, 'target'),
    account: part(shape.account, 'account'),
    network: part(shape.network, 'network'),
    storage: part(shape.storage, 'storage'),
    access: part(shape.access, 'access'),
    ingest: part(shape.ingest, 'ingest'),
    jobs: part(shape.jobs, 'jobs'),
    compute: part(shape.compute, 'compute'),
    ssh: part(shape.ssh, 'ssh'),
    worker: part(shape.worker, 'worker'),
  };
}
