import { parseArgs } from 'node:util';
import { Failure } from './failure.ts';

/** A flag of a command, with the text that its help shows. */
export type Flag = {
  readonly type: 'boolean' | 'string';
  /** Whether the flag may be given several times; its value is then a list. */
  readonly multiple?: boolean;
  readonly value?: string;
  readonly help: string;
};

export type CommandLine = {
  readonly verb: string;
  readonly summary: string;
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
 * @throws Failure for an unknown flag, a missing value or a stray word
 */
export function parseCommandLine(command: CommandLine, args: readonly string[]): Values {
  try {
    const options = Object.fromEntries(
      Object.entries({ ...command.flags, ...common }).map(([name, { type, multiple = false }]) => [
        name,
        { type, multiple },
      ]),
    );
    return {
      ...parseArgs({ args: [...args], options, allowPositionals: false, strict: true }).values,
    } as Values;
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

/** The help text of a command, from the same declarations. */
export function renderHelp(command: CommandLine): string {
  const all = Object.entries({ ...command.flags, ...common });
  const heads = all.map(([name, flag]) => `--${name}${flag.value === undefined ? '' : ` ${flag.value}`}`);
  const width = Math.max(...heads.map(head => head.length));
  const lines = all.map(([, flag], index) => `  ${(heads[index] ?? '').padEnd(width)}  ${flag.help}`);
  return `npx zx scripts/${command.verb}.mjs [flags]\n\n${command.summary}\n\n${lines.join('\n')}`;
}
