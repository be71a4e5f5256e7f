/** What one playbook run did, over all hosts. */
export type PlaybookRun = {
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
  /** The first task that failed, with its message. */
  readonly fault: string | undefined;
  /** What the roles warn of, each once. */
  readonly warnings: readonly string[];
};

/** Reads the output of ansible-playbook's default callback: its recap, and the first fatal task. */
export function parsePlaybookRun(stdout: string): PlaybookRun {
  const recap = [...stdout.matchAll(/^\S+\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)/gm)];
  const sum = (group: number) => recap.reduce((total, match) => total + Number(match[group]), 0);
  const warnings = [...stdout.matchAll(/^ +"msg": "warning: ((?:[^"\\]|\\.)*)"/gm)].map(
    match => match[1] ?? '',
  );
  return {
    changed: sum(1),
    unreachable: sum(2),
    failed: sum(3),
    fault: firstFault(stdout),
    warnings: [...new Set(warnings)],
  };
}

function firstFault(stdout: string): string | undefined {
  const fatal = stdout.search(/^(fatal|failed): /m);
  if (fatal < 0) return undefined;
  const task = stdout
    .slice(0, fatal)
    .match(/^(?:TASK|RUNNING HANDLER) \[(.+)\]/gm)
    ?.at(-1)
    ?.replace(/^[A-Z ]+\[|\]$/g, '');
  const text = stdout.slice(fatal).split('\n\n')[0] ?? '';
  const message = text.match(/"msg": "((?:[^"\\]|\\.)*)"/)?.[1] ?? text.split('\n')[0] ?? '';
  return `${task ?? 'start'}: ${message
    .replace(/(\\[rn])+/g, ' ')
    .replaceAll('\\"', '"')
    .trim()}`;
}
