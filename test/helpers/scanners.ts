/** Two public scanners of Terraform code, pinned: checkov and Trivy. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { stackNames } from '../../scripts/core/stacks.ts';
import { cleanEnvironment } from '../../scripts/edge/environment.ts';
import { describeResult, type ProcessResult, runProcess } from '../../scripts/edge/process.ts';
import { findCommand } from '../../scripts/edge/toolchain/find-command.ts';
import {
  findPython,
  installPythonEnvironment,
  isPythonEnvironmentReady,
} from '../../scripts/edge/toolchain/python-environment.ts';
import { renderExampleVariables } from './estate/example-variables.ts';
import { copyTerraform } from './terraform.ts';

/** Not below the root: a linter that walks the project would walk it too. */
const environment = { folder: 'build/.cache/scanners', requirements: 'requirements-dev.txt' };

export type Scanners = { readonly checkov: string; readonly trivy: string; readonly cacheDir: string };

/**
 * Installs what is missing from the package index, against the hashes of requirements-dev.txt. That has Trivy's program
 * for Linux on x86-64 alone; elsewhere the one on PATH is taken.
 */
export async function ensureScanners(root: string, logFile: string): Promise<Scanners> {
  if (!isPythonEnvironmentReady(root, environment)) {
    const python = await findPython();
    if (python === undefined) throw new Error('the scanners need Python 3.10 to 3.12 on PATH');
    await installPythonEnvironment(root, python, logFile, environment);
  }
  const bin = join(root, environment.folder, 'bin');
  const trivy = [join(bin, 'trivy'), findCommand('trivy')].find(
    file => file !== undefined && existsSync(file),
  );
  if (trivy === undefined) throw new Error('the scanners need trivy on PATH: see requirements-dev.in');
  return { checkov: join(bin, 'checkov'), trivy, cacheDir: join(root, 'build/.cache/trivy') };
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
  return { folder, roots: stackNames };
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
  /^# ?trivy:ignore:(?<check>[A-Z]+-\d+)(?: (?<reason>.*))?$/,
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

const trivyReport = z.object({
  Results: z
    .array(
      z.object({
        Target: z.string(),
        Misconfigurations: z
          .array(
            z.object({
              ID: z.string(),
              Message: z.string(),
              Status: z.string(),
              CauseMetadata: z.object({ Resource: z.string().optional(), StartLine: z.number().optional() }),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

/** Trivy reads one root at a time, each with its own values. */
export async function scanWithTrivy(scanners: Scanners, tree: ScanTree): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const root of tree.roots) findings.push(...(await scanRootWithTrivy(scanners, tree.folder, root)));
  return findings;
}

async function scanRootWithTrivy(
  { trivy, cacheDir }: Scanners,
  folder: string,
  root: string,
): Promise<readonly Finding[]> {
  const variables = variablesFile(folder, root);
  const result = await runProcess({
    file: trivy,
    args: [
      'config',
      '--format=json',
      '--quiet',
      `--cache-dir=${cacheDir}`,
      // The checks that the program carries, and nobody is asked for others.
      '--skip-check-update',
      '--skip-version-check',
      '--disable-telemetry',
      ...(existsSync(variables) ? [`--tf-vars=${variables}`] : []),
      join(folder, root),
    ],
    env: cleanEnvironment(),
  });
  const { Results: results } = trivyReport.parse(parseOutput(`trivy ${root}`, result));
  return results.flatMap(({ Target: target, Misconfigurations: found }) =>
    found
      .filter(({ Status: status }) => status === 'FAIL')
      .map(
        ({ ID: check, Message: says, CauseMetadata: { Resource: resource = '', StartLine: line = 0 } }) => ({
          check,
          resource: `${root}: ${resource}`,
          file: join(root, target),
          line,
          says,
        }),
      ),
  );
}

function parseOutput(scanner: string, result: ProcessResult): unknown {
  if (result.kind !== 'exited') throw new Error(`${scanner}: ${describeResult(result)}`);
  try {
    return JSON.parse(result.stdout);
  } catch {
    throw new Error(`${scanner}: expected JSON, got\n${result.stdout}${result.stderr}`);
  }
}
