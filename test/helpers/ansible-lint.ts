import { join } from 'node:path';
import {
  findPython,
  installPythonEnvironment,
  isPythonEnvironmentReady,
} from '../../scripts/edge/toolchain/python-environment.ts';

/** Not below the root: a linter that walks the project would walk it too. */
const environment = { folder: 'build/.cache/ansible-lint', requirements: 'requirements-lint.txt' };

/** Installs ansible-lint unless it is there, against the hashes of requirements-lint.txt. Gives its programs' folder. */
export async function ensureAnsibleLint(root: string, logFile: string): Promise<string> {
  if (!isPythonEnvironmentReady(root, environment)) {
    const python = await findPython();
    if (python === undefined) throw new Error('ansible-lint needs Python 3.10 to 3.12 on PATH');
    await installPythonEnvironment(root, python, logFile, environment);
  }
  return join(root, environment.folder, 'bin');
}
