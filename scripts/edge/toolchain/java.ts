import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installerEnvironment, readVariable } from '../environment.ts';
import { hasSucceeded, runProcess } from '../process.ts';
import { findCommand } from './find-command.ts';

export type Java = {
  readonly file: string;
  /** What JAVA_HOME has to be for it. */
  readonly home: string;
  /** Like 17. */
  readonly version: string;
};

type JavaPlaces = {
  readonly path: string | undefined;
  readonly home: string | undefined;
  readonly systemFolder: string;
};

/** Where Linux distributions put theirs, whether one of them is on PATH or not. */
const systemFolder = '/usr/lib/jvm';

/**
 * The Java of this major version: on PATH, in JAVA_HOME, or among the system's. Of another version is what is found
 * instead, for the error text.
 */
export async function findJava(
  version: string,
  places: JavaPlaces = ownPlaces(),
): Promise<{ readonly java: Java | undefined; readonly others: readonly Java[] }> {
  const others: Java[] = [];
  for (const file of candidates(places)) {
    const java = await askJava(file);
    if (java?.version === version) return { java, others };
    if (java !== undefined) others.push(java);
  }
  return { java: undefined, others };
}

function ownPlaces(): JavaPlaces {
  return { path: readVariable('PATH'), home: readVariable('JAVA_HOME'), systemFolder };
}

function candidates(places: JavaPlaces): readonly string[] {
  const { path, home } = places;
  const onPath = findCommand('java', path ?? '');
  const inHome = home === undefined ? undefined : findCommand('java', join(home, 'bin'));
  const installed = foldersIn(places.systemFolder).map(folder => findCommand('java', join(folder, 'bin')));
  return [onPath, inHome, ...installed].filter(file => file !== undefined);
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map(name => join(folder, name));
  } catch {
    return []; // no Java was ever installed there
  }
}

/** Asks a program for its version and home, or undefined when it is no Java that answers. */
async function askJava(file: string): Promise<Java | undefined> {
  const result = await runProcess({
    file,
    args: ['-XshowSettings:properties', '-version'],
    env: installerEnvironment(),
    timeoutMs: 20_000,
  });
  if (!hasSucceeded(result)) return undefined;
  const property = (name: string) =>
    result.stderr
      .split('\n')
      .find(line => line.trim().startsWith(`${name} = `))
      ?.split(' = ')[1]
      ?.trim();
  const home = property('java.home');
  const version = property('java.specification.version');
  return home === undefined || version === undefined ? undefined : { file, home, version };
}
