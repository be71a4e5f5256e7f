/** Ctrl-C: forwarded once to running children, which are awaited; nothing new starts after it. */
import { interruptProcesses } from './process-group.ts';

export type Interrupt = { readonly isRequested: () => boolean; readonly remove: () => void };

/** Two signals within this time are one: a terminal and a wrapper may both send it. */
const doubleMs = 500;

/** A closed terminal or a lost ssh session hangs up: that is an interrupt like the others. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function ignoreClosed(error: Error): void {
  if (!('code' in error) || (error.code !== 'EPIPE' && error.code !== 'EIO')) throw error;
}

export function watchInterrupts(say: (message: string) => void): Interrupt {
  let requestedAt: number | undefined;
  const onSignal = () => {
    const now = Date.now();
    if (requestedAt === undefined) {
      requestedAt = now;
      const count = interruptProcesses();
      say(
        count === 0
          ? 'Interrupted.'
          : `Interrupted: waiting for ${count} running programs to end and to unlock their states.`,
      );
      return;
    }
    if (now - requestedAt > doubleMs)
      say('Still waiting: a second interrupt would cost Terraform its state, so it is not passed on.');
  };
  for (const signal of signals) process.on(signal, onSignal);
  // With the terminal gone there is nobody to write to; the children are awaited all the same.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosed);
  return {
    isRequested: () => requestedAt !== undefined,
    remove: () => {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
