/** What a job's local run needs beside the other tools: installed when the first job is run, never by deploy. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { jarFileName, sparkRelease } from '../../core/spark-release.ts';
import { findCommand } from './find-command.ts';
import { withInstallLock } from './install-lock.ts';
import { findJava, type Java } from './java.ts';
import { ensureJars, missingJars } from './maven-jars.ts';
import {
  findPython,
  installPythonEnvironment,
  isPythonEnvironmentReady,
  pythonRange,
} from './python-environment.ts';
import { installSystemPackages } from './system-packages.ts';

export type SparkToolchain = {
  /** For JAVA_HOME. */
  readonly javaHome: string;
  /** `.venv-spark/bin`. */
  readonly venvBin: string;
  /** For SPARK_HOME; the scripts in `.venv-spark/bin` do not find it where the path has a space. */
  readonly sparkHome: string;
  /** Absolute paths. */
  readonly jars: readonly string[];
};

type Input = {
  readonly root: string;
  /** Caches that every environment shares. */
  readonly cacheDir: string;
  readonly logDir: string;
  readonly report: (message: string) => void;
};

const environment = { folder: '.venv-spark', requirements: 'requirements-spark.txt' };

/**
 * Finds Java, Maven, PySpark and the jars, and installs what is missing.
 * @throws Failure naming the tool, what is wrong, and the command that mends it
 */
export async function ensureSparkToolchain(input: Input): Promise<SparkToolchain> {
  const { root, cacheDir } = input;
  const { java } = await findJava(sparkRelease.java);
  if (java === undefined || !isInstalled(input))
    await withInstallLock({ file: join(cacheDir, 'spark.lock'), report: input.report }, () => install(input));
  const { home: javaHome } = java ?? (await requireJava());
  const { jars, folder } = jarsOf(input);
  return {
    javaHome,
    venvBin: join(root, environment.folder, 'bin'),
    sparkHome: findSparkHome(root),
    jars: jars.map(jar => join(folder, jarFileName(jar))),
  };
}

function isInstalled(input: Input): boolean {
  return isPythonEnvironmentReady(input.root, environment) && missingJars(jarsOf(input)).length === 0;
}

/** Looks again at each part: another program may have installed it while this one waited. */
async function install(input: Input): Promise<void> {
  const { root, report } = input;
  const logFile = logFileOf(input);
  await ensureSparkPackages(input);
  if (!isPythonEnvironmentReady(root, environment)) {
    report(`installing Spark ${sparkRelease.spark} into ${environment.folder}/`);
    await installPythonEnvironment(root, await requirePython(), logFile, environment);
  }
  const jars = jarsOf(input);
  if (missingJars(jars).length === 0) return;
  report('fetching the jars of Spark through Maven');
  const { home: javaHome } = await requireJava();
  await ensureJars({ ...jars, maven: findCommand('mvn') ?? 'mvn', javaHome, logFile });
}

/**
 * Installs what is missing of the system's packages: the one part that two clones cannot do at the same time.
 * @throws Failure naming the packages, and the command to type where this user may not install them
 */
export async function ensureSparkPackages(input: Input): Promise<void> {
  const packages = await missingPackages(input.root, missingJars(jarsOf(input)).length === 0);
  if (packages.length === 0) return;
  input.report(`installing system packages: ${packages.join(' ')}`);
  await installSystemPackages(packages, logFileOf(input));
}

function findSparkHome(root: string): string {
  const lib = join(root, environment.folder, 'lib');
  const homes = readdirSync(lib).map(python => join(lib, python, 'site-packages/pyspark'));
  const home = homes.find(folder => existsSync(join(folder, 'bin/spark-submit')));
  if (home !== undefined) return home;
  throw new Failure({
    where: lib,
    what: 'expects pyspark in it, got none',
    hint: `Remove the folder ${environment.folder}: the next run makes it anew.`,
  });
}

function jarsOf({ cacheDir }: Input) {
  return { jars: sparkRelease.jars, folder: join(cacheDir, 'jars') };
}

function logFileOf({ logDir }: Input): string {
  return join(logDir, 'toolchain.log');
}

async function missingPackages(root: string, hasJars: boolean): Promise<readonly string[]> {
  const packages: string[] = [];
  if ((await findJava(sparkRelease.java)).java === undefined)
    packages.push(`openjdk-${sparkRelease.java}-jre-headless`);
  if (!hasJars && findCommand('mvn') === undefined) packages.push('maven');
  if (!isPythonEnvironmentReady(root, environment)) {
    const python = await findPython();
    if (python === undefined) packages.push('python3', 'python3-venv');
    else if (!python.canMakeEnvironments)
      packages.push(`python${python.version.split('.').slice(0, 2).join('.')}-venv`);
  }
  return packages;
}

async function requireJava(): Promise<Java> {
  const { java, others } = await findJava(sparkRelease.java);
  if (java !== undefined) return java;
  const found = others.map(({ file, version }) => `${version} (${file})`).join(', ');
  throw new Failure({
    where: 'java',
    what: `expects version ${sparkRelease.java} on PATH or in JAVA_HOME, got ${found || 'none'}`,
    hint: `Run: sudo apt-get install -y openjdk-${sparkRelease.java}-jre-headless`,
  });
}

async function requirePython() {
  const python = await findPython();
  if (python !== undefined) return python;
  throw new Failure({
    where: 'python3',
    what: `expects version >= ${pythonRange.min}, < ${pythonRange.below} on PATH, got none`,
    hint: 'Install Python 3.10, 3.11 or 3.12 and put it on PATH.',
  });
}
