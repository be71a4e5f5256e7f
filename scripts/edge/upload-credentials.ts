/** Reads where credentials may be set: the environment, .env at the project's root, the shared profile. */
import { join } from 'node:path';
import { parseKnownFiles } from '@smithy/core/config';
import {
  type Choice,
  chooseCredentials,
  credentialNames,
  followProfile,
  parseEnvFile,
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
export async function readCredentials(root: string): Promise<{
  readonly choice: Choice;
  readonly secrets: readonly string[];
}> {
  const environment = readEnvironment();
  const file = parseEnvFile(readText(join(root, '.env')) ?? '', '.env');
  const named = readVariable('AWS_PROFILE');
  // Read as the SDK reads them: what is a name, a comment or a section is its to say.
  const profiles = followProfile(await parseKnownFiles({}), named ?? 'default');
  const choice = chooseCredentials({ environment, file, profiles, isProfileNamed: named !== undefined });
  return { choice, secrets: secretsOf([environment, file, ...profiles]) };
}

function readEnvironment(): Settings {
  const values = new Map(credentialNames.map(name => [name, readVariable(name) ?? '']));
  return { place: 'environment', values };
}
