import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const terraformDir = fileURLToPath(new URL('../../terraform', import.meta.url));

/**
 * The whole environment for a terraform of a test's own: nothing of the caller's credentials is in it.
 * @throws Error when TF_CLI_CONFIG_FILE, which says where providers come from, is unset or names no file
 */
export function terraformTestEnv(): Readonly<Record<string, string>> {
  const { PATH = '', HOME = '/nonexistent', TF_CLI_CONFIG_FILE: cliConfig, GOGC = '100' } = process.env;
  if (cliConfig === undefined || !existsSync(cliConfig)) {
    throw new Error(
      `TF_CLI_CONFIG_FILE: expected the path of a Terraform CLI config, got ${cliConfig ?? 'nothing'}\nRun the tests with npm test, which sets it.`,
    );
  }
  return {
    PATH,
    HOME,
    GOGC,
    TF_CLI_CONFIG_FILE: cliConfig,
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
  };
}

/** Every stack and module, as paths below terraform/. */
export function terraformFolders(): readonly string[] {
  const foldersOf = (folder: string) =>
    readdirSync(folder, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(entry => entry.name)
      .sort();
  const stacks = foldersOf(terraformDir).filter(name => name !== 'modules' && name !== 'emulator');
  return [...stacks, ...foldersOf(join(terraformDir, 'modules')).map(name => join('modules', name))];
}

/**
 * Copies terraform/ into `into`, with files/ linked and stand-ins for what is built into dist/ beside it, so that
 * nothing a test does is left in the project.
 * @returns the copy's terraform/
 */
export function copyTerraform(into: string): string {
  const target = join(into, 'terraform');
  cpSync(terraformDir, target, {
    recursive: true,
    filter: source => !/^(\.terraform(-.*)?|emulator)$/.test(basename(source)),
  });
  symlinkSync(join(terraformDir, '../files'), join(into, 'files'));
  mkdirSync(join(into, 'dist'));
  for (const name of ['codebase', 'codebase_layer', 'ingest-batch', 'ingest-realtime']) {
    writeFileSync(join(into, `dist/${name}.zip`), 'a mocked provider uploads nothing');
  }
  return target;
}
