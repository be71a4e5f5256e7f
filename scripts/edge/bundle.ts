import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { zipSync } from 'fflate';

/** Programs of the cloud, by the name of their zip in dist/. Each exports `handler` and becomes `index.handler`. */
const functionEntries: Readonly<Record<string, string>> = {
  'ingest-batch': 'worker/lambda/batch/handler.ts',
};

/** Node 20 is the oldest that runs a bundle; `module` before `main` makes the SDK's share small (docs: esbuild). */
const options = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  // Paths stand in the source map: they must not depend on where a link leads.
  preserveSymlinks: true,
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** Zip times have no zone: local midnight of the first day that the format knows gives the same bytes everywhere. */
const zipTime = new Date(1980, 0, 1);
const unix = 3;
const fileMode = 0o100644 << 16;

export interface Programs {
  /** The cron worker, one CommonJS file. */
  readonly worker: string;
  /** Zips by function name. */
  readonly functions: Readonly<Record<string, string>>;
}

/**
 * Bundles every program under worker/. Equal sources give equal bytes wherever the clone lies, and a file whose
 * bytes did not change is not touched.
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
  return { worker: await worker, functions: Object.fromEntries(await Promise.all(functions)) };
}

async function bundleWorker(root: string, path: string): Promise<string> {
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: ['worker/host/main.ts'],
    outfile: 'dist/worker.cjs',
    supported: { 'dynamic-import': false },
  });
  for (const { contents } of outputFiles) replaceFile(path, contents);
  return path;
}

async function bundleFunction(input: {
  readonly root: string;
  readonly entry: string;
  readonly path: string;
}): Promise<string> {
  const { outputFiles } = await build({
    ...options,
    absWorkingDir: input.root,
    entryPoints: [input.entry],
    outfile: 'dist/index.js',
    sourcemap: 'linked',
    sourcesContent: false,
  });
  const files = outputFiles.map(({ path, contents }) => [basename(path), contents] as const);
  files.sort(([left], [right]) => (left < right ? -1 : 1));
  const zip = zipSync(Object.fromEntries(files), { level: 9, mtime: zipTime, os: unix, attrs: fileMode });
  replaceFile(input.path, zip);
  return input.path;
}

function replaceFile(path: string, bytes: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes);
  renameSync(temporary, path);
}
