/** Whether the operator can log in with the key that the config names: looked at before anything is applied. */
import { existsSync } from 'node:fs';
import { Failure } from '../core/failure.ts';
import { hasSucceeded, runProcess } from './process.ts';

/**
 * Looks for the private half of `publicKey`: in the file, or without one in the ssh agent.
 * @param key.privateKeyFile absolute path
 * @throws Failure when it is not there, or is another key's
 */
export async function requireLoginKey(
  key: { readonly publicKey: string; readonly privateKeyFile: string | undefined },
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const wanted = bodyOf(key.publicKey);
  const file = key.privateKeyFile;
  if (file === undefined) {
    const listed = await runProcess({ file: 'ssh-add', args: ['-L'], env, timeoutMs: 10_000 });
    if (hasSucceeded(listed) && listed.stdout.split('\n').some(line => bodyOf(line) === wanted)) return;
    throw new Failure({
      where: 'ssh.publicKey',
      what: 'expects its private half in the ssh agent while ssh.privateKeyFile is not given, got an agent without it, or none',
      hint: 'Add it (ssh-add ~/.ssh/id_ed25519), or name its file in ssh.privateKeyFile.',
    });
  }
  if (!existsSync(file))
    throw new Failure({ where: 'ssh.privateKeyFile', what: `expects a file, got none at ${file}` });
  // Fails for one with a passphrase, which the agent then has to open: told at the login.
  const shown = await runProcess({
    file: 'ssh-keygen',
    args: ['-y', '-P', '', '-f', file],
    env,
    timeoutMs: 10_000,
  });
  const stderr = 'stderr' in shown ? shown.stderr : '';
  if (/bad permissions/.test(stderr)) {
    const hint = `Run: chmod 600 '${file}'`;
    throw new Failure({
      where: 'ssh.privateKeyFile',
      what: `expects a file that only you can read, got ${file}`,
      hint,
    });
  }
  if (hasSucceeded(shown) && bodyOf(shown.stdout) !== wanted) {
    throw new Failure({
      where: 'ssh.privateKeyFile',
      what: `expects the private half of ssh.publicKey, got that of ${shown.stdout.trim()}`,
      hint: 'Name both halves of one pair.',
    });
  }
}

/** Type and key of a line of `authorized_keys`, without its comment. */
function bodyOf(line: string): string {
  return line.trim().split(/\s+/).slice(0, 2).join(' ');
}
