import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { FileFault, type Place } from '../../../worker/host/file-fault.ts';
import { createFindProcessor, type ProcessorSettings } from '../../../worker/host/processors/index.ts';
import { errorKeys, outputKey } from '../../../worker/shared/keys.ts';
import { runProcessor } from '../run-processor.ts';

/** One file and how it arrives. */
export interface ParityFile extends ProcessorSettings {
  readonly key: string;
  readonly body: Buffer;
  /** Bytes of a chunk. */
  readonly size: number;
}

/** What comes of a file: its bytes, or why and where it is refused. */
export interface Outcome {
  /** Where the output, the refused file and its record go. */
  readonly targets: readonly (string | null)[];
  readonly unknown?: boolean;
  readonly fault?: { readonly reason: string; readonly message: string; readonly place: Place | null };
  /** Base64; decompressed where the key ends in .gz, as two versions of zlib compress differently. */
  readonly output?: string;
}

export interface Twin {
  ask(file: ParityFile): Promise<Outcome>;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts the jobs' twin of the worker's processors as one Python process for the whole test. */
export function startTwin(test: { teardown(stop: () => unknown): void }): Twin {
  const program = fileURLToPath(new URL('./serve.py', import.meta.url));
  const child = spawn(`${root}.venv/bin/python`, ['-I', '-B', program, `${root}files/codebase`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  test.teardown(() => child.kill());
  const waiting: { readonly done: (line: string) => void; readonly failed: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.done(line));
  child.once('close', code => {
    for (const { failed } of waiting) failed(new Error(`the twin ended with ${code}`));
  });
  return {
    async ask(file) {
      const line = new Promise<string>((done, failed) => waiting.push({ done, failed }));
      child.stdin.write(`${JSON.stringify({ ...file, body: file.body.toString('base64') })}\n`);
      return unpack(file, JSON.parse(await line));
    },
  };
}

/** The same from the worker itself. */
export async function askWorker(file: ParityFile): Promise<Outcome> {
  const { key, body, size } = file;
  const processor = createFindProcessor(file)(key);
  const { file: refused, record } = errorKeys(key);
  const targets = [outputKey(key) ?? null, refused, record];
  if (processor === undefined) return { targets, unknown: true };
  try {
    const output = await runProcessor(processor, key, body, size);
    return unpack(file, { targets, output: output.toString('base64') });
  } catch (error) {
    if (!(error instanceof FileFault)) throw error;
    const { reason, message, place = null } = error;
    return { targets, fault: { reason, message, place } };
  }
}

function unpack({ key, passThrough }: ParityFile, outcome: Outcome): Outcome {
  const isPassed = passThrough.some(ending => ending !== '*' && key.toLowerCase().endsWith(ending));
  const known = createFindProcessor({ csvDelimiter: undefined, passThrough: [] })(key) !== undefined;
  if (outcome.output === undefined || isPassed || !known || !/\.gz$/i.test(key)) return outcome;
  return { ...outcome, output: gunzipSync(Buffer.from(outcome.output, 'base64')).toString('base64') };
}
