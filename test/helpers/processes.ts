import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits up to five seconds for the processes that name `text` in their command line, and gives those that stay. */
export async function waitForProcessesToEnd(text: string): Promise<readonly string[]> {
  const end = Date.now() + 5_000;
  for (;;) {
    const left = processesNaming([text]).map(commandLine);
    if (left.length === 0 || Date.now() > end) return left;
    await sleep(200);
  }
}

/** Process ids whose command line holds one of the texts. */
export function processesNaming(texts: readonly string[]): readonly number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter(pid => texts.some(text => commandLine(pid).includes(text)))
    .map(Number);
}

/** The words of a process's command line, a blank between them; empty once it has ended. */
export function commandLine(pid: string | number): string {
  return wordsOf(pid, 'cmdline');
}

/** The environment of a process, `NAME=value` with a blank between; empty once it has ended. */
export function environmentOf(pid: string | number): string {
  return wordsOf(pid, 'environ');
}

function wordsOf(pid: string | number, list: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${list}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has ended meanwhile
  }
}
