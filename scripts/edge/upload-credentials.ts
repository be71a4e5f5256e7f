/** Reads where credentials may be set: the environment, .env at the project's root, the shared profile. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  type Choice,
  chooseCredentials,
  credentialNames,
  parseEnvFile,
  parseProfile,
  type Settings,
  secretsOf,
} from '../core/upload-credentials.ts';
import { readVariable } from './environment.ts';
import { readText } from './files.ts';

/**
 * Chooses the credentials of a run, without any request.
 * @returns the choice, and every value that no text may show
 * @throws Failure for a half-set credential, naming what it lacks
 */
export function readCredentials(root: string): {
  readonly choice: Choice;
  readonly secrets: readonly string[];
} {
  const environment = readEnvironment();
  const file = parseEnvFile(readText(join(root, '.env')) ?? '', '.env');
  const named = readVariable('AWS_PROFILE');
  const profile = readProfile(named ?? 'default');
  const choice = chooseCredentials({ environment, file, profile, isProfileNamed: named !== undefined });
  return { choice, secrets: secretsOf([environment, file, profile]) };
}

function readEnvironment(): Settings {
  const values = new Map(credentialNames.map(name => [name, readVariable(name) ?? '']));
  return { place: 'environment', values };
}

function readProfile(name: string): Settings {
  const read = (variable: string, file: string) =>
    readText(readVariable(variable) ?? join(homedir(), '.aws', file)) ?? '';
  const config = read('AWS_CONFIG_FILE', 'config');
  const credentials = read('AWS_SHARED_CREDENTIALS_FILE', 'credentials');
  return parseProfile({ config, credentials }, name);
}
