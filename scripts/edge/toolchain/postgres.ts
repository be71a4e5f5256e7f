/** PostgreSQL's server programs, which tests of jdbc-to-raw run on a port of their own. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { compareVersions } from '../../core/version.ts';
import { findCommand } from './find-command.ts';
import { installSystemPackages, runAsRoot } from './system-packages.ts';

/** Debian keeps them here, by major version and not on PATH. */
const debianFolder = '/usr/lib/postgresql';
/** Read by the package's scripts; the package itself is what makes the folder. */
const clusterSettings = '/etc/postgresql-common/createcluster.d/millrace.conf';

/** The folder that holds initdb and postgres: on PATH, else the newest of Debian's layout; undefined when there is none. */
export function findPostgres(path?: string, folder = debianFolder): string | undefined {
  const onPath = findCommand('initdb', path);
  if (onPath !== undefined && existsSync(join(dirname(onPath), 'postgres'))) return dirname(onPath);
  return versionsIn(folder)
    .map(version => join(folder, version, 'bin'))
    .find(bin => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')));
}

/**
 * Finds PostgreSQL, or installs it without the server that the package would make and start.
 * @throws Failure naming what to install where this user may not
 */
export async function ensurePostgres(input: {
  readonly logDir: string;
  readonly report: (message: string) => void;
}): Promise<string> {
  const found = findPostgres();
  if (found !== undefined) return found;
  const logFile = join(input.logDir, 'toolchain.log');
  input.report('installing system packages: postgresql');
  await withoutCluster(() => installSystemPackages(['postgresql'], logFile), logFile);
  const installed = findPostgres();
  if (installed !== undefined) return installed;
  throw new Failure({
    where: 'postgresql',
    what: `expects initdb and postgres on PATH or in ${debianFolder}/VERSION/bin, got none`,
    hint: 'Run: sudo apt-get install -y postgresql',
  });
}

async function withoutCluster(install: () => Promise<void>, logFile: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'millrace-postgres-'));
  try {
    const file = join(scratch, 'millrace.conf');
    writeFileSync(file, 'create_main_cluster = false\n');
    await runAsRoot(['install', '-D', '-m', '644', file, clusterSettings], logFile);
    await install();
  } finally {
    await runAsRoot(['rm', '-f', clusterSettings], logFile);
    rmSync(scratch, { recursive: true, force: true });
  }
}

function versionsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(name => /^\d+(\.\d+)?$/.test(name))
    .sort((a, b) => compareVersions(b, a));
}
