/** Two public scanners of Terraform code, pinned: checkov, and tfsec, whose checks and ignore comments are Trivy's. */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { stackNames } from '../../scripts/core/stacks.ts';
import { cleanEnvironment, installerEnvironment } from '../../scripts/edge/environment.ts';
import { describeResult, hasSucceeded, type ProcessResult, runProcess } from '../../scripts/edge/process.ts';
import {
  findPython,
  installPythonEnvironment,
  isPythonEnvironmentReady,
} from '../../scripts/edge/toolchain/python-environment.ts';
import { renderExampleVariables } from './estate/example-variables.ts';
import { copyTerraform } from './terraform.ts';

/** Not below the root: a linter that walks the project would walk it too. */
const environment = { folder: 'build/.cache/scanners', requirements: 'requirements-dev.txt' };
const tfsecModule = fileURLToPath(new URL('tfsec', import.meta.url));

export type Scanners = { readonly checkov: string; readonly tfsec: string };

/**
 * Installs what is missing. The package index gives checkov and the Go compiler, against the hashes of
 * requirements-dev.txt; the Go module proxy gives tfsec's source, against those of tfsec/go.sum. The build takes
 * minutes, once for each clone.
 */
export async function ensureScanners(root: string, logFile: string): Promise<Scanners> {
  if (!isPythonEnvironmentReady(root, environment)) {
    const python = await findPython();
    if (python === undefined) throw new Error('the scanners need Python 3.10 to 3.12 on PATH');
    await installPythonEnvironment(root, python, logFile, environment);
  }
  const bin = join(root, environment.folder, 'bin');
  const sums = createHash('sha256').update(readFileSync(join(tfsecModule, 'go.sum')));
  const tfsec = join(root, `build/.cache/tfsec-${sums.digest('hex').slice(0, 12)}`);
  if (!existsSync(tfsec)) await buildTfsec({ go: join(bin, 'go'), file: tfsec, logFile });
  return { checkov: join(bin, 'checkov'), tfsec };
}

