/**
 * A failure meant for the reader of the terminal: where it is, what is wrong, what to do.
 * Everything a command refuses or cannot do ends as one of these; any other error is a defect of ours.
 */
export class Failure extends Error {
  readonly where: string;
  readonly what: string;
  readonly hint: string | undefined;

  /** @param input.what what was expected and, where there is one, the offending value: `expected X, got Y` */
  constructor(input: {
    readonly where: string;
    readonly what: string;
    readonly hint?: string;
    readonly cause?: unknown;
  }) {
    super(`${input.where}: ${input.what}`, { cause: input.cause });
    this.name = 'Failure';
    this.where = input.where;
    this.what = input.what;
    this.hint = input.hint;
  }
}

/** The text a command prints for an error: one line, then the hint. A defect shows its stack only when asked. */
export function renderFailure(error: unknown, verbose = false): string {
  if (error instanceof Failure) {
    const hint = error.hint === undefined ? '' : `\n  ${error.hint.replaceAll('\n', '\n  ')}`;
    return `${error.message}${hint}`;
  }
  if (!(error instanceof Error)) return String(error);
  return verbose ? (error.stack ?? error.message) : `${error.name}: ${error.message}`;
}

/**
 * The text for all errors of a run as one: those that say the same of several places are told once.
 * @param errors at least one
 */
export function renderFailures(errors: readonly unknown[], verbose = false): string {
  const groups = new Map<unknown, unknown[]>();
  for (const error of errors) {
    const key = error instanceof Failure ? error.what : error;
    groups.set(key, [...(groups.get(key) ?? []), error]);
  }
  const texts = [...groups.values()].map(group => renderFailure(foldFailures(group), verbose));
  if (texts.length === 1) return texts.join();
  return [`${errors.length} steps failed`, ...texts].join('\n').replaceAll('\n', '\n  ');
}

/** One failure for many that say the same: all places, and every hint once. */
function foldFailures(group: readonly unknown[]): unknown {
  const failures = group.filter(error => error instanceof Failure);
  const [first] = failures;
  if (first === undefined || failures.length === 1) return group[0];
  const hints = failures.flatMap(({ hint }) => hint?.split('\n') ?? []);
  return new Failure({
    where: [...new Set(failures.map(({ where }) => where))].join(', '),
    what: first.what,
    ...(hints.length === 0 ? {} : { hint: [...new Set(hints)].join('\n') }),
  });
}

/** Shows a value in an error text: JSON, cut to a readable length. */
export function showValue(value: unknown): string {
  const text = value === undefined ? 'nothing' : jsonOf(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value); // it refers to itself
  }
}
