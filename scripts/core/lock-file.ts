/** The providers of a stack and their versions, from the text of its .terraform.lock.hcl. */
export function parseProviderVersions(lockText: string): Readonly<Record<string, string>> {
  const blocks = lockText.matchAll(/^provider "[^"]*\/([^"/]+)" \{\s*version\s*=\s*"([^"]+)"/gm);
  return Object.fromEntries([...blocks].map(([, name = '', version = '']) => [name, version]));
}

/** One record for several stacks; versions that differ stand side by side. */
export function mergeVersions(
  parts: readonly Readonly<Record<string, string>>[],
): Readonly<Record<string, string>> {
  const names = [...new Set(parts.flatMap(part => Object.keys(part)))].sort();
  return Object.fromEntries(
    names.map(name => [name, [...new Set(parts.flatMap(part => part[name] ?? []))].sort().join(', ')]),
  );
}
