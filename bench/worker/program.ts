import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePrograms } from '../../scripts/edge/bundle.ts';
import { writeFile } from '../../scripts/edge/files.ts';
import { describeResult, hasSucceeded, type ProcessSpec, runProcess } from '../../scripts/edge/process.ts';
import type { BenchPlace } from '../harness/bench.ts';
import { account, region } from './account.ts';

/** The bundled worker, as cron starts it. */
export type Program = {
  readonly label: string;
  /** Makes the folders that its host would have, empty, and the configuration of its next runs. */
  readonly setUp: (settings: Readonly<Record<string, unknown>> & { readonly bucket: string }) => void;
  /** One run, to its end. @throws Error when the run itself failed, or when it left or refused a file */
  readonly run: (input: { readonly endpoint: string; readonly timeoutMs?: number }) => Promise<void>;
};

export async function bundleWorker(place: BenchPlace): Promise<Program> {
  const { worker } = await bundlePrograms({ root: place.root, outDir: join(place.dir, 'dist') });
  const workDir = join(place.dir, 'host');
  const config = join(place.dir, 'worker.json');
  return {
    label: 'node worker.cjs, the bundled worker',
    setUp(settings) {
      emptyFolder(workDir);
      writeFile(config, JSON.stringify({ region, workDir, ...settings }));
    },
    async run({ endpoint, timeoutMs }) {
      const stdout = await runToSuccess({
        file: process.execPath,
        args: [worker, config],
        env: { ...account, AWS_ENDPOINT_URL: endpoint },
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      const { outcome, rejected, left } = JSON.parse(last);
      if (outcome !== 'done' || rejected !== 0 || left !== 0)
        throw new Error(`the worker ended with ${last}`);
    },
  };
}

/** Gives the standard output. @throws Error when the process did not end by itself with exit code 0 */
export async function runToSuccess(spec: ProcessSpec): Promise<string> {
  const result = await runProcess(spec);
  if (hasSucceeded(result)) return result.stdout;
  const said = 'stderr' in result ? `: ${(result.stderr || result.stdout).slice(-2000)}` : '';
  throw new Error(`${spec.args[0]}: ${describeResult(result)}${said}`);
}

export function emptyFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
}
