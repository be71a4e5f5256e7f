/** The folders and the checked config of one environment. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../core/config.ts';
import type { Config } from '../core/config-schema.ts';
import { Failure, showValue } from '../core/failure.ts';
import { buildNames, environmentPattern, type Names, nameFaults } from '../core/names.ts';
import { codeOf, readText } from './files.ts';

export type Workspace = {
  readonly root: string;
  readonly environment: string;
  readonly config: Config;
  readonly names: Names;
  /** build/<env>: everything rendered, and the local target's data. */
  readonly buildDir: string;
  readonly logDir: string;
  /** Caches that every environment shares. */
  readonly cacheDir: string;
};

/**
 * Reads and checks config/<env>.yaml and what follows from it, before anything is touched.
 * @param options `needsSamples: false` leaves the proof's samples alone: a container of the uploader has none
 * @throws Failure listing every fault
 */
export function openWorkspace(
  root: string,
  environment: string,
  options: { readonly needsSamples?: false } = {},
): Workspace {
  if (!environmentPattern.test(environment)) {
    throw new Failure({
      where: '--env',
      what: `expects up to 12 small letters and digits, a letter first, and not global, got ${showValue(environment)}`,
      hint: `Environments here: ${knownEnvironments(root).join(', ')}`,
    });
  }
  const where = `config/${environment}.yaml`;
  const text = readText(join(root, where));
  if (text === undefined) {
    throw new Failure({
      where,
      what: 'there is no such environment',
      hint: `Environments here: ${knownEnvironments(root).join(', ')}. For a new one: cp config/aws.example.yaml ${where}`,
    });
  }
  const config = parseConfig(text, where, ({ account }) => [
    ...(account === undefined ? [] : nameFaults(buildNames({ account }, environment))),
    ...(options.needsSamples === false ? [] : sampleFaults(root)),
  ]);
  // The kernel separates the layers of an overlay mount by colons and its options by commas.
  if (config.target === 'local' && /[:,\\"]/.test(root)) {
    throw new Failure({
      where: root,
      what: 'expects a path without colon, comma, backslash and double quote, for the container store below it',
      hint: 'Clone the project into a folder without these characters; nothing has been changed.',
    });
  }
  const names = buildNames(config, environment);
  const buildDir = join(root, 'build', environment);
  return {
    root,
    environment,
    config,
    names,
    buildDir,
    logDir: join(buildDir, 'logs'),
    cacheDir: join(root, 'build/.cache'),
  };
}

function knownEnvironments(root: string): readonly string[] {
  return readdirSync(join(root, 'config'))
    .filter(name => /^[a-z][a-z0-9]*\.yaml$/.test(name))
    .map(name => name.replace('.yaml', ''));
}

/** The proof needs samples of both kinds, readable: a deploy that could not end well does not begin. */
function sampleFaults(root: string): readonly string[] {
  const seen = new Set<string>();
  return (['good', 'unreadable'] as const).flatMap(kind => {
    const folder = `files/samples/${kind}`;
    try {
      const files = readdirSync(join(root, folder));
      for (const file of files) readFileSync(join(root, folder, file));
      const twice = files.filter(file => seen.has(file));
      for (const file of files) seen.add(file);
      if (twice.length > 0)
        return [`${folder}/: expects names that the other samples do not have, got ${twice.join(', ')}`];
      return files.length > 0 ? [] : [`${folder}/: expects at least one sample, got an empty folder`];
    } catch (error) {
      return [`${folder}/: expects readable samples, got ${codeOf(error)}`];
    }
  });
}
