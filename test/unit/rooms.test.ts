import { fileURLToPath } from 'node:url';
import t from 'tap';
import { findRoomFaults, readSources } from '../helpers/import-graph.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

t.test('keeps the rooms and doors of scripts/ and worker/', async t => {
  const sources = readSources(root);
  const paths = sources.map(({ path }) => path);
  for (const path of [
    'scripts/deploy.mjs',
    'scripts/core/config.ts',
    'scripts/edge/toolchain/find-command.ts',
  ]) {
    t.ok(paths.includes(path), `${path} is looked at`);
  }
  t.ok(paths.some(path => path.startsWith('worker/host/')));
  t.strictSame(findRoomFaults(sources), []);
});

t.test('finds nothing in a sound project', async t => {
  t.strictSame(
    findRoomFaults([
      {
        path: 'scripts/deploy.mjs',
        text: "import './edge/typescript.mjs';\nimport 'zx/globals';\nawait import('./commands/deploy.ts');\nawait import('./edge/entry.ts');\n",
      },
      {
        path: 'scripts/commands/deploy.ts',
        text: "import '../core/a.ts'; import '../edge/a.ts'; import './b.ts'; import '../../worker/shared/a.ts'; import 'node:fs';",
      },
      {
        path: 'scripts/core/a.ts',
        text: "import { z } from 'zod'; import 'yaml'; import './b.ts'; import { parseArgs } from 'node:util'; import { createHash } from 'node:crypto'; const d = new Date(0);",
      },
      {
        path: 'scripts/edge/toolchain/a.ts',
        text: "import '../../core/a.ts'; import '../process.ts'; import 'esbuild'; const c = new GetThingCommand(); const e = { process: { environment: 1 } }.process.environment;",
      },
      {
        path: 'scripts/edge/aws.ts',
        text: "import { S3Client } from '@aws-sdk/client-s3'; new S3Client({});",
      },
      {
        path: 'scripts/edge/process.ts',
        text: "import { execa } from 'execa'; import 'node:child_process';",
      },
      { path: 'scripts/edge/environment.ts', text: 'process.env.PATH;' },
      { path: 'scripts/edge/templates.ts', text: "import Handlebars from 'handlebars';" },
      {
        path: 'worker/host/s3.ts',
        text: "import { S3Client } from '@aws-sdk/client-s3'; import '../shared/a.ts'; new S3Client({ region: process.env.R });",
      },
    ]),
    [],
  );
});

