/** The deployed host's own sshd behind a TCP port of loopback: each connection goes through the ProxyCommand. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { copyRoot } from './clean-copy.ts';

export const sshConfig = join(copyRoot, 'build/local/ssh_config');

/** What ssh makes of the rendered ssh_config, by its names in small letters. */
export function readSshSettings(): ReadonlyMap<string, string> {
  const lines = execFileSync('ssh', ['-G', '-F', sshConfig, 'worker'], { encoding: 'utf8' }).split('\n');
  return new Map(lines.map(line => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]));
}

/** The host's key as the rendered known_hosts has it: type and key. */
export function readHostKey(): string {
  const known = readFileSync(readSshSettings().get('userknownhostsfile') ?? '', 'utf8');
  return known.match(/^[^#\s]\S* (\S+ \S+)/m)?.[1] ?? '';
}

/** Listens on a free port until the test ends. */
export async function bridgeSshd(test: { teardown(stop: () => void): void }): Promise<number> {
  const command = readSshSettings().get('proxycommand')?.replaceAll('%%', '%') ?? '';
  const server = createServer(socket => {
    const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'ignore'] });
    socket.on('error', () => child.kill());
    child.stdin.on('error', () => socket.destroy());
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  test.teardown(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
