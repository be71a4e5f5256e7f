/**
 * A failure meant for the reader of the terminal: where it is, what is wrong, what to do.
 * Everything a command refuses or cannot do ends as one of these; any other error is a defect of ours.
 */
export class Failure extends Error {
  readonly where: string;
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
