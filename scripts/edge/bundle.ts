import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { Failure } from '../core/failure.ts';
import { cleanEnvironment } from './environment.ts';
import { describeResult, hasSucceeded, runProcess } from './process.ts';

/** Programs of the cloud, by the name of their zip in dist/. Each exports `handler` and becomes `index.handler`. */
const functionEntries: Readonly<Record<string, string>> = {
  'ingest-batch': 'worker/lambda/batch/handler.ts',
  'ingest-realtime': 'worker/lambda/realtime/handler.ts',
};

/** Folders under files/ that go into the codebase bucket as one zip each. */
const archiveNames = ['codebase', 'codebase_layer'] as const;

/** A program of its own and not esbuild's API, which would hand its child this process's whole environment. */
const esbuild = createRequire(import.meta.url).resolve('esbuild/bin/esbuild');

/** Node 20 is the oldest that runs a bundle; `module` before `main` makes the SDK's share small (docs: esbuild). */
const options = [
  '--bundle',
  '--platform=node',
  '--target=node20',
  '--format=cjs',
  '--main-fields=module,main',
  '--minify',
  // Paths stand in the source map: they must not depend on where a link leads.
  '--preserve-symlinks',
  '--log-level=error',
] as const;

/** Zip times have no zone: local midnight of the first day that the format knows gives the same bytes everywhere. */
const zipTime = new Date(1980, 0, 1);
const unix = 3;
const fileMode = 0o100644 << 16;

export interface Programs {
  /** The cron worker, one CommonJS file. */
  readonly worker: string;
  /** Zips by function name. */
  readonly functions: Readonly<Record<string, string>>;
  /** Zips of folders under files/, by the folder's name. */
  readonly archives: Readonly<Record<string, string>>;
}

/**
 * Bundles every program under worker/ and zips the code under files/. Equal sources give equal bytes wherever the
 * clone lies, and a file whose bytes did not change is not touched.
 */
export async function bundlePrograms(input: {
  readonly root: string;
  readonly outDir: string;
}): Promise<Programs> {
  const { root, outDir } = input;
  const worker = bundleWorker(root, join(outDir, 'worker.cjs'));
  const functions = Object.entries(functionEntries).map(async ([name, entry]) => {
    const path = await bundleFunction({ root, entry, path: join(outDir, `${name}.zip`) });
    return [name, path] as const;
  });
  const archives = archiveNames.map(name => {
    const path = join(outDir, `${name}.zip`);
    writeZip(path, readFolder(join(root, 'files', name)));
    return [name, path] as const;
  });
  return {
    worker: await worker,
    functions: Object.fromEntries(await Promise.all(functions)),
    archives: Object.fromEntries(archives),
  };
}

async function bundleWorker(root: string, path: string): Promise<string> {
  const files = await runEsbuild(root, 'worker/host/main.ts', 'worker.cjs', [
    '--supported:dynamic-import=false',
  ]);
  for (const bytes of Object.values(files)) replaceFile(path, bytes);
  return path;
}

async function bundleFunction(input: {
  readonly root: string;
  readonly entry: string;
  readonly path: string;
}): Promise<string> {
  const maps = ['--sourcemap=linked', '--sources-content=false'];
  const files = await runEsbuild(input.root, input.entry, 'index.js', maps);
  writeZip(input.path, files);
  return input.path;
}

/** Gives the files of a folder by their paths in it, in order; what editors and Python leave behind stays out. */
function readFolder(folder: string): Record<string, Uint8Array> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => statSync(join(folder, path)).isFile())
    .filter(path => !/(^|\/)(\.|__pycache__\/)/.test(path));
  return Object.fromEntries(paths.sort().map(path => [path, readFileSync(join(folder, path))]));
}

function writeZip(path: string, files: Readonly<Record<string, Uint8Array>>): void {
  replaceFile(path, zipSync(files, { level: 9, mtime: zipTime, os: unix, attrs: fileMode }));
}

/** Gives the files that esbuild makes of an entry, by name in order. */
async function runEsbuild(
  root: string,
  entry: string,
  outName: string,
  more: readonly string[],
): Promise<Record<string, Uint8Array>> {
  // Always as deep under the root: source maps hold the way back.
  mkdirSync(join(root, 'dist'), { recursive: true });
  const scratch = mkdtempSync(join(root, 'dist/.bundle-'));
  try {
    const result = await runProcess({
      file: esbuild,
      args: [entry, ...options, ...more, `--outfile=${join(scratch, outName)}`],
      cwd: root,
      env: cleanEnvironment(),
    });
    if (!hasSucceeded(result)) {
      const said = 'stderr' in result ? `\n${result.stderr.trim()}` : '';
      throw new Failure({ where: entry, what: `cannot be bundled: ${describeResult(result)}${said}` });
    }
    const names = readdirSync(scratch).sort();
    return Object.fromEntries(names.map(name => [name, readFileSync(join(scratch, name))]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function replaceFile(path: string, bytes: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}
