import { parseArgs } from 'node:util';
import { Failure, showValue } from './failure.ts';

/** A flag of a command, with the text that its help shows. */
export type Flag = {
  readonly type: 'boolean' | 'string';
  /** Whether the flag may be given several times; its value is then a list. */
  readonly multiple?: boolean;
  readonly value?: string;
  readonly help: string;
};

/** What a command takes without a flag: at least one, and only one unless `multiple`. */
export type Operand = { readonly value: string; readonly multiple?: boolean; readonly help: string };

export type CommandLine = {
  readonly verb: string;
  readonly summary: string;
  /** Its values are given as the list `operands`. */
  readonly operand?: Operand;
  readonly flags: Readonly<Record<string, Flag>>;
};

export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

const common: Readonly<Record<string, Flag>> = {
  env: {
    type: 'string',
    value: 'NAME',
    help: 'the environment: config/NAME.yaml (default local, or MILLRACE_ENV)',
  },
  verbose: { type: 'boolean', help: "show a defect's stack trace" },
  help: { type: 'boolean', help: 'show this text' },
};

/**
 * Parses a command's arguments.
 * @throws Failure for an unknown flag, a missing value or operand, or a stray word
 */
export function parseCommandLine(command: CommandLine, args: readonly string[]): Values {
  try {
    const options = Object.fromEntries(
      Object.entries({ ...command.flags, ...common }).map(([name, { type, multiple = false }]) => [
        name,
        { type, multiple },
      ]),
    );
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: command.operand !== undefined,
      strict: true,
    });
    for (const [name, value] of Object.entries(values))
      if (value === '') throw new TypeError(`--${name} expects a value, got an empty one`);
    if (command.operand === undefined) return values as Values;
    if (values['help'] !== true) requireOperands(command.operand, positionals);
    return { ...values, operands: positionals } as Values;
  } catch (cause) {
    const what = cause instanceof Error ? (cause.message.split('. ')[0] ?? cause.message) : String(cause);
    throw new Failure({
      where: command.verb,
      what,
      hint: `See: npx zx scripts/${command.verb}.mjs --help`,
      cause,
    });
  }
}

function requireOperands({ value, multiple = false }: Operand, given: readonly string[]): void {
  if (given.length === 0) throw new TypeError(`expects ${value}, got nothing`);
  if (given.length > 1 && !multiple)
    throw new TypeError(`expects one ${value}, got ${given.length}: ${showValue(given)}`);
}

/** The values of a flag that may be given several times, or of the operands. */
export function listOf(values: Values, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value : [];
}

/** The help text of a command, from the same declarations. */
export function renderHelp(command: CommandLine): string {
  const { operand } = command;
  const flags = Object.entries({ ...command.flags, ...common }).map(([name, { value, help }]) => ({
    head: `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  }));
  const rows = operand === undefined ? flags : [{ head: operand.value, help: operand.help }, ...flags];
  const width = Math.max(...rows.map(({ head }) => head.length));
  const lines = rows.map(({ head, help }) => `  ${head.padEnd(width)}  ${help}`);
  const words = operand === undefined ? '' : ` ${operand.value}${operand.multiple === true ? '...' : ''}`;
  return `npx zx scripts/${command.verb}.mjs${words} [flags]\n\n${command.summary}\n\n${lines.join('\n')}`;
}
