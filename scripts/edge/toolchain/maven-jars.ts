import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../../core/failure.ts';
import { type Jar, jarFileName } from '../../core/spark-release.ts';
import { installerEnvironment } from '../environment.ts';
import { describeResult, hasSucceeded, runProcess } from '../process.ts';

/** Pinned, since Maven would take the newest there is. */
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

export type JarsInput = {
  readonly jars: readonly Jar[];
  /** Absolute path of the folder that keeps them. */
  readonly folder: string;
  /** Maven's program. */
  readonly maven: string;
  /** For Maven, unless the caller has set its own. */
  readonly javaHome: string;
  readonly logFile: string;
};

/** Those of the jars that the folder does not hold yet. */
export function missingJars({ jars, folder }: Pick<JarsInput, 'jars' | 'folder'>): readonly Jar[] {
  return jars.filter(jar => !existsSync(join(folder, jarFileName(jar))));
}

/**
 * Fetches the jars that are missing through Maven and its own settings, each checked against its SHA-256.
 * @throws Failure when the repository does not answer, or the bytes are not the known ones
 */
export async function ensureJars(input: JarsInput): Promise<void> {
  const missing = missingJars(input);
  if (missing.length > 0) await mkdir(input.folder, { recursive: true });
  // One after another: two Mavens at a time damage their common repository.
  for (const jar of missing) await fetchJar(jar, input);
}

async function fetchJar(jar: Jar, { folder, maven, javaHome, logFile }: JarsInput): Promise<void> {
  const name = jarFileName(jar);
  const scratch = await mkdtemp(join(folder, '.jar-'));
  try {
    const goal = [`${plugin}:copy`, `-Dartifact=${jar.coordinates}`, `-DoutputDirectory=${scratch}`];
    const result = await runProcess({
      file: maven,
      args: ['-B', '-q', ...goal],
      cwd: scratch,
      env: { JAVA_HOME: javaHome, ...installerEnvironment() },
      logFile,
    });
    if (!hasSucceeded(result)) {
      throw new Failure({
        where: jar.coordinates,
        what: `Maven could not fetch it: ${describeResult(result)}`,
        hint: `Its output: ${logFile}. A Maven repository must be reachable (~/.m2/settings.xml is honoured).`,
      });
    }
    const sha256 = await hashFile(join(scratch, name));
    if (sha256 !== jar.sha256) {
      throw new Failure({
        where: jar.coordinates,
        what: `expected SHA-256 ${jar.sha256}, got ${sha256}`,
        hint: 'The repository served other bytes than those known. Nothing was kept.',
      });
    }
    // Only a checked file ever gets this name.
    await rename(join(scratch, name), join(folder, name));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
