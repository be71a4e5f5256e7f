/** Host keys: where they come from, how they are shown, and what a change of them means. */
import { createHash } from 'node:crypto';

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

/** The text of known_hosts for one host; the note says whose keys they are. */
export function renderKnownHosts(note: string, lines: readonly string[]): string {
  return `${[`# ${note}`, ...lines].join('\n')}\n`;
}

/** The note at the head of a text of {@link renderKnownHosts}. */
export function knownHostsNote(text: string): string | undefined {
  return text.match(/^# (.*)$/m)?.[1];
}

/** Every key of a known_hosts text, as ssh shows it: `SHA256:...` by type. Source: ssh-keygen(1), -l. */
export function fingerprintsOf(knownHosts: string): ReadonlyMap<string, string> {
  const keys = [...knownHosts.matchAll(/^[^#\s]\S* (\S+) ([A-Za-z0-9+/]+=*)/gm)];
  return new Map(keys.map(([, type = '', key = '']) => [type, fingerprint(key)]));
}

/**
 * What became of the known host keys, for a person to read; nothing where they are the same or the first. Keys of types
 * that were not known before are the same host's only beside one that was.
 * @param why where the new ones come from, and why there may be new ones
 */
export function describeKeyChange(
  before: string | undefined,
  after: string,
  why: string,
): string | undefined {
  if (before === undefined) return undefined;
  const [old, now] = [fingerprintsOf(before), fingerprintsOf(after)];
  const shared = [...now].filter(([type]) => old.has(type));
  const isSame = shared.length > 0 && shared.every(([type, print]) => old.get(type) === print);
  if (old.size === 0 || isSame) return undefined;
  return `The host's keys have changed: ${why}.\n  before: ${listFingerprints(old)}\n  now:    ${listFingerprints(now)}`;
}

/** Fingerprints of {@link fingerprintsOf} in one line. */
export function listFingerprints(prints: ReadonlyMap<string, string>): string {
  return [...prints].map(([type, print]) => `${print} (${type})`).join(', ');
}

function fingerprint(key: string): string {
  const hash = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64');
  return `SHA256:${hash.replace(/=+$/, '')}`;
}
