/** The programs that upload: each takes a file or a folder. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { BenchPlace } from '../harness/bench.ts';
import { account } from '../worker/account.ts';
import { runToSuccess } from '../worker/program.ts';
import { ensurePython } from '../worker/rivals.ts';
import { bucket } from './store.ts';

const dataset = 'Bench';
const day = '2026-11-20';

export type Uploader = {
  readonly label: string;
  /** Below which the objects stand then, each under its file's name. */
  readonly prefix: string;
  readonly upload: (input: {
    readonly endpoint: string;
    readonly path: string;
    readonly isFolder: boolean;
    readonly timeoutMs: number;
  }) => Promise<void>;
};

/** The command as the README has it. */
export async function openOurs(place: BenchPlace): Promise<Uploader> {
  // npx wants a home for its log.
  const home = join(place.dir, 'home');
  mkdirSync(home, { recursive: true });
  return ourUploader({
    label: 'npx zx scripts/upload.mjs',
    command: ['npx', 'zx', 'scripts/upload.mjs'],
    cwd: place.root,
    env: { HOME: home },
  });
}

/** The program of the uploader's image, made by the lines of its Dockerfile: its start is not what is measured. */
export async function openImageProgram(place: BenchPlace): Promise<Uploader> {
  const app = join(place.dir, 'app');
  for (const folder of ['config', 'build']) mkdirSync(join(app, folder), { recursive: true });
  copyFileSync(join(place.root, 'config/local.yaml'), join(app, 'config/local.yaml'));
  await runToSuccess({
    file: 'sh',
    args: ['-c', readBundling(place.root, app)],
    cwd: place.root,
    env: { ...account, HOME: app },
  });
  return ourUploader({
    label: "node program/scripts/upload.mjs, as the uploader's image has it",
    command: [process.execPath, join(app, 'program/scripts/upload.mjs')],
    cwd: app,
    env: { HOME: app, MILLRACE_CONTAINER: 'true' },
  });
}

/** The call of esbuild in the uploader's Dockerfile, into another folder. */
function readBundling(root: string, app: string): string {
  const text = readFileSync(join(root, 'files/docker/uploader/Dockerfile'), 'utf8');
  const line = /^RUN (node_modules\/\.bin\/esbuild .*?) && mkdir/ms.exec(text)?.[1];
  if (line === undefined) throw new Error('uploader/Dockerfile: expected a RUN of esbuild, got none');
  return line
    .replace('--outdir=/app/program/', `--outdir='${app}/program/'`)
    .replace('=./tsx.mjs', '=./files/docker/uploader/tsx.mjs')
    .replaceAll(/\\\n\s*/g, '')
    .trim();
}

function ourUploader(input: {
  readonly label: string;
  readonly command: readonly [file: string, ...args: string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}): Uploader {
  const { label, command, cwd, env } = input;
  const [file, ...args] = command;
  return {
    label,
    prefix: `Raw/Local/CSV/${dataset}/${day.replaceAll('-', '/')}/`,
    async upload({ endpoint, path, timeoutMs }) {
      const flags = ['--bucket', bucket, '--dataset', dataset, '--day', day];
      await runToSuccess({
        file,
        args: [...args, path, ...flags],
        cwd,
        env: { ...account, ...env, MILLRACE_EMULATOR_URL: endpoint },
        timeoutMs,
      });
    },
  };
}

export async function openAws(place: BenchPlace): Promise<Uploader> {
  const { python } = await ensurePython(place);
  const aws = join(dirname(python), 'aws');
  const version = (await runToSuccess({ file: aws, args: ['--version'], env: account })).trim();
  return {
    label: `aws s3 cp, ${version}`,
    prefix: 'aws/',
    async upload({ endpoint, path, isFolder, timeoutMs }) {
      const copy = isFolder
        ? ['--recursive', path, `s3://${bucket}/aws/`]
        : [path, `s3://${bucket}/aws/${basename(path)}`];
      await runToSuccess({
        file: aws,
        args: ['--endpoint-url', endpoint, 's3', 'cp', '--no-progress', '--only-show-errors', ...copy],
        env: account,
        timeoutMs,
      });
    },
  };
}

export async function openS5cmd(place: BenchPlace): Promise<Uploader> {
  const { s5cmd } = await ensurePython(place);
  const version = (await runToSuccess({ file: s5cmd, args: ['version'], env: account })).trim();
  return {
    label: `s5cmd cp, ${version}`,
    prefix: 's5cmd/',
    async upload({ endpoint, path, isFolder, timeoutMs }) {
      await runToSuccess({
        file: s5cmd,
        args: ['--endpoint-url', endpoint, 'cp', isFolder ? `${path}/` : path, `s3://${bucket}/s5cmd/`],
        env: account,
        timeoutMs,
      });
    },
  };
}
