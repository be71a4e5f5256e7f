/** What every entry in scripts/ does: parse, help, run, print the error, set the exit code. */
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseCommandLine, renderHelp, type Values } from '../core/command-line.ts';
import { commandLines } from '../core/command-lines.ts';
import { renderFailure } from '../core/failure.ts';
import { readVariable, silenceSdkNotice } from './environment.ts';

/** A command: gives the exit code. */
export type Command = (input: {
  readonly root: string;
  readonly environment: string;
  readonly values: Values;
}) => Promise<number>;

/** The project's root: two folders up from this file. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** @param load imports the command's code, which is not needed to print its help or to refuse a flag */
export async function runEntry(verb: keyof typeof commandLines, load: () => Promise<Command>): Promise<void> {
  const line = commandLines[verb];
  silenceSdkNotice();
  const script = join('scripts', `${verb}.mjs`);
  const at = process.argv.findIndex(
    argument => argument.endsWith(script) || resolve(argument) === join(projectRoot, script),
  );
  const args = process.argv.slice(at + 1);
  try {
    const values = parseCommandLine(line, args);
    if (values['help'] === true) {
      process.stdout.write(`${renderHelp(line)}\n`);
      return;
    }
    const named = values['env'] ?? readVariable('MILLRACE_ENV') ?? 'local';
    const command = await load();
    process.exitCode = await command({ root: projectRoot, environment: String(named), values });
  } catch (error) {
    process.stderr.write(`error: ${renderFailure(error, args.includes('--verbose'))}\n`);
    process.exitCode = 1;
  }
}
