/** Every setting by which ssh or Ansible would take whatever host key comes. */
const unchecked = [
  /stricthostkeychecking[=\s"']+(no|off|accept-new|ask)\b/i,
  /userknownhostsfile[=\s"']+\/dev\/null/i,
  /host_key_checking["']?\s*[:=]\s*["']?(no|off|false|0)\b/i,
  /\bssh-keyscan\b/,
];

/** The lines of a text that hold one: `number: line`. */
export function findUncheckedHostKeys(text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      unchecked.some(pattern => pattern.test(line)) ? [`${index + 1}: ${line.trim()}`] : [],
    );
}
