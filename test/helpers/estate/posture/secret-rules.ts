/** No secret among what the plan shows. */
import { Buffer } from 'node:buffer';
import type { Estate, PlannedResource } from '../estate.ts';
import { expecting, type Rule, valueAt } from './rule.ts';

const secretName =
  /(^|[_-])(password|passwd|secret|secret_string|secret_binary|private_key|access_key|token|credentials?)$/i;
/** In what a program is given, any of these words makes a name suspect; elsewhere a key may be a KMS key. */
const secretWord = /^(key|pass|passphrase|passwd|password|pwd|token|secret|credentials?)s?$/i;
const secretValue =
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b|\b[sr]k_(live|test)_\w|\bgh[opsur]_\w{20}|-----BEGIN [A-Z0-9 ]+-----|:\/\/[^/\s:@]+:[^/\s:@]+@/;
/** Types that put a secret into the state by being there. */
const secretTypes = ['aws_iam_access_key', 'aws_iam_user_login_profile'];
/** The provider calls the whole map sensitive; what is in it is judged by its names. */
const wholeMaps = ['aws_glue_connection.connection_properties'];

export const noSecretInPlan: Rule = {
  name: 'no-secret-in-plan',
  types: 'every',
  judge: ({ type, address, after, sensitive }, estate) => [
    ...expecting([[!secretTypes.includes(type), 'would have its secret in the state']]),
    ...leavesOf(type === 'variable' ? { [address]: after['value'] } : after).flatMap(({ path, value }) => {
      const name = path.split('.').at(-1) ?? '';
      if (secretName.test(name) && !isNameOfSecret(value, estate)) return [`holds a value in ${path}`];
      if (typeof value === 'string' && secretValue.test(value))
        return [`holds what looks like a secret in ${path}`];
      return [];
    }),
    ...programFaults(type, after, estate),
    ...leavesOf(sensitive)
      .filter(({ path, value }) => value === true && isFilled(valueAt(after, ...path.split('.'))))
      .filter(({ path }) => !wholeMaps.includes(`${type}.${path}`))
      .map(({ path }) => `holds a sensitive value in ${path}`),
  ],
};

/** Of what the programs are given: a function's environment, a job's arguments, a host's first script. */
function programFaults(type: string, after: PlannedResource['after'], estate: Estate): readonly string[] {
  const inMap = (path: string, map: unknown) =>
    leavesOf(map)
      .filter(({ path: name }) => !secretName.test(name)) // the rule has said so already
      .flatMap(({ path: name, value }) => settingFaults(path, name, String(value), estate));
  switch (type) {
    case 'aws_lambda_function':
      return inMap('environment', valueAt(after, 'environment', 0, 'variables'));
    case 'aws_glue_job':
      return ['default_arguments', 'non_overridable_arguments'].flatMap(path => inMap(path, after[path]));
    case 'aws_instance':
      return ['user_data', 'user_data_base64'].flatMap(path => scriptFaults(path, after[path], estate));
    default:
      return [];
  }
}

function settingFaults(path: string, name: string, value: string, estate: Estate): readonly string[] {
  return isSecretWord(name) && !isPlainName(value, estate) ? [`gives ${name} a value in ${path}`] : [];
}

/** Looks for `NAME=value`, `name: value` and `--name value`; what the shell finds out by itself is no value. */
function scriptFaults(path: string, script: unknown, estate: Estate): readonly string[] {
  if (typeof script !== 'string') return [];
  // Of user_data the provider shows but the SHA-1.
  if (/^[0-9a-f]{40}$/.test(script))
    return [`gives ${path} as a hash, so nobody can review it: expects user_data_base64`];
  const isEncoded = path.endsWith('base64');
  const text = isEncoded ? Buffer.from(script, 'base64').toString() : script;
  const settings = [
    ...text.matchAll(/([A-Za-z][\w-]*)(?:=|:\s+)["']?([^\s"'$][^\s"']*)/g),
    ...text.matchAll(/--([A-Za-z][\w-]*)\s+["']?([^\s"'$-][^\s"']*)/g),
  ];
  return [
    ...(isEncoded && secretValue.test(text) ? [`holds what looks like a secret in ${path}`] : []),
    ...settings.flatMap(([, name = '', value = '']) => settingFaults(path, name, value, estate)),
  ];
}

function isSecretWord(name: string): boolean {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/\bpass_through\b/i, '') // files that pass through a program, no password
    .split(/[^A-Za-z0-9]+/)
    .some(word => secretWord.test(word));
}

/** An ARN, an alias, a bucket or a secret of the estate: names of things, which are no secrets. */
function isPlainName(value: string, estate: Estate): boolean {
  return (
    /^(arn:aws[a-z-]*:|alias\/)/.test(value) ||
    isNameOfSecret(value, estate) ||
    estate.resources.some(({ type, after }) => type === 'aws_s3_bucket' && after['bucket'] === value)
  );
}

/** Whether a value says where the secret lies, and is none itself. */
function isNameOfSecret(value: unknown, { resources }: Estate): boolean {
  return resources.some(
    ({ type, after }) =>
      type === 'aws_secretsmanager_secret' && [after['name'], after['arn']].includes(value),
  );
}

/** Every value that is there, by its path; maps and lists are walked into. */
function leavesOf(value: unknown, path = ''): readonly { readonly path: string; readonly value: unknown }[] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, item]) =>
      leavesOf(item, path === '' ? name : `${path}.${name}`),
    );
  return isFilled(value) ? [{ path, value }] : [];
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && value !== false;
}
