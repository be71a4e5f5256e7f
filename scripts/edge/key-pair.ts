/** The ssh key pair of a local environment. On aws the operator brings the key: none is made there. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../core/failure.ts';
import { describeResult, hasSucceeded, runProcess } from './process.ts';

export type KeyPair = {
  readonly privateKeyFile: string;
  readonly publicKeyFile: string;
  /** One line without its end, as in `authorized_keys`. */
  readonly publicKey: string;
};

/** Makes an ed25519 pair without a passphrase in `directory` unless both halves are there. */
export async function ensureKeyPair(input: {
  readonly directory: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<KeyPair> {
  const privateKeyFile = join(input.directory, 'id_ed25519');
  const publicKeyFile = `${privateKeyFile}.pub`;
  if (!existsSync(privateKeyFile) || !existsSync(publicKeyFile)) {
    await mkdir(input.directory, { recursive: true, mode: 0o700 });
    // One half alone is what a killed run leaves; ssh-keygen would ask before it overwrites.
    await Promise.all([privateKeyFile, publicKeyFile].map(file => rm(file, { force: true })));
    const made = await runProcess({
      file: 'ssh-keygen',
      args: ['-q', '-t', 'ed25519', '-N', '', '-C', 'millrace-local', '-f', privateKeyFile],
      env: input.env,
      timeoutMs: 30_000,
    });
    if (!hasSucceeded(made)) {
      throw new Failure({
        where: 'ssh-keygen',
        what: `cannot make ${privateKeyFile}: ${describeResult(made)}`,
      });
    }
  }
  await chmod(privateKeyFile, 0o600);
  return { privateKeyFile, publicKeyFile, publicKey: (await readFile(publicKeyFile, 'utf8')).trim() };
}
