import { join } from 'node:path';
import { mergeVersions, parseProviderVersions } from '../core/lock-file.ts';
import { stackNames } from '../core/stacks.ts';
import { readText } from './files.ts';
import type { Toolchain } from './toolchain.ts';

/** The versions that decide what a plan says: Terraform's, and of each provider that the lock files name. */
export function readToolVersions(root: string, { terraform }: Toolchain): Readonly<Record<string, string>> {
  const locked = stackNames.map(stack =>
    parseProviderVersions(readText(join(root, 'terraform', stack, '.terraform.lock.hcl')) ?? ''),
  );
  return { terraform: terraform.version, ...mergeVersions(locked) };
}
