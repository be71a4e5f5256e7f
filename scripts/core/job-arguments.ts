import { Failure, showValue } from './failure.ts';

/** Names as Glue has them, with their leading dashes. */
export type JobArguments = Readonly<Record<string, string>>;

const pair = /^([A-Za-z][A-Za-z0-9_-]*)=(.+)$/s;

/**
 * Parses what the flag --arg was given: NAME=VALUE, each name once.
 * @throws Failure listing every fault
 */
export function parseJobArguments(given: readonly string[]): JobArguments {
  const faults: string[] = [];
  const values = new Map<string, string>();
  for (const text of given) {
    const [, name, value] = pair.exec(text) ?? [];
    if (name === undefined || value === undefined) faults.push(`expects NAME=VALUE, got ${showValue(text)}`);
    else if (values.has(name)) faults.push(`expects each name once, got ${name} twice`);
    else values.set(name, value);
  }
  if (faults.length > 0) {
    throw new Failure({
      where: '--arg',
      what: faults.join('; '),
      hint: 'A name without dashes, an equals sign and a value: --arg day=2026-07-01',
    });
  }
  return Object.fromEntries([...values].map(([name, value]) => [`--${name}`, value]));
}

/**
 * What a script finds behind its own name in sys.argv: Glue gives names and values as words of their own.
 * @param input.defaults those of the job, which the given ones replace
 */
export function jobArgv(input: {
  readonly glueName: string;
  readonly runId: string;
  readonly defaults: JobArguments;
  readonly given: JobArguments;
}): readonly string[] {
  const { glueName, runId, defaults, given } = input;
  const all = { ...defaults, ...given, '--JOB_NAME': glueName, '--JOB_RUN_ID': runId };
  return Object.entries(all).flat();
}
