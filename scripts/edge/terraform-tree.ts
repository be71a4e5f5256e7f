/** Folders in which Terraform runs: mirrors of terraform/ by symbolic links, with override files laid in. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Gap, parseGaps } from '../core/gaps.ts';
import { renderHcl } from '../core/quote.ts';
import { stackNames } from '../core/stacks.ts';
import { readText, writeFile, writeLink } from './files.ts';

/**
 * Mirrors terraform/ into `<into>/terraform`, files/ and dist/ beside it at the same depth, so that relative paths
 * hold. What is no longer in terraform/ goes; Terraform's own data folders stay.
 * @param input.withEmulatorOverrides lays terraform/emulator/<stack or module>.tf in as emulator_override.tf
 * @returns the folder that takes terraform/'s place
 */
export function mirrorTerraform(input: {
  readonly root: string;
  readonly into: string;
  readonly withEmulatorOverrides: boolean;
}): string {
  const source = join(input.root, 'terraform');
  const target = join(input.into, 'terraform');
  writeLink(join(input.into, 'files'), join(input.root, 'files'));
  writeLink(join(input.into, 'dist'), join(input.root, 'dist'));
  for (const folder of terraformFolders(source)) {
    const wanted = new Map(
      readdirSync(join(source, folder), { withFileTypes: true })
        .filter(entry => entry.isFile() && /(\.tf|\.tfvars|\.hcl|\.tftpl|\.json)$/.test(entry.name))
        .map(entry => [entry.name, join(source, folder, entry.name)]),
    );
    const override = join(source, 'emulator', `${basename(folder)}.tf`);
    if (input.withEmulatorOverrides && existsSync(override)) wanted.set('emulator_override.tf', override);
    mkdirSync(join(target, folder), { recursive: true });
    for (const entry of readdirSync(join(target, folder), { withFileTypes: true })) {
      if (entry.isSymbolicLink() && !wanted.has(entry.name)) rmSync(join(target, folder, entry.name));
    }
    for (const [name, path] of wanted) writeLink(join(target, folder, name), path);
  }
  return target;
}

/** Makes a mirrored stack keep its state in a local file: before the state bucket exists, and after it has gone. */
export function writeLocalBackend(stackDir: string, stateFile: string): void {
  writeFile(
    join(stackDir, 'backend_override.tf'),
    `terraform {\n  backend "local" {\n    path = ${renderHcl(stateFile)}\n  }\n}\n`,
  );
}

/** What the emulator cannot hold, from the headings of every override file. */
export function readGaps(root: string): readonly Gap[] {
  const folder = join(root, 'terraform/emulator');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder)
    .filter(name => name.endsWith('.tf'))
    .sort();
  return files.flatMap(name => parseGaps(readText(join(folder, name)) ?? ''));
}

function terraformFolders(source: string): readonly string[] {
  const modules = join(source, 'modules');
  const nouns = existsSync(modules)
    ? readdirSync(modules, { withFileTypes: true }).filter(entry => entry.isDirectory())
    : [];
  return [...stackNames, ...nouns.map(entry => join('modules', entry.name))];
}