for (const { title, path, text, fault } of [
  {
    title: 'an entry that reaches past the commands',
    path: 'scripts/deploy.mjs',
    text: "await import('./core/config.ts')",
    fault: 'entry may not import scripts/core/config.ts',
  },
  {
    title: 'an entry that takes a door',
    path: 'scripts/deploy.mjs',
    text: "import { runProcess } from './edge/process.ts'",
    fault: 'entry may not import scripts/edge/process.ts',
  },
  {
    title: 'an entry that does work of its own',
    path: 'scripts/deploy.mjs',
    text: "import { rmSync } from 'node:fs'",
    fault: 'entry may not import node:fs',
  },
  {
    title: 'an entry of 21 lines',
    path: 'scripts/deploy.mjs',
    text: '//\n'.repeat(21),
    fault: 'has 21 lines, an entry at most 20',
  },
  {
    title: 'core that imports the edge, be it a type',
    path: 'scripts/core/a.ts',
    text: "import type { Workspace } from '../edge/workspace.ts'",
    fault: 'core may not import scripts/edge/workspace.ts',
  },
  {
    title: 'core that imports the edge by the type alone',
    path: 'scripts/core/a.ts',
    text: "type A = import('../edge/a.ts').A",
    fault: 'core may not import scripts/edge/a.ts',
  },
  {
    title: 'core that passes a command on',
    path: 'scripts/core/a.ts',
    text: "export { deploy } from '../commands/deploy.ts'",
    fault: 'core may not import scripts/commands/deploy.ts',
  },
  {
    title: 'core that reads files',
    path: 'scripts/core/a.ts',
    text: "import { readFileSync } from 'node:fs'",
    fault: 'core may not import node:fs',
  },
  {
    title: 'core that rolls dice',
    path: 'scripts/core/a.ts',
    text: "import { createHash, randomBytes } from 'node:crypto'",
    fault: 'core may not import randomBytes of node:crypto',
  },
  {
    title: 'core that takes a whole built-in',
    path: 'scripts/core/a.ts',
    text: "import * as util from 'node:util'",
    fault: 'core may not import * of node:util',
  },
  {
    title: 'core that takes another package',
    path: 'scripts/core/a.ts',
    text: "import fflate from 'fflate'",
    fault: 'core may not import fflate',
  },
  {
    title: 'core that looks at the clock',
    path: 'scripts/core/a.ts',
    text: 'const now = new Date()',
    fault: 'is pure, and uses new Date()',
  },
  {
    title: 'core that asks the process',
    path: 'scripts/core/a.ts',
    text: 'process.cwd()',
    fault: 'is pure, and uses process.cwd',
  },
  {
    title: 'core that reaches for the network',
    path: 'scripts/core/a.ts',
    text: 'await fetch("http://x")',
    fault: 'is pure, and uses fetch',
  },
  {
    title: 'an edge that imports a command',
    path: 'scripts/edge/a.ts',
    text: "import '../commands/deploy.ts'",
    fault: 'edge may not import scripts/commands/deploy.ts',
  },
  {
    title: 'an edge that imports the worker',
    path: 'scripts/edge/toolchain/a.ts',
    text: "import '../../../worker/host/run.ts'",
    fault: 'edge may not import worker/host/run.ts',
  },
  {
    title: 'a command that imports the worker beyond what is shared',
    path: 'scripts/commands/a.ts',
    text: "import '../../worker/host/run.ts'",
    fault: 'commands may not import worker/host/run.ts',
  },
  {
    title: 'a worker that imports the scripts',
    path: 'worker/host/a.ts',
    text: "import '../../scripts/core/failure.ts'",
    fault: 'worker may not import scripts/core/failure.ts',
  },
  {
    title: 'an import that cannot be read',
    path: 'scripts/edge/a.ts',
    text: 'await import(name)',
    fault: 'imports a computed specifier: name, which no walk can follow',
  },
  {
    title: 'a second door to processes',
    path: 'scripts/edge/a.ts',
    text: "import { execa } from 'execa'",
    fault: 'imports execa, which only scripts/edge/process.ts may',
  },
  {
    title: 'a second door to processes, built in',
    path: 'scripts/commands/a.ts',
    text: "const { spawn } = require('node:child_process')",
    fault: 'imports node:child_process, which only scripts/edge/process.ts may',
  },
  {
    title: 'a second door to the environment',
    path: 'scripts/edge/a.ts',
    text: 'const { env } = process',
    fault: 'reads process.env, which only scripts/edge/environment.ts may',
  },
  {
    title: 'a second door to the environment, in brackets',
    path: 'scripts/edge/a.ts',
    text: "globalThis.process['env']",
    fault: 'reads process.env, which only scripts/edge/environment.ts may',
  },
  {
    title: 'a second door to the environment, imported',
    path: 'scripts/commands/a.ts',
    text: "import { env as e } from 'node:process'",
    fault: 'reads process.env, which only scripts/edge/environment.ts may',
  },
  {
    title: 'a second door to Handlebars',
    path: 'scripts/edge/a.ts',
    text: "import Handlebars from 'handlebars/runtime'",
    fault: 'imports handlebars/runtime, which only scripts/edge/templates.ts may',
  },
  {
    title: 'a second door to the SDK',
    path: 'scripts/edge/a.ts',
    text: "import { S3Client } from '@aws-sdk/client-s3'; new S3Client({})",
    fault: 'constructs S3Client, which only scripts/edge/aws.ts may',
  },
  {
    title: 'a file beside the rooms',
    path: 'scripts/misc/a.ts',
    text: '',
    fault: 'stands in no room',
  },
  { title: 'TypeScript among the entries', path: 'scripts/a.ts', text: '', fault: 'stands in no room' },
]) {
  t.test(`finds ${title}`, async t => {
    t.strictSame(findRoomFaults([{ path, text }]), [`${path}: ${fault}`]);
  });
}
