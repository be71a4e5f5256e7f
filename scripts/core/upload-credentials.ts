/** Credentials as they are set: in the environment, in .env and in a shared profile. Values are never part of a text. */
import { Failure } from './failure.ts';

export type KeyPair = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** Settings of one place by name, and what the place is called. */
export type Settings = { readonly place: string; readonly values: ReadonlyMap<string, string> };

/** Credentials that the SDK would not find by itself, or `chain`: it looks for itself. */
export type Choice = { readonly kind: 'chain' } | { readonly kind: 'given'; readonly keys: KeyPair };

type Names = { readonly id: string; readonly secret: string; readonly token: string };

const lower: Names = {
  id: 'aws_access_key_id',
  secret: 'aws_secret_access_key',
  token: 'aws_session_token',
};
const upper: Names = {
  id: lower.id.toUpperCase(),
  secret: lower.secret.toUpperCase(),
  token: lower.token.toUpperCase(),
};
/** Every name that is looked for. */
export const credentialNames: readonly string[] = [...Object.values(upper), ...Object.values(lower)];

/**
 * Chooses the credentials of a run: those of the environment before those of .env before the shared profile, and in
 * one place upper-case names before lower-case ones. Names of two places or two spellings are never put together.
 * @param input.profiles the shared profile, and those that it takes keys from
 * @param input.isProfileNamed whether AWS_PROFILE is set, which the SDK prefers to any keys
 * @throws Failure naming the variable that a half-set credential lacks, or that cannot be what is meant
 */
export function chooseCredentials(input: {
  readonly environment: Settings;
  readonly file: Settings;
  readonly profiles: readonly Settings[];
  readonly isProfileNamed: boolean;
}): Choice {
  const { environment, file, profiles, isProfileNamed } = input;
  const found = [environment, file].flatMap(settings =>
    [upper, lower].map(names => ({ settings, names, keys: readKeys(settings, names) })),
  );
  const first = found.find(({ keys }) => keys !== undefined);
  if (isProfileNamed || first === undefined) for (const profile of profiles) readKeys(profile, lower);
  if (isProfileNamed || first?.keys === undefined) return { kind: 'chain' };
  if (first.settings === environment && first.names === upper) return { kind: 'chain' };
  return { kind: 'given', keys: first.keys };
}

/** The values to keep out of every text. */
export function secretsOf(places: readonly Settings[]): readonly string[] {
  return places.flatMap(place => credentialNames.flatMap(name => place.values.get(name) ?? []));
}

/**
 * Reads the names of a .env file that matter here; the others are none of our business.
 * @throws Failure for a quote that is not closed
 */
export function parseEnvFile(text: string, place: string): Settings {
  const values = new Map<string, string>();
  for (const [at, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const [, name = '', raw = ''] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (credentialNames.includes(name)) values.set(name, unquote(raw, `${place}:${at + 1}: ${name}`));
  }
  return { place, values };
}

/**
 * The settings of a profile and, where it takes a role with another's keys, of that one, and so on: those which the SDK
 * looks for keys in, in its order.
 * @param profiles names and values as the SDK reads them out of the shared files
 */
export function followProfile(
  profiles: Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>>,
  name: string,
): readonly Settings[] {
  const followed = new Map<string, Settings>();
  for (let next: string | undefined = name; next !== undefined && !followed.has(next); ) {
    const profile: Readonly<Record<string, string | undefined>> = profiles[next] ?? {};
    const values = credentialNames.flatMap(key => {
      const value = profile[key];
      return value === undefined ? [] : [[key, value] as const];
    });
    followed.set(next, { place: `profile ${next}`, values: new Map(values) });
    const isSource = followed.size > 1;
    const hasKeys = profile[lower.id] !== undefined && profile[lower.secret] !== undefined;
    const takesRole = profile['role_arn'] !== undefined && profile['credential_source'] === undefined;
    next = takesRole && !(isSource && hasKeys) ? profile['source_profile'] : undefined;
  }
  return [...followed.values()];
}

function readKeys({ place, values }: Settings, names: Names): KeyPair | undefined {
  const [accessKeyId, secretAccessKey, sessionToken] = [names.id, names.secret, names.token].map(name => {
    const value = values.get(name) ?? '';
    if (!/^[\x21-\x7e]*$/.test(value))
      throw oddFailure(place, name, 'expects a value without white space or control characters');
    return value === '' ? undefined : value;
  });
  if (accessKeyId !== undefined && secretAccessKey !== undefined)
    return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
  const set = [names.id, names.secret, names.token].filter(name => (values.get(name) ?? '') !== '');
  if (set.length === 0) return undefined;
  const missing = accessKeyId === undefined ? names.id : names.secret;
  throw oddFailure(place, missing, `expects a value beside ${set.join(' and ')}, got none`);
}

function oddFailure(place: string, name: string, what: string): Failure {
  return new Failure({
    where: `${name} (${place})`,
    what,
    hint: 'Set key and secret, and the session token that belongs to them, in one place and one spelling, or none of them.',
  });
}

function unquote(raw: string, where: string): string {
  const quote = /^["']/.exec(raw)?.[0];
  if (quote === undefined) return raw.replace(/(^|\s+)#.*$/, '');
  const end = raw.indexOf(quote, 1);
  if (end > 0) return raw.slice(1, end);
  throw new Failure({ where, what: `expects a closing ${quote}, got none` });
}
