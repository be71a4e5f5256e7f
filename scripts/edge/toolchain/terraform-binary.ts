import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { isInRange, type VersionRange } from '../../core/version.ts';
import { cleanEnvironment } from '../environment.ts';
import { describeResult, hasSucceeded, runProcess } from '../process.ts';
import { findCommand } from './find-command.ts';

export const terraformRange: VersionRange = { min: '1.11', below: '2' };

export type TerraformBinary = { readonly file: string; readonly version: string };

/**
 * Finds Terraform on PATH in a version that millrace supports.
 * @throws Failure when it is missing, does not answer, or is outside the range
 */
export async function findTerraform(path?: string): Promise<TerraformBinary> {
  const hint = `Install Terraform >= ${terraformRange.min}, < ${terraformRange.below} (https://developer.hashicorp.com/terraform/install) and put it on PATH.`;
  const file = findCommand('terraform', path);
  if (file === undefined) throw new Failure({ where: 'terraform', what: 'is not on PATH', hint });
  const result = await runProcess({
    file,
    args: ['version', '-json'],
    env: { ...cleanEnvironment(), CHECKPOINT_DISABLE: '1' },
    timeoutMs: 20_000,
  });
  const version = hasSucceeded(result) ? parseVersion(result.stdout) : undefined;
  if (version === undefined) {
    throw new Failure({ where: file, what: `does not tell its version: ${describeResult(result)}`, hint });
  }
  if (!isInRange(version, terraformRange)) {
    throw new Failure({
      where: file,
      what: `expects version >= ${terraformRange.min}, < ${terraformRange.below}, got ${version}`,
      hint,
    });
  }
  return { file, version };
}

/** The version in the output of `terraform version -json`, or undefined when it is something else. */
function parseVersion(stdout: string): string | undefined {
  try {
    return z.object({ terraform_version: z.string() }).parse(JSON.parse(stdout)).terraform_version;
  } catch {
    return undefined; // another program of that name, or a broken wrapper: the caller tells
  }
}
