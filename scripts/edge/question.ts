import { createInterface } from 'node:readline/promises';
import { Failure } from '../core/failure.ts';

/**
 * Asks one question on the terminal.
 * @returns whether the answer is the expected one
 * @throws Failure when there is no terminal to ask at
 */
export async function ask(question: string, expected: string, flag: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) {
    throw new Failure({
      where: 'stdin',
      what: 'is no terminal, so the question cannot be asked',
      hint: `To answer it beforehand: ${flag}`,
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} `)).trim() === expected;
  } finally {
    terminal.close();
  }
}
