/** What a deploy reads of this clone, as marks by which it is known again. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../worker/shared/keys.ts';
import type { SourceMark } from '../core/plan-manifest.ts';
import { cleanEnvironment } from './environment.ts';
import { hasSucceeded, runProcess } from './process.ts';

const parts = [
  'ansible',
  'files',
  'package-lock.json',
  'requirements.txt',
  'scripts',
  'templates',
  'terraform',
  'worker',
] as const;

/** The commit of this clone, and a digest of each folder and file that a deploy reads. */
export async function markSource(root: string): Promise<SourceMark> {
  const [commit, status] = await Promise.all([
    askGit(root, ['rev-parse', 'HEAD']),
    askGit(root, ['status', '--porcelain', '--', ...parts]),
  ]);
  const files = parts.map(name => [name, digestOf(join(root, name))] as const);
  return {
    commit: commit?.trim() ?? null,
    isDirty: (status ?? '').trim() !== '',
    files: Object.fromEntries(files),
  };
}

/** Git's answer, or undefined where this is no clone of git's or there is no git. */
async function askGit(root: string, args: readonly string[]): Promise<string | undefined> {
  const result = await runProcess({
    file: 'git',
    // A status that writes down what it has found would change the clone.
    args: ['--no-optional-locks', ...args],
    cwd: root,
    env: cleanEnvironment(),
    timeoutMs: 20_000,
  });
  return hasSucceeded(result) ? result.stdout : undefined;
}

function digestOf(path: string): string {
  const hash = createHash('sha256');
  if (existsSync(path)) for (const file of filesIn(path)) hash.update(`${file.name}\0${file.sha256}\0`);
  return hash.digest('hex');
}

/** The files of a folder in a fixed order. What Terraform, Python and editors leave behind is none of ours. */
function filesIn(path: string, name = ''): readonly { readonly name: string; readonly sha256: string }[] {
  if (!statSync(path).isDirectory()) return [{ name, sha256: sha256(readFileSync(path)) }];
  return readdirSync(path, { withFileTypes: true })
    .filter(entry => !(entry.isDirectory() && /^(\.|__pycache__$)/.test(entry.name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => filesIn(join(path, entry.name), `${name}/${entry.name}`));
}