async function buildTfsec(input: {
  readonly go: string;
  readonly file: string;
  readonly logFile: string;
}): Promise<void> {
  const work = mkdtempSync(`${input.file}-`);
  try {
    const result = await runProcess({
      file: input.go,
      // One processor, so that tests beside it keep their own.
      args: ['build', '-p=1', '-o', join(work, 'tfsec'), 'github.com/aquasecurity/tfsec/cmd/tfsec'],
      cwd: tfsecModule,
      env: {
        ...installerEnvironment(),
        GOPATH: join(work, 'path'),
        GOMODCACHE: join(work, 'modules'),
        GOCACHE: join(work, 'cache'),
        GOFLAGS: '-mod=readonly -modcacherw -trimpath -buildvcs=false',
        // go.sum has every hash: nobody else is asked.
        GOSUMDB: 'off',
        GOTOOLCHAIN: 'local',
        GOWORK: 'off',
        CGO_ENABLED: '0',
        GOMAXPROCS: '1',
      },
      logFile: input.logFile,
    });
    if (!hasSucceeded(result))
      throw new Error(
        `tfsec cannot be built: ${describeResult(result)}\n${'stderr' in result ? result.stderr.slice(-2000) : ''}\nA Go module proxy must be reachable (GOPROXY is honoured).`,
      );
    renameSync(join(work, 'tfsec'), input.file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A copy of terraform/ as the scanners read it. */
export type ScanTree = { readonly folder: string; readonly roots: readonly string[] };

/**
 * Copies terraform/ without its tests and the emulator's overrides, each stack with the values that a deploy to AWS
 * would give it: resources behind a `count` or `for_each` are seen as well.
 */
export function copyForScanners(into: string): ScanTree {
  const folder = copyTerraform(into);
  for (const file of filesOf(folder)) if (/(^|\/)tests\//.test(file)) rmSync(join(folder, file));
  for (const stack of stackNames) writeFileSync(variablesFile(folder, stack), renderExampleVariables(stack));
  const tree = { folder, roots: stackNames };
  editSources(tree, blankYoungBlocks);
  return tree;
}

/** Empties the lines of blocks that tfsec's grammar is too old for; they make no resources, and lines keep their numbers. */
function blankYoungBlocks(text: string): string {
  return text.replace(/^(?:check|ephemeral|import|removed) [^\n]*\{\n[\s\S]*?^\}/gm, block =>
    block.replace(/[^\n]/g, ''),
  );
}

function editSources({ folder }: ScanTree, edit: (text: string) => string): void {
  for (const file of filesOf(folder).filter(name => name.endsWith('.tf')))
    writeFileSync(join(folder, file), edit(readFileSync(join(folder, file), 'utf8')));
}

/** A root of its own for the scanners, from a folder that has no variables. */
export function copyRoot(from: string, into: string): ScanTree {
  cpSync(from, join(into, 'root'), { recursive: true });
  return { folder: into, roots: ['root'] };
}

function variablesFile(folder: string, root: string): string {
  return join(folder, root, 'terraform.tfvars');
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** A comment that makes a scanner pass a check over. */
export type Skip = {
  readonly check: string;
  readonly reason: string;
  readonly file: string;
  readonly line: number;
  /** `module.<name>` where it stands at a call, for all that the module makes there. */
  readonly call?: string;
};

const marker = /#\s*(?:checkov:skip=|trivy:ignore:|tfsec:ignore:).*$/;
const skipForms = [
  /^# ?checkov:skip=(?<check>CKV2?_[A-Z]+_\d+):(?<reason>.*)$/,
  /^# ?trivy:ignore:(?<check>[a-z0-9-]+)(?: (?<reason>.*))?$/,
];

/** Every skip of the sources; one of another form has an empty check. */
export function readSkips({ folder }: ScanTree): readonly Skip[] {
  return filesOf(folder)
    .filter(file => file.endsWith('.tf'))
    .flatMap(file => findSkips(file, readFileSync(join(folder, file), 'utf8')));
}

export function findSkips(file: string, text: string): readonly Skip[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const comment = line.match(marker)?.[0];
    if (comment === undefined) return [];
    const groups = skipForms.map(form => comment.match(form)?.groups).find(found => found !== undefined);
    const call = findCall(lines, index, comment.includes('checkov:'));
    return [
      {
        check: groups?.['check'] ?? '',
        reason: groups?.['reason']?.trim() ?? '',
        file,
        line: index + 1,
        ...(call === undefined ? {} : { call }),
      },
    ];
  });
}

/** checkov's comments stand in their block, the others above it. */
function findCall(lines: readonly string[], index: number, isInside: boolean): string | undefined {
  const header = /^(?:resource|data|module) "/;
  const around = isInside ? lines.slice(0, index).reverse() : lines.slice(index + 1);
  const name = around.find(line => header.test(line))?.match(/^module "([\w-]+)"/)?.[1];
  return name === undefined ? undefined : `module.${name}`;
}

/** Makes the scanners see everything that they are told to pass over. */
export function removeSkips(tree: ScanTree): void {
  editSources(tree, text =>
    text
      .split('\n')
      .map(line => line.replace(marker, ''))
      .join('\n'),
  );
}

/** Whether the scanner would really object without this skip. */
export function isNeeded(skip: Skip, findings: readonly Finding[]): boolean {
  return findings.some(
    ({ check, file, resource }) =>
      check === skip.check &&
      (file === skip.file || (skip.call !== undefined && resource.includes(skip.call))),
  );
}

export type Finding = {
  readonly check: string;
  readonly resource: string;
  /** Below terraform/. */
  readonly file: string;
  readonly line: number;
  readonly says: string;
};

export type Scan = { readonly resources: number; readonly findings: readonly Finding[] };

const checkovReport = z.object({
  summary: z.object({ resource_count: z.number(), parsing_errors: z.number() }),
  results: z.object({
    parsing_errors: z.array(z.string()),
    failed_checks: z.array(
      z.object({
        check_id: z.string(),
        check_name: z.string(),
        resource: z.string(),
        file_path: z.string(),
        file_line_range: z.tuple([z.number(), z.number()]),
      }),
    ),
  }),
});

/** @throws Error when a file cannot be read by it */
export async function scanWithCheckov({ checkov }: Scanners, { folder }: ScanTree): Promise<Scan> {
  const result = await runProcess({
    file: checkov,
    args: ['--directory', '.', '--framework', 'terraform', 'secrets', '--skip-download', '--output', 'json'],
    cwd: folder,
    env: { ...cleanEnvironment(), LOG_LEVEL: 'ERROR' },
  });
  const reports = z
    .union([z.array(checkovReport), checkovReport.transform(report => [report])])
    .parse(parseOutput('checkov', result));
  const broken = reports.flatMap(({ results }) => results.parsing_errors);
  if (broken.length > 0) throw new Error(`checkov cannot read ${broken.join(', ')}`);
  return {
    resources: reports.reduce((sum, { summary }) => sum + summary.resource_count, 0),
    findings: reports.flatMap(({ results }) =>
      results.failed_checks.map(found => ({
        check: found.check_id,
        resource: found.resource,
        file: found.file_path.replace(/^\//, ''),
        line: found.file_line_range[0],
        says: found.check_name,
      })),
    ),
  };
}

const tfsecReport = z.object({
  results: z
    .array(
      z.object({
        long_id: z.string(),
        resource: z.string(),
        description: z.string(),
        status: z.number(),
        location: z.object({ filename: z.string(), start_line: z.number() }),
      }),
    )
    .nullable(),
});

/** @throws Error when a file cannot be read by it */
export async function scanWithTfsec({ tfsec }: Scanners, { folder, roots }: ScanTree): Promise<Scan> {
  const scans: Scan[] = [];
  for (const root of roots) scans.push(await scanRootWithTfsec(tfsec, folder, root));
  return {
    resources: scans.reduce((sum, { resources }) => sum + resources, 0),
    findings: scans.flatMap(({ findings }) => findings),
  };
}

async function scanRootWithTfsec(tfsec: string, folder: string, root: string): Promise<Scan> {
  const variables = variablesFile(folder, root);
  const result = await runProcess({
    file: tfsec,
    args: [
      join(folder, root),
      '--format=json',
      '--include-passed',
      '--no-module-downloads',
      ...(existsSync(variables) ? [`--tfvars-file=${variables}`] : []),
    ],
    env: cleanEnvironment(),
  });
  const results = tfsecReport.parse(parseOutput(`tfsec ${root}`, result)).results ?? [];
  return {
    resources: new Set(results.map(({ resource }) => resource)).size,
    findings: results
      .filter(({ status }) => status === 0)
      .map(found => ({
        check: found.long_id,
        resource: `${root}: ${found.resource}`,
        file: relative(folder, found.location.filename),
        line: found.location.start_line,
        says: found.description,
      })),
  };
}

function parseOutput(scanner: string, result: ProcessResult): unknown {
  if (result.kind !== 'exited') throw new Error(`${scanner}: ${describeResult(result)}`);
  try {
    return JSON.parse(result.stdout);
  } catch {
    throw new Error(`${scanner}: expected JSON, got\n${result.stdout}${result.stderr}`);
  }
}
