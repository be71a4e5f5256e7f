/** The children that run now, each in a process group of its own, and how they are ended. */

export const running = new Set<{
  readonly pid: number | undefined;
  readonly kill: (signal: NodeJS.Signals) => void;
}>();

/** Sends one SIGINT to every running child and returns their number; awaiting them stays with their callers. */
export function interruptProcesses(): number {
  for (const child of running) child.kill('SIGINT');
  return running.size;
}

/** Ends every running child with all that it has started, at once: only where nothing can be lost any more. */
export function killProcessGroups(): void {
  for (const { pid } of running) killGroup(pid);
}

/** Kills what is left of a process's group. */
export function killGroup(pid: number | undefined): void {
  signalGroup(pid, 'SIGKILL');
}

export function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}
