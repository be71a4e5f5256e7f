import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Failure } from '../core/failure.ts';

/** Whether there is a terminal to ask at. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true;
}

/**
 * Asks one question on the terminal.
 * @returns whether the answer is the expected one
 * @throws Failure when there is no terminal to ask at
 */
export async function ask(question: string, expected: string, flag: string): Promise<boolean> {
  if (!canAsk()) {
    throw new Failure({
      where: 'stdin',
      what: 'is no terminal, so the question cannot be asked',
      hint: `To answer it beforehand: ${flag}`,
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // While a question stands the terminal hands a Ctrl-C to it and to nobody else.
  terminal.once('SIGINT', () => {
    process.kill(process.pid, 'SIGINT');
    terminal.close();
  });
  try {
    const closed = once(terminal, 'close').then(() => '');
    // Ctrl-D is no answer, and so is a terminal that goes.
    const answer = terminal.question(`${question} `).catch(() => '');
    return (await Promise.race([answer, closed])).trim() === expected;
  } finally {
    terminal.close();
  }
}
