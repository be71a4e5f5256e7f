/**
 * The host keys that cloud-init prints to an instance's console at its first start, as lines of a known_hosts file.
 * Source: cloud-init, module "Keys to Console".
 */
export function parseConsoleHostKeys(consoleOutput: string, address: string): readonly string[] {
  const block = consoleOutput.match(
    /-----BEGIN SSH HOST KEY KEYS-----([\s\S]*?)-----END SSH HOST KEY KEYS-----/,
  )?.[1];
  if (block === undefined) return [];
  return [...block.matchAll(/\b(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+) ([A-Za-z0-9+/]+=*)/g)].map(
    ([, type = '', key = '']) => `${address} ${type} ${key}`,
  );
}
